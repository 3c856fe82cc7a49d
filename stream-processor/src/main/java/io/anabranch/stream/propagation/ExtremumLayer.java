package io.anabranch.stream.propagation;

import static io.anabranch.stream.frozen.ExtremumKernels.NO_WITNESS;
import static io.anabranch.stream.frozen.FrozenLayer.NO_RELATION;

import io.anabranch.graph.EdgeChanges;
import io.anabranch.graph.hag.AggregationPlan;
import io.anabranch.stream.frozen.Aggregation;
import io.anabranch.stream.frozen.ExtremumKernels;
import io.anabranch.stream.frozen.FrozenLayer;
import io.anabranch.stream.frozen.Rows;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Max and min, plain, relational or pooling: per sink, relation and column the extremum of {@code w h[u]}, or of w times what the layer's pool makes of
 * h[u], and its witness, the source that holds it.
 *
 * <p>A batch first empties the columns whose witness moved or left, then folds in all new messages, and scans the in-edges again only
 * for columns that are now below what they lost: whatever is not scanned either kept its witness, or found a message at least as
 * great. Most changes are no extremum, so most sinks keep their bits and the cascade stops there. Exact: the result has the bits of a
 * fresh scan.
 *
 * <p>Aggregates before it transforms, since an extremum does not pass through a matrix. Minima are kept as maxima of
 * {@code -w h[u]}, and their sign is put right when the row is computed.
 *
 * <p>Cost of a batch: three row passes per changed edge or out-edge of a moved source, in-degree passes (of the columns concerned)
 * per sink that lost an extremum, and one small product per relation of a sink whose extremum or own row changed. Memory per sink and
 * relation with in-edges: 8 bytes * message stride.
 */
final class ExtremumLayer extends StoredValueLayer {
    /** Up to so many columns are scanned one by one, more as whole rows. */
    private static final int FEW_COLUMNS = 4;

    private final Relations relations;
    /** 1 for max, -1 for min. */
    private final float sign;

    private final int stride;
    private final RememberedRows remembered;
    private float[] extremum = {};
    private int[] witness = {};

    private final VertexSet movers = new VertexSet();
    /** Rows that the batch looked at, and beside each, in the same order, what it held before. */
    private final VertexSet touched = new VertexSet();

    private float[] before = {};

    /** What is aggregated of a source. */
    private final float[] source;
    /** Its row; the same array, where that is what is aggregated. */
    private final float[] own;

    private final int[] columns;
    private final float[] scratch;
    private final float[] out;

    ExtremumLayer(FrozenLayer layer, LayerContext context, LayerInput input) {
        super(layer, context, input);
        relations = new Relations(layer, graph);
        sign = layer.aggregation() == Aggregation.MIN ? -1f : 1f;
        stride = layer.messageStride();
        remembered = new RememberedRows(stride);
        source = new float[stride];
        own = layer.pool() == null ? source : new float[layer.inputStride()];
        columns = new int[stride];
        scratch = new float[layer.outputStride()];
        out = new float[layer.outputStride()];
    }

    @Override
    public void grow(int vertices) {
        remembered.grow(vertices);
        outputs.grow(vertices);
        sinks.grow(vertices);
    }

    @Override
    public void start(Supplier<AggregationPlan> plan) {
        int vertices = graph.vertexCapacity();
        for (int u = 0; u < vertices; u++) {
            if (sources.hasValue(u)) {
                read(u);
                remembered.remember(u, source);
            }
        }
        for (int v = 0; v < vertices; v++) {
            if (graph.exists(v)) {
                compute(v);
            }
        }
    }

