package io.anabranch.stream;

/** A topic that exists is not what the configuration needs. The message names topic, found and expected. */
public final class TopicMismatchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TopicMismatchException(String message) {
        super(message);
    }
}
