package io.anabranch.stream.propagation;

import io.anabranch.graph.hag.choice.PlanPolicy;

/**
 * How an engine goes about its work, which never changes what comes out.
 *
 * @param strategy how changed layers are brought up to date
 * @param segmentFloats greatest length of one array of rows
 * @param bulkPlan whether the pass over the whole graph with which an engine starts may share sums. By {@link PlanPolicy#AUTO} it does
 *     not: it is one pass a layer, and the search costs as much as hundreds.
 * @param undoWindowMs how far a step of a history may lie behind the clock and still be undone when one comes before it, in milliseconds; after that a history
 *     is read again from its first step on
 * @param checkpointSteps after how many steps a vertex's state is stored again: as many does a next life read again at most. A checkpoint costs as much as
 *     32 steps in the store
 */
record EngineTuning(Strategy strategy, int segmentFloats, PlanPolicy bulkPlan, long undoWindowMs, int checkpointSteps) {
    /** Two ways to the same values, up to rounding. */
    enum Strategy {
        /** Whichever is expected to be faster, batch by batch and layer by layer. */
        MEASURED,
        /** Adds to each accumulator the differences of the messages that changed. */
        DELTA,
        /** Sums every accumulator anew that a changed message enters. */
        GATHER
    }

    private static final long TEN_MINUTES = 600_000;
    private static final int CHECKPOINT_STEPS = 32;

    static final EngineTuning DEFAULT = new EngineTuning(Strategy.MEASURED, RowSlab.SEGMENT_FLOATS, PlanPolicy.AUTO);

    EngineTuning(Strategy strategy, int segmentFloats, PlanPolicy bulkPlan) {
        this(strategy, segmentFloats, bulkPlan, TEN_MINUTES, CHECKPOINT_STEPS);
    }

    /** Whatever is not refused as late can be undone, if there is such a limit. */
    static EngineTuning of(PartitionConfig config) {
        return config.latenessMs() == LogClock.ANY_LATENESS
                ? DEFAULT
                : new EngineTuning(
                        DEFAULT.strategy,
                        DEFAULT.segmentFloats,
                        DEFAULT.bulkPlan,
                        config.latenessMs(),
                        DEFAULT.checkpointSteps);
    }
}
