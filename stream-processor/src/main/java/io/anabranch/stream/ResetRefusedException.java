package io.anabranch.stream;

/** What is there does not allow a reset; the message says why, and nothing has been deleted. */
public final class ResetRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ResetRefusedException(String message) {
        super(message);
    }
}
