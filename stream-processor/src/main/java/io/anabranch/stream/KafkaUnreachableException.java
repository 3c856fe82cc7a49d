package io.anabranch.stream;

/** Kafka did not answer, or refused. The message names the brokers and how long was waited. */
public final class KafkaUnreachableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public KafkaUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
