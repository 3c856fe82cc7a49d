package io.anabranch.stream.propagation;

import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.PartitionGraph;
import it.unimi.dsi.fastutil.ints.IntArrayList;

/**
 * Records of the updates topic: each changes its register at once, and with it the subscriptions that depend on the register. What
 * follows for values is left to the batch.
 */
final class UpdateIntake {
    private final PartitionGraph graph;
    private final Subscriptions subscriptions;
    private final Obligations obligations;
    private final Batch batch;
    /** Sources of the in-edges that a node delete is about to bury. */
    private final IntArrayList sources = new IntArrayList();

    UpdateIntake(PartitionGraph graph, Subscriptions subscriptions, Obligations obligations, Batch batch) {
        this.graph = graph;
        this.subscriptions = subscriptions;
        this.obligations = obligations;
        this.batch = batch;
    }

    void take(GraphMutation mutation, PartitionInput input) {
        switch (mutation) {
            case GraphMutation.UpsertNode node -> {
                batch.open(input);
                graph.apply(node);
                obligations.touch(graph.ordinalOf(node.id()));
                batch.taken();
            }
            case GraphMutation.RemoveNode node -> {
                batch.open(input);
                removeNode(node);
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
            case GraphMutation.SetLabel label -> graph.apply(label);
            case GraphMutation.RemoveLabel label -> graph.apply(label);
        }
    }

    private void removeNode(GraphMutation.RemoveNode node) {
        sources.clear();
        int v = graph.ordinalOf(node.id());
        if (v != PartitionGraph.NO_VERTEX) {
            for (int e = 0; e < graph.inDegree(v); e++) {
                sources.add(graph.inSource(v, e));
            }
        }
        graph.apply(node);
        for (int i = 0; i < sources.size(); i++) {
            adjust(sources.getInt(i));
        }
    }

    private void touchEnds(String source, String target) {
        int u = graph.ordinalOf(source);
        obligations.touch(graph.ordinalOf(target));
        if (graph.owned(u)) {
            obligations.touch(u);
        } else {
            adjust(u);
        }
    }

    private void adjust(int u) {
        if (subscriptions.adjust(u)) {
            batch.haloChanged(u);
        }
    }
}
