package io.anabranch.stream.snapshot;

/** Kafka could not be read or written for a snapshot; the message says why. */
public final class SnapshotAccessException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SnapshotAccessException(String message, Throwable cause) {
        super(message, cause);
    }
}
