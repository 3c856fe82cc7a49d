package io.anabranch.stream.propagation;

import io.anabranch.graph.hag.choice.PlanPolicy;

/**
 * How an engine goes about its work, which never changes what comes out.
 *
 * @param strategy how changed layers are brought up to date
 * @param segmentFloats greatest length of one array of rows
 * @param bulkPlan whether the pass over the whole graph with which an engine starts may share sums. By {@link PlanPolicy#AUTO} it does
 *     not: it is one pass a layer, and the search costs as much as hundreds.
 */
record EngineTuning(Strategy strategy, int segmentFloats, PlanPolicy bulkPlan) {
    /** Two ways to the same values, up to rounding. */
    enum Strategy {
        /** Whichever is expected to be faster, batch by batch and layer by layer. */
        MEASURED,
        /** Adds to each accumulator the differences of the messages that changed. */
        DELTA,
        /** Sums every accumulator anew that a changed message enters. */
        GATHER
    }

    static final EngineTuning DEFAULT = new EngineTuning(Strategy.MEASURED, RowSlab.SEGMENT_FLOATS, PlanPolicy.AUTO);
}
