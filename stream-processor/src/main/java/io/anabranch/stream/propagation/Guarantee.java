package io.anabranch.stream.propagation;

/** What holds between state, outputs and input position after a crash. */
public enum Guarantee {
    /** They go back to one commit together. */
    EXACTLY_ONCE,
    /**
     * Every store and every output partition holds what the last commit covered and any prefix of what came later, each its own; the
     * input is delivered again from that commit on.
     */
    AT_LEAST_ONCE
}
