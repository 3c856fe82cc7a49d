package io.anabranch.stream.deadletter;

/** Dead letters could not be read or sent again; the message says why. */
public final class DeadLetterAccessException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DeadLetterAccessException(String message, Throwable cause) {
        super(message, cause);
    }
}
