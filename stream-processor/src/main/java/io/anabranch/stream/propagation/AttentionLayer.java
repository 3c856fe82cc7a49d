package io.anabranch.stream.propagation;

import io.anabranch.graph.EdgeChanges;
import io.anabranch.graph.hag.AggregationPlan;
import io.anabranch.stream.frozen.Attention;
import io.anabranch.stream.frozen.FrozenLayer;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Graph attention: per sink and head the numerator and denominator of its softmax, kept by deltas in {@link AttentionSums}.
 *
 * <p>Invariant between batches: the sums of v contain every live in-edge of weight above zero whose source has a value, by the row that
 * {@link AttentionSources} remembers of it, on the side on which the remembered target score of v puts it. A batch restores it as the
 * linear layers do: edge changes go by the remembered rows, then sources that moved are exchanged in all their sinks. A sink whose
 * own row moved gets a new target score, which changes every coefficient; but since each side factorises, only the edges that change
 * sides are moved, and the in-edges cost one comparison a head.
 *
 * <p>Cost of a batch: per head one or two row passes and exponentials for each changed edge and out-edge of a moved source, in-degree
 * comparisons for each sink whose own row moved, and one product of a vertex's row. Memory per vertex: that of
 * {@link AttentionSources} and {@link LayerOutputs}, 4 * heads for target scores, and for sinks with in-edges that of {@link AttentionSums}.
 */
final class AttentionLayer extends StoredValueLayer {
    private final Attention attention;
    private final int heads;

    private final AttentionSources remembered;
    /** One entry: what the sinks contained of the source that is being moved. */
    private final AttentionSources old;

    private final AttentionSums sums;
    /** By owned vertex and head: the target scores by which its in-edges stand on their sides. */
    private float[] target = {};

    private final float[] source;
    private final float[] z;
    private final float[] nextTarget;
    private final float[] out;

    AttentionLayer(FrozenLayer layer, LayerContext context, LayerInput input) {
        super(layer, context, input);
        attention = layer.attention();
        heads = attention.heads();
        remembered = new AttentionSources(attention);
        old = new AttentionSources(attention);
        old.grow(1);
        sums = new AttentionSums(attention);
        source = new float[layer.inputWidth()];
        z = new float[attention.rowStride()];
        nextTarget = new float[heads];
        out = new float[layer.outputStride()];
    }

    @Override
    public void grow(int vertices) {
        remembered.grow(vertices);
        outputs.grow(vertices);
        sinks.grow(vertices);
        target = Arrays.copyOf(target, Math.multiplyExact(vertices, heads));
    }

    @Override
    public void start(Supplier<AggregationPlan> plan) {
        int vertices = graph.vertexCapacity();
        for (int u = 0; u < vertices; u++) {
            if (sources.hasValue(u)) {
                project(u);
                remembered.remember(u, z);
                attention.targetScores(z, 0, target, u * heads);
            }
        }
        for (int v = 0; v < vertices; v++) {
            if (graph.exists(v)) {
                gather(v);
            }
        }
    }

    @Override
    void scatter(BatchChanges changes, VertexSet moved, VertexSet candidates, VertexSet changed) {
        for (int i = 0; i < changes.fresh().size(); i++) {
            // So that its first edges stand on the right side at once.
            int v = changes.fresh().get(i);
            project(v);
            attention.targetScores(z, 0, target, v * heads);
            dirty.add(v);
        }
        var delta = changes.delta();
        EdgeChanges added = delta.addedEdges();
        for (int i = 0; i < added.size(); i++) {
            add(added.source(i), added.target(i), Attention.share(added.weight(i)));
        }
        EdgeChanges removed = delta.removedEdges();
        for (int i = 0; i < removed.size(); i++) {
            remove(removed.source(i), removed.target(i), Attention.share(removed.oldWeight(i)));
        }
        EdgeChanges reweighted = delta.reweightedEdges();
        for (int i = 0; i < reweighted.size() && !faults.contains(Fault.REWEIGHTS_IGNORED); i++) {
            remove(reweighted.source(i), reweighted.target(i), Attention.share(reweighted.oldWeight(i)));
            add(reweighted.source(i), reweighted.target(i), Attention.share(reweighted.weight(i)));
        }
        moveSources(moved, candidates);
        for (int i = 0; i < dirty.size(); i++) {
            int v = dirty.get(i);
            if (graph.exists(v)) {
                if (recompute(v)) {
                    changed.add(v);
                }
            } else {
                releaseIfEmpty(v);
            }
        }
    }

    private void add(int u, int v, float share) {
        if (share > 0 && remembered.contains(u)) {
            int row = row(v);
            sinks.count(row, 1);
            sums.add(row, remembered, u, share, target, v * heads);
            dirty.add(v);
            rowAdds++;
        }
    }

    private void remove(int u, int v, float share) {
        if (share > 0 && remembered.contains(u)) {
            int row = sinks.find(v, 0);
            sinks.count(row, -1);
            sums.remove(row, remembered, u, share, target, v * heads);
            dirty.add(v);
            rowAdds++;
        }
    }

