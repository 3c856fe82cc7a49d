package io.anabranch.stream.snapshot;

/** A snapshot is damaged, or cannot be taken or imported as asked; the message says why and what can be done. */
public final class SnapshotRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SnapshotRefusedException(String message) {
        super(message);
    }

    public SnapshotRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
