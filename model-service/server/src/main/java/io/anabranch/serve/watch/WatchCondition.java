package io.anabranch.serve.watch;

/** Which changes a watcher is told of. */
public sealed interface WatchCondition {

    /** Every one. */
    record Any() implements WatchCondition {}

    /** Other classes are chosen than before. */
    record ClassFlip() implements WatchCondition {}

    /**
     * A score was below before and is not any more, or the other way round.
     *
     * @param className empty for regression and links
     */
    record Crossing(String className, float threshold) implements WatchCondition {}
}
