package io.anabranch.learn.train;

/** A training that cannot be done with this graph, task or options. The message says what to change. */
public final class TrainingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TrainingException(String message) {
        super(message);
    }
}