    private void moveSources(VertexSet moved, VertexSet candidates) {
        for (int i = 0; i < candidates.size(); i++) {
            int u = candidates.get(i);
            if (!sources.hasValue(u)) {
                leave(u);
                continue;
            }
            project(u);
            if (!remembered.contains(u, z)) {
                move(u);
            }
            if (moved.contains(u) && !faults.contains(Fault.SELF_TERM_MISSING)) {
                dirty.add(u);
                turn(u);
            }
        }
    }

    /** The source has no value any more. */
    private void leave(int u) {
        if (remembered.contains(u)) {
            for (int e = 0; e < graph.outCount(u); e++) {
                remove(u, graph.outTarget(u, e), Attention.share(graph.outWeight(u, e)));
            }
            remembered.forget(u);
        }
    }

    /** Makes {@link #z} what the sinks contain of u. */
    private void move(int u) {
        boolean was = remembered.contains(u);
        remembered.copyTo(u, old, 0);
        remembered.remember(u, z);
        for (int e = 0; e < graph.outCount(u); e++) {
            int v = graph.outTarget(u, e);
            float share = Attention.share(graph.outWeight(u, e));
            if (!was) {
                add(u, v, share);
            } else if (share > 0) {
                sums.exchange(sinks.find(v, 0), old, 0, remembered, u, share, target, v * heads);
                dirty.add(v);
                rowAdds++;
            }
        }
    }

    /** Gives v the target scores of {@link #z}. */
    private void turn(int v) {
        attention.targetScores(z, 0, nextTarget, 0);
        int at = v * heads;
        if (Arrays.equals(nextTarget, 0, heads, target, at, at + heads)) {
            return;
        }
        int row = sinks.find(v, 0);
        if (row != RelationRows.NO_ROW && !faults.contains(Fault.SINK_NOT_RESORTED)) {
            for (int e = 0; e < graph.inDegree(v); e++) {
                int u = graph.inSource(v, e);
                float share = Attention.share(graph.inWeight(v, e));
                if (share > 0
                        && remembered.contains(u)
                        && sums.resort(row, remembered, u, share, target, at, nextTarget)) {
                    rowAdds++;
                }
            }
        }
        System.arraycopy(nextTarget, 0, target, at, heads);
    }

    private boolean recompute(int v) {
        releaseIfEmpty(v);
        int row = sinks.find(v, 0);
        if (row == RelationRows.NO_ROW) {
            layer.unite(remembered.z, v * attention.rowStride(), out, 0);
            return outputs.store(v, out);
        }
        boolean accurate = !sums.stale(row, sinks.edges(row));
        accurate = accurate && sums.read(row, remembered, v, target, v * heads, z);
        if (!accurate && !faults.contains(Fault.ATTENTION_NEVER_SUMMED_ANEW)) {
            sumAnew(row, v);
            resums++;
            sums.read(row, remembered, v, target, v * heads, z);
        }
        layer.unite(z, 0, out, 0);
        return outputs.store(v, out);
    }

    private void sumAnew(int row, int v) {
        sums.clear(row);
        for (int e = 0; e < graph.inDegree(v); e++) {
            int u = graph.inSource(v, e);
            if (Attention.share(graph.inWeight(v, e)) > 0 && remembered.contains(u)) {
                sums.look(row, remembered, u, target, v * heads);
            }
        }
        for (int e = 0; e < graph.inDegree(v); e++) {
            int u = graph.inSource(v, e);
            float share = Attention.share(graph.inWeight(v, e));
            if (share > 0 && remembered.contains(u)) {
                sums.sum(row, remembered, u, share, target, v * heads);
                rowAdds++;
            }
        }
    }

    private void project(int u) {
        input.copy(u, source, 0);
        attention.project(source, 0, z, 0);
    }

    private int row(int v) {
        int row = sinks.find(v, 0);
        if (row == RelationRows.NO_ROW) {
            row = sinks.create(v, 0);
            sums.grow(sinks.capacity());
            sums.clear(row);
        }
        return row;
    }

    private void releaseIfEmpty(int v) {
        int row = sinks.find(v, 0);
        if (row != RelationRows.NO_ROW && sinks.edges(row) == 0) {
            sinks.release(row);
        }
    }

    // ---- from scratch, one at a time

    @Override
    public boolean renew(int u) {
        if (!sources.hasValue(u)) {
            boolean was = remembered.contains(u);
            remembered.forget(u);
            return was;
        }
        project(u);
        boolean other = !remembered.contains(u, z);
        remembered.remember(u, z);
        return other;
    }

    @Override
    public boolean compute(int v) {
        project(v);
        attention.targetScores(z, 0, target, v * heads);
        return gather(v);
    }

    private boolean gather(int v) {
        sinks.releaseAll(v);
        for (int e = 0; e < graph.inDegree(v); e++) {
            if (Attention.share(graph.inWeight(v, e)) > 0 && remembered.contains(graph.inSource(v, e))) {
                sinks.count(row(v), 1);
            }
        }
        int row = sinks.find(v, 0);
        if (row != RelationRows.NO_ROW) {
            sumAnew(row, v);
        }
        return recompute(v);
    }

    @Override
    public void forget(int vertex) {
        super.forget(vertex);
        Arrays.fill(target, vertex * heads, (vertex + 1) * heads, 0f);
    }
}
