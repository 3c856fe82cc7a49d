package io.anabranch.learn.model;

/** A spec, a tensor or a weights file that cannot be a model. The message names the part and its values. */
public final class InvalidModelException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public InvalidModelException(String message) {
        super(message);
    }

    public InvalidModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
