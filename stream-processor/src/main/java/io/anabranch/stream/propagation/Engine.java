package io.anabranch.stream.propagation;

import io.anabranch.graph.DegreeChanges;
import io.anabranch.graph.EdgeChanges;
import io.anabranch.graph.GraphDelta;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.hag.AggregationPlan;
import io.anabranch.stream.frozen.Aggregation;
import io.anabranch.stream.frozen.FrozenLayer;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.frozen.Rows;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One model version's values in one partition, kept exact by deltas.
 *
 * <p>Per layer and source the engine remembers the message that the sinks' accumulators contain now. Invariant between batches:
 * {@code sum_l[v] = sum over live in-edges (u, v, w) of w * message_l[u]}, where a source without a value has a zero message. A
 * batch restores it in this order, layer by layer: new edges add and removed edges take out the <em>remembered</em> message,
 * re-weighted edges add the difference of the weights; then every source whose message differs spreads the difference over the
 * present edges. Nobody has to know which edges of a moved source are new. Where a row comes out with the same bits as
 * before, the cascade stops.
 *
 * <p>Float sums drift as deltas add up: an accumulator is summed anew after max(64, in-degree) deltas or when it has shrunk to a
 * quarter, and set to exact zero when no in-edge has a value.
 *
 * <p>Cost of a batch: (edges changed + out-edges of moved sources) row additions and one small product per vertex whose input
 * changed, per layer. Not thread-safe.
 */
final class Engine {
    private final FrozenModel model;
    private final PartitionGraph graph;
    private final HaloTable halo;
    private final Set<Fault> faults;
    private final LayerSlab[] slabs;

    private int capacity;
    /** Whether the vertex has a value: owned and existing, or a halo entry of this version is there. */
    private boolean[] hasValue = {};
    /** Live in-edges whose source has a value. */
    private int[] valued = {};

    /** By ordinal: what the messages are made of, for halo vertices. */
    private @Nullable HaloValue[] haloValues = {};

    /** Sinks to recompute at every layer: their edges, divisor or degree changed, or they are new. */
    private final VertexSet structural = new VertexSet();
    /** Sources that may have moved at every layer. */
    private final VertexSet everywhere = new VertexSet();

    private final VertexSet degreeMovers = new VertexSet();
    private final VertexSet fresh = new VertexSet();
    /** Owned vertices whose h_{l-1} changed, for the layer at work; and h_l for the next. */
    private VertexSet moved = new VertexSet();

    private VertexSet movedNext = new VertexSet();
    private final VertexSet candidates = new VertexSet();
    private final VertexSet dirty = new VertexSet();

    private final VertexSet payloadChanged = new VertexSet();
    private final VertexSet embeddingChanged = new VertexSet();

    private final float[] input;
    private final float[] row;
    private final float[] difference;

    private long rowAdds;
    private long resums;

    Engine(FrozenModel model, PartitionGraph graph, HaloTable halo, Set<Fault> faults) {
        if (model.featureDimension() != graph.featureDimension()) {
            throw new IllegalArgumentException(
                    "The model (%s) takes features of %d numbers, but this graph has %d.\nMaybe it was trained for another graph."
                            .formatted(model, model.featureDimension(), graph.featureDimension()));
        }
        this.model = model;
        this.graph = graph;
        this.halo = halo;
        this.faults = faults;
        slabs = new LayerSlab[model.layers()];
        int widest = model.featureDimension();
        for (int l = 1; l <= slabs.length; l++) {
            slabs[l - 1] = new LayerSlab(model.layer(l));
            widest = Math.max(widest, slabs[l - 1].stride);
        }
        input = new float[widest];
        row = new float[widest];
        difference = new float[widest];
    }

    FrozenModel model() {
        return model;
    }

    // ---- results of the last batch, valid until the next

    /** Owned vertices with a value whose h_0 .. h_{L-1}, or in-degree where it matters, changed. */
    VertexSet payloadChanged() {
        return payloadChanged;
    }