    @Override
    void scatter(BatchChanges changes, VertexSet moved, VertexSet candidates, VertexSet changed) {
        touched.clear();
        movers.clear();
        dirty.addAll(changes.fresh());
        var delta = changes.delta();
        takeOut(delta.removedEdges());
        reopen(delta.reweightedEdges());
        count(delta.addedEdges());
        moveSources(moved, candidates);
        foldEdges(delta.addedEdges());
        foldEdges(delta.reweightedEdges());
        foldMovers();
        for (int i = 0; i < touched.size(); i++) {
            settle(touched.get(i), i * stride);
        }
        for (int i = 0; i < dirty.size(); i++) {
            int v = dirty.get(i);
            if (graph.exists(v) && recompute(v)) {
                changed.add(v);
            }
        }
    }

    // ---- first: empty what may be gone; count the edges

    private void takeOut(EdgeChanges removed) {
        for (int i = 0; i < removed.size(); i++) {
            int relation = faults.contains(Fault.RELATION_IGNORED_IN_REMOVAL) ? 0 : relations.ofType(removed.type(i));
            if (relation != NO_RELATION && remembered.contains(removed.source(i))) {
                int row = sinks.find(removed.target(i), relation);
                if (row != RelationRows.NO_ROW) {
                    touch(row);
                    sinks.count(row, -1);
                    invalidate(row, removed.source(i));
                }
            }
        }
    }

    private void reopen(EdgeChanges reweighted) {
        for (int i = 0; i < reweighted.size(); i++) {
            int relation = relations.ofType(reweighted.type(i));
            if (relation != NO_RELATION && remembered.contains(reweighted.source(i))) {
                int row = sinks.find(reweighted.target(i), relation);
                touch(row);
                invalidate(row, reweighted.source(i));
            }
        }
    }

    private void count(EdgeChanges added) {
        for (int i = 0; i < added.size(); i++) {
            int relation = relations.ofType(added.type(i));
            if (relation != NO_RELATION && remembered.contains(added.source(i))) {
                int row = row(added.target(i), relation);
                touch(row);
                sinks.count(row, 1);
            }
        }
    }

    private void moveSources(VertexSet moved, VertexSet candidates) {
        for (int i = 0; i < candidates.size(); i++) {
            int u = candidates.get(i);
            if (sources.hasValue(u)) {
                read(u);
                if (moved.contains(u) && !faults.contains(Fault.SELF_TERM_MISSING)) {
                    dirty.add(u);
                    outputs.setOwn(u, own);
                }
                if (!remembered.contains(u, source)) {
                    boolean was = remembered.contains(u);
                    remembered.remember(u, source);
                    movers.add(u);
                    openOutEdges(u, was, was ? 0 : 1);
                }
            } else if (remembered.contains(u)) {
                remembered.forget(u);
                openOutEdges(u, true, -1);
            }
        }
    }

    private void openOutEdges(int u, boolean was, int counted) {
        for (int e = 0; e < graph.outCount(u); e++) {
            int relation = relations.ofOutEdge(u, e);
            if (relation != NO_RELATION) {
                int row = row(graph.outTarget(u, e), relation);
                touch(row);
                sinks.count(row, counted);
                if (was) {
                    invalidate(row, u);
                }
            }
        }
    }

    // ---- then: fold in what is new

    private void foldEdges(EdgeChanges changed) {
        for (int i = 0; i < changed.size(); i++) {
            int relation = relations.ofType(changed.type(i));
            int u = changed.source(i);
            // A mover folds its message in over all its edges, these among them.
            if (relation != NO_RELATION && remembered.contains(u) && !movers.contains(u)) {
                fold(sinks.find(changed.target(i), relation), u, changed.weight(i));
            }
        }
    }

    private void foldMovers() {
        for (int i = 0; i < movers.size(); i++) {
            int u = movers.get(i);
            for (int e = 0; e < graph.outCount(u); e++) {
                int relation = relations.ofOutEdge(u, e);
                if (relation != NO_RELATION) {
                    fold(sinks.find(graph.outTarget(u, e), relation), u, graph.outWeight(u, e));
                }
            }
        }
    }

    // ---- last: scan again where nothing covers what was lost

