package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;

/**
 * For one layer: whether a batch is taken up by deltas or by summing anew, by what it would touch either way and what the
 * {@link CostModel} knows. Not thread-safe.
 */
final class BatchPlan {
    private final CostModel cost;
    private final PartitionGraph graph;
    private final boolean degreesMatter;
    private final VertexSet reached = new VertexSet();

    private boolean measures;
    private boolean gathers;
    private long begin;
    private long rowAdds;

    /** @param degreesMatter whether a source's message moves with its in-degree */
    BatchPlan(EngineTuning tuning, PartitionGraph graph, boolean degreesMatter) {
        cost = new CostModel(tuning.strategy());
        this.graph = graph;
        this.degreesMatter = degreesMatter;
    }

    /**
     * Before the layer works on a batch.
     *
     * @param rowAddsBefore row additions of the layer so far
     * @return whether to sum every sink anew that the batch reaches
     */
    boolean begin(BatchChanges changes, VertexSet moved, long rowAddsBefore) {
        long scattered = outEdges(moved) + outEdges(changes.everywhere());
        if (degreesMatter) {
            scattered += outEdges(changes.degreeMovers());
        }
        gathers = cost.plans(scattered, graph.edgeCount()) && cost.gathers(scattered, inEdgesOfReached(changes, moved));
        measures = scattered >= CostModel.SMALL;
        begin = measures ? System.nanoTime() : 0;
        rowAdds = rowAddsBefore;
        return gathers;
    }

    /** After it. */
    void end(long rowAddsAfter) {
        if (!measures) {
            return;
        }
        long nanos = System.nanoTime() - begin;
        if (gathers) {
            cost.gathered(rowAddsAfter - rowAdds, nanos);
        } else {
            cost.scattered(rowAddsAfter - rowAdds, nanos);
        }
    }

    private long outEdges(VertexSet vertices) {
        long edges = 0;
        for (int i = 0; i < vertices.size(); i++) {
            edges += graph.outCount(vertices.get(i));
        }
        return edges;
    }

    private long inEdgesOfReached(BatchChanges changes, VertexSet moved) {
        reached.clear();
        long edges = reach(changes.structural());
        edges += reach(moved);
        edges += reachFrom(moved) + reachFrom(changes.everywhere());
        return degreesMatter ? edges + reachFrom(changes.degreeMovers()) : edges;
    }

    private long reach(VertexSet sinks) {
        long edges = 0;
        for (int i = 0; i < sinks.size(); i++) {
            edges += reached.add(sinks.get(i)) ? graph.inDegree(sinks.get(i)) : 0;
        }
        return edges;
    }

    private long reachFrom(VertexSet from) {
        long edges = 0;
        for (int i = 0; i < from.size(); i++) {
            int u = from.get(i);
            for (int e = 0; e < graph.outCount(u); e++) {
                int v = graph.outTarget(u, e);
                edges += reached.add(v) ? graph.inDegree(v) : 0;
            }
        }
        return edges;
    }
}