    /** Owned vertices with a value whose embedding changed or is new. */
    VertexSet embeddingChanged() {
        return embeddingChanged;
    }

    /** Owned vertices whose values were recomputed at the last layer. */
    VertexSet recomputed() {
        return dirty;
    }

    // ---- reading

    boolean hasValue(int v) {
        return v < capacity && hasValue[v];
    }

    int valuedInEdges(int v) {
        return valued[v];
    }

    float[] embedding(int v) {
        var slab = slabs[slabs.length - 1];
        int at = v * slab.stride;
        return Arrays.copyOfRange(slab.value, at, at + slab.layer.outputWidth());
    }

    /** What subscribers of an owned vertex get. */
    LayerValues payload(int v) {
        float[][] rows = new float[slabs.length][];
        for (int l = 0; l < slabs.length; l++) {
            rows[l] = valueRow(v, l);
        }
        return LayerValues.owning(rows);
    }

    /** A copy of h_l of a vertex with a value; for a halo vertex l &lt; L. */
    float[] valueRow(int v, int l) {
        float[] copy = new float[model.width(l)];
        System.arraycopy(valueArray(v, l), valueOffset(v, l), copy, 0, copy.length);
        return copy;
    }

    long rowAdds() {
        return rowAdds;
    }

    long resums() {
        return resums;
    }

    // ---- from scratch

    /**
     * Bulk pass over the graph and the halo entries that are there: the state of a new engine. Nothing counts as changed. Sums run
     * over one aggregation plan for all layers, so each accumulator is as if summed anew.
     */
    void start() {
        ensureCapacity();
        int vertices = graph.vertexCapacity();
        for (int v = 0; v < vertices; v++) {
            hasValue[v] = valueNow(v);
        }
        for (int v = 0; v < vertices; v++) {
            valued[v] = countValued(v);
        }
        AggregationPlan plan = ValuedEdges.plan(graph, hasValue, valued);
        for (int l = 1; l <= slabs.length; l++) {
            var slab = slabs[l - 1];
            for (int u = 0; u < vertices; u++) {
                if (hasValue[u]) {
                    float[] source = valueArray(u, l - 1);
                    int at = valueOffset(u, l - 1);
                    slab.layer.message(source, at, factor(u, slab.layer), slab.message, u * slab.stride);
                    if (graph.owned(u) && slab.layer.hasSelf()) {
                        slab.layer.own(source, at, slab.own, u * slab.stride);
                    }
                }
            }
            plan.sum(slab.message, slab.stride, slab.sum);
            for (int v = 0; v < vertices; v++) {
                if (graph.exists(v)) {
                    slab.combine(v, graph.inDegree(v), valued[v], row);
                    System.arraycopy(row, 0, slab.value, v * slab.stride, slab.stride);
                }
            }
        }
    }

    // ---- one batch

    /** Brings all values up to the present graph and halo entries, given what changed since the last time. */
    void apply(GraphDelta delta, VertexSet haloTouched) {
        ensureCapacity();
        structural.clear();
        everywhere.clear();
        degreeMovers.clear();
        fresh.clear();
        moved.clear();
        payloadChanged.clear();
        embeddingChanged.clear();
        collect(delta, haloTouched);
        updateValued(delta);
        for (int l = 1; l <= slabs.length; l++) {
            layer(l, delta);
            var done = moved;
            moved = movedNext;
            movedNext = done;
        }
        for (int i = 0; i < delta.disappeared().size(); i++) {
            int v = delta.disappeared().vertex(i);
            for (var slab : slabs) {
                slab.forget(v);
            }
        }
    }

