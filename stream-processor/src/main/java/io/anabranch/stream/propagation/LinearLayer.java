package io.anabranch.stream.propagation;

import io.anabranch.graph.EdgeChanges;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.hag.AggregationPlan;
import io.anabranch.stream.frozen.Aggregation;
import io.anabranch.stream.frozen.FrozenLayer;
import io.anabranch.stream.frozen.Rows;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Sum, mean and GCN: the sink's accumulator is linear in the messages, so that deltas are exact.
 *
 * <p>Per source stands the message that the sinks' accumulators contain now. Invariant between batches: {@code sum[v] = sum over
 * live in-edges (u, v, w) of w * message[u]}, where a source without a value has a zero message. A batch restores it in this order:
 * new edges add and removed edges take out the <em>remembered</em> message, re-weighted edges add the difference of the weights; then
 * every source whose message differs spreads the difference over the present edges. Nobody has to know which edges of a moved
 * source are new.
 *
 * <p>Cost of a batch: (edges changed + out-edges of moved sources) row additions and one small product per vertex whose input
 * changed.
 */
final class LinearLayer implements LayerPropagation {
    private final int index;
    private final FrozenLayer layer;
    private final PartitionGraph graph;
    private final Sources sources;
    private final LayerInput input;
    private final Set<Fault> faults;
    private final LayerSlab slab;

    private final VertexSet candidates = new VertexSet();
    private final VertexSet dirty = new VertexSet();
    private final float[] source;
    private final float[] row;
    private final float[] difference;

    private long rowAdds;
    private long resums;

    LinearLayer(
            int index, FrozenLayer layer, PartitionGraph graph, Sources sources, LayerInput input, Set<Fault> faults) {
        this.index = index;
        this.layer = layer;
        this.graph = graph;
        this.sources = sources;
        this.input = input;
        this.faults = faults;
        slab = new LayerSlab(layer);
        source = new float[layer.inputWidth()];
        row = new float[layer.outputStride()];
        difference = new float[layer.outputStride()];
    }

    @Override
    public void grow(int vertices) {
        slab.grow(vertices);
    }

    @Override
    public void start(Supplier<AggregationPlan> plan) {
        int vertices = graph.vertexCapacity();
        for (int u = 0; u < vertices; u++) {
            if (sources.hasValue(u)) {
                input.copy(u, source, 0);
                layer.message(source, 0, factor(u), slab.message, u * slab.stride);
                if (graph.owned(u) && layer.hasSelf()) {
                    layer.own(source, 0, slab.own, u * slab.stride);
                }
            }
        }
        plan.get().sum(slab.message, slab.stride, slab.sum);
        for (int v = 0; v < vertices; v++) {
            if (graph.exists(v)) {
                slab.combine(v, graph.inDegree(v), sources.valuedInEdges(v), row);
                System.arraycopy(row, 0, slab.value, v * slab.stride, slab.stride);
            }
        }
    }

    @Override
    public void apply(BatchChanges changes, VertexSet moved, VertexSet changed) {
        dirty.clear();
        dirty.addAll(changes.structural());
        var delta = changes.delta();
        if (!faults.contains(Fault.ADDS_COUNTED_TWICE)) {
            addEdges(delta.addedEdges());
        }
        if (!faults.contains(Fault.REMOVES_WITH_NEW_MESSAGE)) {
            removeEdges(delta.removedEdges());
        }
        reweightEdges(delta.reweightedEdges());
        moveSources(changes, moved);
        if (faults.contains(Fault.ADDS_COUNTED_TWICE)) {
            addEdges(delta.addedEdges());
        }
        if (faults.contains(Fault.REMOVES_WITH_NEW_MESSAGE)) {
            removeEdges(delta.removedEdges());
        }
        for (int i = 0; i < dirty.size(); i++) {
            int v = dirty.get(i);
            if (graph.exists(v) && recompute(v)) {
                changed.add(v);
            }
        }
    }

    private void addEdges(EdgeChanges added) {
        if (index > 1 && faults.contains(Fault.ADDS_AT_FIRST_LAYER_ONLY)) {
            return;
        }
        for (int i = 0; i < added.size(); i++) {
            slab.addMessage(added.weight(i), added.source(i), added.target(i));
        }
        rowAdds += added.size();
    }

    private void removeEdges(EdgeChanges removed) {
        for (int i = 0; i < removed.size(); i++) {
            slab.addMessage(-removed.oldWeight(i), removed.source(i), removed.target(i));
        }
        rowAdds += removed.size();
    }

    private void reweightEdges(EdgeChanges reweighted) {
        if (faults.contains(Fault.REWEIGHTS_IGNORED)) {
            return;
        }
        for (int i = 0; i < reweighted.size(); i++) {
            float change = reweighted.weight(i) - reweighted.oldWeight(i);
            slab.addMessage(change, reweighted.source(i), reweighted.target(i));
        }
        rowAdds += reweighted.size();
    }

    private void moveSources(BatchChanges changes, VertexSet moved) {
        candidates.clear();
        candidates.addAll(moved);
        candidates.addAll(changes.everywhere());
        if (layer.aggregation() == Aggregation.GCN && !faults.contains(Fault.DEGREE_MOVERS_IGNORED)) {
            candidates.addAll(changes.degreeMovers());
        }
        for (int i = 0; i < candidates.size(); i++) {
            int u = candidates.get(i);
            if (sources.hasValue(u)) {
                input.copy(u, source, 0);
                layer.message(source, 0, factor(u), row, 0);
                if (moved.contains(u) && !faults.contains(Fault.SELF_TERM_MISSING)) {
                    dirty.add(u);
                    if (layer.hasSelf()) {
                        layer.own(source, 0, slab.own, u * slab.stride);
                    }
                }
            } else {
                Arrays.fill(row, 0f);
            }
            spread(u);
        }
    }

    /** Makes {@code row} the message of u in every sink. */
    private void spread(int u) {
        int at = u * slab.stride;
        if (Rows.same(row, 0, slab.message, at, slab.stride)) {
            return;
        }
        Rows.subtract(row, 0, slab.message, at, difference, 0, slab.stride);
        System.arraycopy(row, 0, slab.message, at, slab.stride);
        float greatest = Rows.maxAbs(difference, 0, slab.stride);
        int count = graph.outCount(u);
        for (int e = 0; e < count; e++) {
            int v = graph.outTarget(u, e);
            slab.add(graph.outWeight(u, e), difference, 0, greatest, v);
            dirty.add(v);
        }
        rowAdds += count;
    }

    private boolean recompute(int v) {
        int valued = sources.valuedInEdges(v);
        if (valued == 0) {
            slab.clearSum(v);
        } else if (slab.hasDrifted(v, graph.inDegree(v))) {
            slab.sumAnew(graph, v);
            resums++;
        }
        slab.combine(v, graph.inDegree(v), valued, row);
        int at = v * slab.stride;
        if (Rows.same(row, 0, slab.value, at, slab.stride)) {
            return false;
        }
        System.arraycopy(row, 0, slab.value, at, slab.stride);
        return true;
    }

    private float factor(int u) {
        return layer.sourceFactor(layer.aggregation() == Aggregation.GCN ? sources.inDegree(u) : 0);
    }

    @Override
    public void forget(int vertex) {
        slab.forget(vertex);
    }

    @Override
    public void copyValue(int vertex, float[] target, int at) {
        System.arraycopy(slab.value, vertex * slab.stride, target, at, layer.outputWidth());
    }

    @Override
    public long rowAdds() {
        return rowAdds;
    }

    @Override
    public long resums() {
        return resums;
    }
}
