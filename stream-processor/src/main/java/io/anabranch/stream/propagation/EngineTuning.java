package io.anabranch.stream.propagation;

/**
 * How an engine goes about its work, which never changes what comes out.
 *
 * @param strategy how changed layers are brought up to date
 * @param segmentFloats greatest length of one array of rows
 */
record EngineTuning(Strategy strategy, int segmentFloats) {
    /** Two ways to the same values, up to rounding. */
    enum Strategy {
        /** Whichever is expected to be faster, batch by batch and layer by layer. */
        MEASURED,
        /** Adds to each accumulator the differences of the messages that changed. */
        DELTA,
        /** Sums every accumulator anew that a changed message enters. */
        GATHER
    }

    static final EngineTuning DEFAULT = new EngineTuning(Strategy.MEASURED, RowSlab.SEGMENT_FLOATS);
}