    private void collect(GraphDelta delta, VertexSet haloTouched) {
        for (int i = 0; i < delta.appeared().size(); i++) {
            int v = delta.appeared().vertex(i);
            fresh.add(v);
            structural.add(v);
            everywhere.add(v);
            moved.add(v);
        }
        for (int i = 0; i < delta.disappeared().size(); i++) {
            everywhere.add(delta.disappeared().vertex(i));
        }
        for (int i = 0; i < delta.changedFeatures().size(); i++) {
            moved.add(delta.changedFeatures().vertex(i));
        }
        everywhere.addAll(haloTouched);
        DegreeChanges degrees = delta.degreeChanged();
        for (int i = 0; i < degrees.size(); i++) {
            int v = degrees.vertex(i);
            if (graph.exists(v)) {
                structural.add(v);
                degreeMovers.add(v);
                if (model.inDegreeMatters() && !faults.contains(Fault.IN_DEGREE_NOT_SENT)) {
                    payloadChanged.add(v);
                }
            }
        }
        for (int i = 0; i < moved.size(); i++) {
            payloadChanged.add(moved.get(i));
        }
    }

    /** Keeps the number of in-edges with a value, through edge changes first, then through sources that gain or lose theirs. */
    private void updateValued(GraphDelta delta) {
        EdgeChanges added = delta.addedEdges();
        for (int i = 0; i < added.size(); i++) {
            structural.add(added.target(i));
            valued[added.target(i)] += hasValue[added.source(i)] ? 1 : 0;
        }
        EdgeChanges removed = delta.removedEdges();
        for (int i = 0; i < removed.size(); i++) {
            structural.add(removed.target(i));
            valued[removed.target(i)] -= hasValue[removed.source(i)] ? 1 : 0;
        }
        EdgeChanges reweighted = delta.reweightedEdges();
        for (int i = 0; i < reweighted.size(); i++) {
            structural.add(reweighted.target(i));
        }
        for (int i = 0; i < everywhere.size(); i++) {
            int u = everywhere.get(i);
            boolean now = valueNow(u);
            if (now != hasValue[u]) {
                hasValue[u] = now;
                for (int e = 0; e < graph.outCount(u); e++) {
                    int v = graph.outTarget(u, e);
                    structural.add(v);
                    valued[v] += now ? 1 : -1;
                }
            }
        }
    }

    private void layer(int l, GraphDelta delta) {
        var slab = slabs[l - 1];
        dirty.clear();
        dirty.addAll(structural);
        movedNext.clear();
        if (!faults.contains(Fault.ADDS_COUNTED_TWICE)) {
            addEdges(l, slab, delta.addedEdges());
        }
        if (!faults.contains(Fault.REMOVES_WITH_NEW_MESSAGE)) {
            removeEdges(slab, delta.removedEdges());
        }
        reweightEdges(slab, delta.reweightedEdges());
        moveSources(l, slab);
        if (faults.contains(Fault.ADDS_COUNTED_TWICE)) {
            addEdges(l, slab, delta.addedEdges());
        }
        if (faults.contains(Fault.REMOVES_WITH_NEW_MESSAGE)) {
            removeEdges(slab, delta.removedEdges());
        }
        for (int i = 0; i < dirty.size(); i++) {
            int v = dirty.get(i);
            if (graph.exists(v)) {
                recompute(l, slab, v);
            }
        }
    }

    private void addEdges(int l, LayerSlab slab, EdgeChanges added) {
        if (l > 1 && faults.contains(Fault.ADDS_AT_FIRST_LAYER_ONLY)) {
            return;
        }
        for (int i = 0; i < added.size(); i++) {
            slab.addMessage(added.weight(i), added.source(i), added.target(i));
        }
        rowAdds += added.size();
    }

    private void removeEdges(LayerSlab slab, EdgeChanges removed) {
        for (int i = 0; i < removed.size(); i++) {
            slab.addMessage(-removed.oldWeight(i), removed.source(i), removed.target(i));
        }
        rowAdds += removed.size();
    }

    private void reweightEdges(LayerSlab slab, EdgeChanges reweighted) {
        if (faults.contains(Fault.REWEIGHTS_IGNORED)) {
            return;
        }
        for (int i = 0; i < reweighted.size(); i++) {
            float change = reweighted.weight(i) - reweighted.oldWeight(i);
            slab.addMessage(change, reweighted.source(i), reweighted.target(i));
        }
        rowAdds += reweighted.size();
    }

