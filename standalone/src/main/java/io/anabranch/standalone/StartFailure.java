package io.anabranch.standalone;

/**
 * Why this instance cannot start, in words for its user: a port in use, a folder locked or unwritable, a wrong setting.
 */
public final class StartFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StartFailure(String message) {
        super(message);
    }

    public StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
