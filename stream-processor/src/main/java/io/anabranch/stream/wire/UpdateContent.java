package io.anabranch.stream.wire;

import io.anabranch.graph.GraphMutation;
import io.anabranch.stream.propagation.ClockTick;

/** What one record of the updates topic says. */
public sealed interface UpdateContent {

    /** Something about the graph. */
    record Fact(GraphMutation mutation) implements UpdateContent {}

    /** A vertex is to be computed from scratch and published again; this changes no register and has no time. */
    record Recompute(String vertexId) implements UpdateContent {}

    /** How far an ingest task has come. */
    record Clock(ClockTick tick) implements UpdateContent {}
}