    private void moveSources(int l, LayerSlab slab) {
        candidates.clear();
        candidates.addAll(moved);
        candidates.addAll(everywhere);
        if (slab.layer.aggregation() == Aggregation.GCN && !faults.contains(Fault.DEGREE_MOVERS_IGNORED)) {
            candidates.addAll(degreeMovers);
        }
        for (int i = 0; i < candidates.size(); i++) {
            int u = candidates.get(i);
            if (hasValue[u]) {
                float[] source = valueArray(u, l - 1);
                int at = valueOffset(u, l - 1);
                slab.layer.message(source, at, factor(u, slab.layer), row, 0);
                if (moved.contains(u) && !faults.contains(Fault.SELF_TERM_MISSING)) {
                    dirty.add(u);
                    if (slab.layer.hasSelf()) {
                        slab.layer.own(source, at, slab.own, u * slab.stride);
                    }
                }
            } else {
                Arrays.fill(row, 0, slab.stride, 0f);
            }
            spread(slab, u);
        }
    }

    /** Makes {@code row} the message of u in every sink. */
    private void spread(LayerSlab slab, int u) {
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

    private void recompute(int l, LayerSlab slab, int v) {
        if (valued[v] == 0) {
            slab.clearSum(v);
        } else if (slab.hasDrifted(v, graph.inDegree(v))) {
            slab.sumAnew(graph, v);
            resums++;
        }
        slab.combine(v, graph.inDegree(v), valued[v], row);
        int at = v * slab.stride;
        if (Rows.same(row, 0, slab.value, at, slab.stride) && !fresh.contains(v)) {
            return;
        }
        System.arraycopy(row, 0, slab.value, at, slab.stride);
        if (l == slabs.length) {
            embeddingChanged.add(v);
        } else {
            movedNext.add(v);
            payloadChanged.add(v);
        }
    }

    // ---- sources

    /** Whether v has a value now; takes up that of a halo vertex. */
    private boolean valueNow(int v) {
        if (graph.owned(v)) {
            return graph.exists(v);
        }
        haloValues[v] = halo.value(v, model.version());
        return haloValues[v] != null;
    }

    private int countValued(int v) {
        int count = 0;
        for (int e = 0; e < graph.inDegree(v); e++) {
            count += hasValue[graph.inSource(v, e)] ? 1 : 0;
        }
        return count;
    }

    private float factor(int u, FrozenLayer layer) {
        return layer.sourceFactor(inDegree(u));
    }

    /** In-degree of a vertex with a value, as its owner counts it. */
    int inDegree(int u) {
        return graph.owned(u) ? graph.inDegree(u) : haloValue(u).inDegree();
    }

    private HaloValue haloValue(int u) {
        var value = haloValues[u];
        if (value == null) {
            throw new IllegalStateException(
                    "The halo vertex (%s) has no value of version %d.".formatted(graph.vertexId(u), model.version()));
        }
        return value;
    }

    /** The array that holds h_l of u at {@link #valueOffset}; for h_0 of an owned vertex a scratch array. */
    private float[] valueArray(int u, int l) {
        if (!graph.owned(u)) {
            return haloValue(u).layers().row(l);
        }
        if (l > 0) {
            return slabs[l - 1].value;
        }
        graph.copyFeatures(u, input, 0);
        model.encoding().encode(input, 0, model.featureDimension());
        return input;
    }

    private int valueOffset(int u, int l) {
        return l == 0 || !graph.owned(u) ? 0 : u * slabs[l - 1].stride;
    }

    private void ensureCapacity() {
        int needed = graph.vertexCapacity();
        if (needed > capacity) {
            capacity = Math.max(needed, capacity + capacity / 2 + 16);
            for (var slab : slabs) {
                slab.grow(capacity);
            }
            hasValue = Arrays.copyOf(hasValue, capacity);
            valued = Arrays.copyOf(valued, capacity);
            haloValues = Arrays.copyOf(haloValues, capacity);
        }
    }
}
