package io.anabranch.stream.propagation;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.PartitionGraph;
import java.util.List;

/**
 * Records of the updates topic: each moves the clock and changes its register at once, and with it the subscriptions that depend on the
 * register. What follows for values is left to the batch.
 */
final class UpdateIntake {
    private final PartitionGraph graph;
    private final LogClock clock;
    private final Obligations obligations;
    private final Batch batch;

    UpdateIntake(PartitionGraph graph, LogClock clock, Obligations obligations, Batch batch) {
        this.graph = graph;
        this.clock = clock;
        this.obligations = obligations;
        this.batch = batch;
    }

    /** @return whether the update was taken; false: it is too late */
    boolean take(GraphMutation mutation, PartitionInput input) {
        boolean late = clock.isLate(input.position() - 1, mutation.time());
        advance(input);
        if (late) {
            touchRefused(mutation, input);
        } else {
            write(mutation, input);
        }
        return !late;
    }

    /** @return whether the step was taken; false: it is too late */
    boolean takeSourceStep(GraphMutation mutation, PartitionInput input) {
        boolean late = clock.isLate(input.position() - 1, mutation.time());
        advance(input);
        if (!late) {
            batch.open(input);
            graph.applyToSource(mutation);
            obligations.touch(graph.ordinalOf(source(mutation)));
            batch.taken();
        }
        return !late;
    }

    void take(ClockTick tick, PartitionInput input) {
        clock.tick(input.position() - 1, tick.timeMs());
        advance(input);
    }

    /**
     * Merges the registers of a snapshot, in one go: their subscriptions follow behind the last of them. No clock moves, and none is late.
     *
     * @param latest the latest time of any of them
     */
    void take(List<FactJournal.Fact> registers, long latest, long expiredTo, PartitionInput input) {
        clock.imported(latest, expiredTo);
        advance(input);
        batch.open(input);
        for (FactJournal.Fact register : registers) {
            graph.merge(register);
            switch (register) {
                case FactJournal.NodeFact node -> obligations.touch(graph.ordinalOf(node.id()));
                case FactJournal.EdgeFact edge ->
                    touch(
                            graph.ordinalOf(edge.edge().source()),
                            graph.ordinalOf(edge.edge().target()));
                case FactJournal.StepFact step -> obligations.touch(graph.ordinalOf(step.vertexId()));
                case FactJournal.LabelFact label -> {}
            }
            batch.taken();
        }
        batch.settleWants();
    }

    /** Asks for a vertex to be computed from scratch. No fact: it has no time, so it moves no clock and is never late. */
    void recompute(String vertexId, PartitionInput input) {
        batch.open(input);
        obligations.recompute(graph.intern(vertexId));
        batch.taken();
    }

    /** Moves the graph's clock. What expires by it belongs to the batch. */
    private void advance(PartitionInput input) {
        graph.advance(clock.expiryTime());
        if (graph.changed() || graph.burialsPending()) {
            batch.open(input);
            batch.settleWants();
        }
    }

    private void write(GraphMutation mutation, PartitionInput input) {
        switch (mutation) {
            case GraphMutation.UpsertNode node -> {
                batch.open(input);
                graph.apply(node);
                obligations.touch(graph.ordinalOf(node.id()));
                batch.taken();
            }
            case GraphMutation.PatchNode node -> {
                batch.open(input);
                graph.apply(node);
                obligations.touch(graph.ordinalOf(node.id()));
                batch.taken();
            }
            case GraphMutation.RemoveNode node -> {
                batch.open(input);
                graph.apply(node);
                batch.settleWants();
                obligations.touch(graph.ordinalOf(node.id()));
                batch.taken();
            }
            case GraphMutation.UpsertEdge edge -> {
                batch.open(input);
                graph.apply(edge);
                touchEnds(edge.edge().source(), edge.edge().target());
                batch.taken();
            }
            case GraphMutation.RemoveEdge edge -> {
                batch.open(input);
                graph.apply(edge);
                touchEnds(edge.edge().source(), edge.edge().target());
                batch.taken();
            }
            case GraphMutation.EraseEdge edge -> {
                batch.open(input);
                graph.apply(edge);
                touchEnds(edge.edge().source(), edge.edge().target());
                batch.taken();
            }
            case GraphMutation.SetLabel label -> graph.apply(label);
            case GraphMutation.RemoveLabel label -> graph.apply(label);
        }
    }

    private void touchEnds(String source, String target) {
        touch(graph.ordinalOf(source), graph.ordinalOf(target));
        batch.settleWants();
    }

    private void touch(int source, int target) {
        obligations.touch(target);
        if (graph.owned(source)) {
            obligations.touch(source);
        }
    }

    private static String source(GraphMutation mutation) {
        return switch (mutation) {
            case GraphMutation.UpsertEdge edge -> edge.edge().source();
            case GraphMutation.EraseEdge edge -> edge.edge().source();
            default ->
                throw new IllegalArgumentException("The mutation (%s) is no step of a source.".formatted(mutation));
        };
    }

    /** An earlier life may have published whomever a refused update speaks of; the batch sees to it, even if nobody is there. */
    private void touchRefused(GraphMutation mutation, PartitionInput input) {
        switch (mutation) {
            case GraphMutation.UpsertNode node -> touchRefused(node.id(), input);
            case GraphMutation.PatchNode node -> touchRefused(node.id(), input);
            case GraphMutation.RemoveNode node -> touchRefused(node.id(), input);
            case GraphMutation.UpsertEdge edge -> touchRefused(edge.edge(), input);
            case GraphMutation.RemoveEdge edge -> touchRefused(edge.edge(), input);
            case GraphMutation.EraseEdge edge -> touchRefused(edge.edge(), input);
            case GraphMutation.SetLabel label -> {}
            case GraphMutation.RemoveLabel label -> {}
        }
    }

    private void touchRefused(EdgeId edge, PartitionInput input) {
        touchRefused(edge.target(), input);
        int u = graph.intern(edge.source());
        if (graph.owned(u)) {
            obligations.touch(u);
        }
    }

    private void touchRefused(String id, PartitionInput input) {
        batch.open(input);
        obligations.touch(graph.intern(id));
        batch.taken();
    }
}
