package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import io.anabranch.stream.frozen.FrozenLayer;
import java.util.Set;

/**
 * What the layers share that keep the value of every vertex and compute it anew when anything that it is made of has changed. A batch
 * that reaches much of the graph computes these vertices from their in-edges; else the layer's own rule applies.
 */
abstract class StoredValueLayer implements LayerPropagation {
    final FrozenLayer layer;
    final PartitionGraph graph;
    final Sources sources;
    final LayerInput input;
    final Set<Fault> faults;
    final LayerOutputs outputs;
    final RelationRows sinks;
    /** Owned vertices to compute anew. */
    final VertexSet dirty = new VertexSet();

    private final BatchPlan plan;
    private final VertexSet candidates = new VertexSet();
    long rowAdds;
    long resums;

    StoredValueLayer(FrozenLayer layer, LayerContext context, LayerInput input) {
        this.layer = layer;
        this.graph = context.graph();
        this.sources = context.sources();
        this.input = input;
        this.faults = context.faults();
        outputs = new LayerOutputs(layer);
        sinks = new RelationRows(layer.relations());
        plan = new BatchPlan(context.tuning(), graph, false);
    }

    @Override
    public final void apply(BatchChanges changes, VertexSet moved, VertexSet changed) {
        dirty.clear();
        candidates.clear();
        candidates.addAll(moved);
        candidates.addAll(changes.everywhere());
        if (plan.begin(changes, moved, rowAdds)) {
            gather(changes, moved, changed);
        } else {
            scatter(changes, moved, candidates, changed);
        }
        plan.end(rowAdds);
    }

    /**
     * Takes up a batch by the layer's rule of deltas; see {@link LayerPropagation#apply}.
     *
     * @param candidates the sources whose message may have moved
     */
    abstract void scatter(BatchChanges changes, VertexSet moved, VertexSet candidates, VertexSet changed);

    private void gather(BatchChanges changes, VertexSet moved, VertexSet changed) {
        for (int i = 0; i < candidates.size(); i++) {
            int u = candidates.get(i);
            if (renew(u)) {
                for (int e = 0; e < graph.outCount(u); e++) {
                    dirty.add(graph.outTarget(u, e));
                }
            }
        }
        dirty.addAll(moved);
        dirty.addAll(changes.structural());
        for (int i = 0; i < dirty.size(); i++) {
            int v = dirty.get(i);
            if (graph.exists(v)) {
                if (compute(v)) {
                    changed.add(v);
                }
            } else {
                sinks.releaseAll(v);
            }
        }
    }

    @Override
    public void forget(int vertex) {
        outputs.forget(vertex);
    }

    @Override
    public void copyValue(int vertex, float[] target, int at) {
        outputs.copyValue(vertex, target, at);
    }

    @Override
    public final long rowAdds() {
        return rowAdds;
    }

    @Override
    public final long resums() {
        return resums;
    }
}
