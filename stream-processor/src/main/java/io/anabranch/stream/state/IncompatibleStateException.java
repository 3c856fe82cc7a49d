package io.anabranch.stream.state;

/** Stored state that this version of Anabranch cannot read. */
public final class IncompatibleStateException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public IncompatibleStateException(String message) {
        super(message);
    }
}
