package io.anabranch.stream.wire;

import io.anabranch.graph.FactJournal;
import io.anabranch.graph.GraphMutation;
import io.anabranch.stream.propagation.ClockTick;
import java.util.List;

/** What one record of the updates topic says. */
public sealed interface UpdateContent {

    /** Something about the graph. */
    record Fact(GraphMutation mutation) implements UpdateContent {}

    /** An edge event in the partition that owns the source and not the target: a step of the source's history, and no edge. */
    record SourceStep(GraphMutation mutation) implements UpdateContent {}

    /**
     * Registers of a snapshot, to be merged; they have no part in the clock and are never late.
     *
     * @param expiredToMs event time by which edges have expired already; {@code Long.MIN_VALUE} if none has
     */
    record Snapshot(List<FactJournal.Fact> registers, long expiredToMs) implements UpdateContent {

        /** The latest time of any of the registers; {@code Long.MIN_VALUE} if there is none. */
        public long latestMs() {
            long latest = Long.MIN_VALUE;
            for (FactJournal.Fact register : registers) {
                latest = Math.max(latest, register.greatestTime());
            }
            return latest;
        }
    }

    /** A vertex is to be computed from scratch and published again; this changes no register and has no time. */
    record Recompute(String vertexId) implements UpdateContent {}

    /** How far an ingest task has come. */
    record Clock(ClockTick tick) implements UpdateContent {}
}
