package io.anabranch.stream.propagation;

/** How much of the incremental result is recomputed from scratch and compared. */
public enum AssertionMode {
    /** Nothing is compared. */
    OFF,
    /** Now and then some changed vertices are compared; the difference is exported as a metric. */
    SAMPLED,
    /** Every owned vertex is compared after every batch; a difference fails the task. For tests and diagnosis. */
    FULL
}