    private void settle(int row, int beforeAt) {
        int v = sinks.vertex(row);
        if (sinks.edges(row) == 0) {
            sinks.release(row);
            dirty.add(v);
            return;
        }
        int at = row * stride;
        int lost = ExtremumKernels.uncovered(extremum, at, before, beforeAt, stride, columns);
        if (lost > 0) {
            rescan(row, v, lost);
        }
        if (!Rows.same(extremum, at, before, beforeAt, stride)) {
            dirty.add(v);
        }
    }

    private void rescan(int row, int v, int lost) {
        resums++;
        int relation = sinks.relation(row);
        for (int e = 0; e < graph.inDegree(v); e++) {
            int u = graph.inSource(v, e);
            if (remembered.contains(u) && relations.ofInEdge(v, e) == relation) {
                float factor = sign * graph.inWeight(v, e);
                if (lost > FEW_COLUMNS) {
                    fold(row, u, graph.inWeight(v, e));
                } else {
                    ExtremumKernels.foldColumns(
                            factor,
                            remembered.row,
                            remembered.at(u),
                            u,
                            extremum,
                            witness,
                            row * stride,
                            columns,
                            lost);
                }
            }
        }
    }

    private boolean recompute(int v) {
        outputs.copyOwn(v, out);
        for (int relation = 0; relation < relations.count(); relation++) {
            int row = sinks.find(v, relation);
            if (row != RelationRows.NO_ROW) {
                layer.addNeighbor(relation, sign, extremum, row * stride, scratch, out, 0);
            }
        }
        layer.activate(out, 0);
        return outputs.store(v, out);
    }

    // ---- rows

    /** The row of a source with a value, and what is aggregated of it. */
    private void read(int u) {
        input.copy(u, own, 0);
        if (layer.pool() != null) {
            layer.pool(own, source);
        }
    }

    private int row(int vertex, int relation) {
        int row = sinks.find(vertex, relation);
        if (row == RelationRows.NO_ROW) {
            row = sinks.create(vertex, relation);
            int floats = Math.multiplyExact(sinks.capacity(), stride);
            if (extremum.length < floats) {
                extremum = Arrays.copyOf(extremum, floats);
                witness = Arrays.copyOf(witness, floats);
            }
            int at = row * stride;
            int end = at + layer.messageWidth();
            Arrays.fill(extremum, at, end, Float.NEGATIVE_INFINITY);
            Arrays.fill(extremum, end, at + stride, 0f);
            Arrays.fill(witness, at, at + stride, NO_WITNESS);
        }
        return row;
    }

    private void touch(int row) {
        int at = touched.size() * stride;
        if (touched.add(row)) {
            if (before.length < at + stride) {
                before = Arrays.copyOf(before, Math.max(2 * before.length, at + stride));
            }
            System.arraycopy(extremum, row * stride, before, at, stride);
        }
    }

    private void invalidate(int row, int source) {
        if (!faults.contains(Fault.WITNESS_KEPT)) {
            ExtremumKernels.invalidate(source, extremum, witness, row * stride, stride);
        }
    }

    private void fold(int row, int source, float weight) {
        ExtremumKernels.fold(
                sign * weight, remembered.row, remembered.at(source), source, extremum, witness, row * stride, stride);
        rowAdds++;
    }

    // ---- from scratch, one at a time

    @Override
    public boolean renew(int u) {
        if (!sources.hasValue(u)) {
            return remembered.drop(u);
        }
        read(u);
        return remembered.renew(u, source);
    }

    @Override
    public boolean compute(int v) {
        sinks.releaseAll(v);
        input.copy(v, own, 0);
        outputs.setOwn(v, own);
        foldAll(v);
        return recompute(v);
    }

    private void foldAll(int v) {
        for (int e = 0; e < graph.inDegree(v); e++) {
            int relation = relations.ofInEdge(v, e);
            int u = graph.inSource(v, e);
            if (relation != NO_RELATION && remembered.contains(u)) {
                int row = row(v, relation);
                sinks.count(row, 1);
                fold(row, u, graph.inWeight(v, e));
            }
        }
    }
}
