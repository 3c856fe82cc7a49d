package io.anabranch.stream.propagation;

import io.anabranch.graph.EdgeChanges;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.hag.AggregationPlan;
import io.anabranch.stream.frozen.Aggregation;
import io.anabranch.stream.frozen.FrozenLayer;
import io.anabranch.stream.frozen.Rows;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Sum, mean and GCN: the sink's accumulator is linear in the messages, so that deltas are exact.
 *
 * <p>Per source stands the message that the sinks' accumulators contain now ({@link LinearRows}). A batch restores that invariant in this
 * order: new edges add and removed edges take out the <em>remembered</em> message, re-weighted edges add the difference of the
 * weights; then every source whose message differs spreads the difference over the present edges. Nobody has to know which edges of
 * a moved source are new. A batch that reaches much of the graph sums the accumulators that it reaches anew instead: the
 * {@link BatchPlan} decides; values are the same up to rounding.
 *
 * <p>Products run over tiles of moved rows ({@link SourceTile}), differences reach their sinks in {@link MessageSpread}. A sink that got
 * any counts as changed: comparing values with those before would cost as much as the additions, and where they are the same after all, the
 * next layer finds the message that it knows and stops there.
 *
 * <p>Cost of a batch: (edges changed + out-edges of moved sources) row additions and one small product per vertex whose input
 * changed.
 */
final class LinearLayer implements LayerPropagation {
    /** Rows asked for at a time. */
    private static final int AHEAD = 64;

    private final int index;
    private final LayerContext context;
    private final FrozenLayer layer;
    private final PartitionGraph graph;
    private final Sources sources;
    private final LinearRows rows;
    private final Accumulators sums;
    private final BatchPlan plan;
    private final boolean hasSelf;
    private final boolean gcn;

    private final SourceTile tile;
    private final MessageSpread spread;

    private final float[] zero;
    private final float[] value;
    private final float[] difference;

    /** Where what was fetched is left, so that it is read. */
    private float fetched;

    private long rowAdds;
    private long resums;

    LinearLayer(int index, FrozenLayer layer, LayerContext context, LayerInput input) {
        this.index = index;
        this.context = context;
        this.layer = layer;
        this.graph = context.graph();
        this.sources = context.sources();
        int segmentFloats = context.tuning().segmentFloats();
        rows = new LinearRows(layer, graph, context.sinks(), segmentFloats);
        sums = rows.sums;
        hasSelf = layer.hasSelf();
        gcn = layer.aggregation() == Aggregation.GCN;
        plan = new BatchPlan(context.tuning(), graph, gcn);
        tile = new SourceTile(layer, input);
        boolean selfLoops = !context.faults().contains(Fault.SELF_TERM_MISSING);
        spread = new MessageSpread(graph, sources, rows, selfLoops);
        zero = new float[layer.outputStride()];
        value = new float[layer.outputStride()];
        difference = new float[layer.outputStride()];
    }

    @Override
    public void grow(int vertices) {
        rows.growSources(vertices);
    }

    // ---- from scratch

    @Override
    public void start(Supplier<AggregationPlan> plan) {
        rows.growSinks();
        int vertices = graph.vertexCapacity();
        graph.forEachExisting(rows::place);
        for (int u = 0; u < vertices; u++) {
            if (sources.hasValue(u)) {
                tile.add(u);
            }
            if (tile.full() || u == vertices - 1) {
                tile.multiply(hasSelf);
                for (int i = 0; i < tile.size(); i++) {
                    take(i);
                }
                tile.clear();
            }
        }
        sumAll(plan);
        for (int v = 0; v < vertices; v++) {
            if (sources.isSink(v)) {
                sums.share(v, share(v));
            }
        }
    }

    private void take(int i) {
        int u = tile.get(i);
        int at = i * rows.stride;
        System.arraycopy(tile.messages, at, rows.messages.segment(u), rows.messages.at(u), rows.stride);
        rows.factor(u, factorNow(u));
        if (hasSelf && graph.owned(u)) {
            int row = rows.row(u);
            System.arraycopy(tile.own, at, rows.own.segment(row), rows.own.at(row), rows.stride);
        }
    }

    /** Over the plan where that can be; it knows edge weights alone, and rows in one array. */
    private void sumAll(Supplier<AggregationPlan> plan) {
        boolean planned = !gcn && rows.messages.flat() && sums.sums().flat();
        if (planned) {
            var slab = sums.sums();
            plan.get().sum(rows.messages.segment(0), rows.messages.at(0), rows.stride, slab.segment(0), slab.at(0));
        }
        for (int v = 0; v < graph.vertexCapacity(); v++) {
            if (sources.isSink(v)) {
                if (planned) {
                    rows.addConstant(v, rows.row(v));
                    sums.settled(v);
                } else {
                    rows.sumAnew(v);
                }
            }
        }
    }

    // ---- one batch

    @Override
    public void apply(BatchChanges changes, VertexSet moved, VertexSet changed) {
        rows.growSinks();
        for (int i = 0; i < changes.fresh().size(); i++) {
            rows.place(changes.fresh().get(i));
        }
        boolean anew = plan.begin(changes, moved, rowAdds());
        spread.begin(changed, anew);
        if (anew) {
            moveSources(changes, moved, changed);
            gather(changes.structural(), changed);
        } else {
            scatter(changes, moved, changed);
        }
        plan.end(rowAdds());
        refresh(changes.structural(), changed);
        for (int i = 0; i < spread.drifted().size(); i++) {
            rows.sumAnew(spread.drifted().get(i));
            resums++;
        }
    }

    private void gather(VertexSet structural, VertexSet changed) {
        for (int i = 0; i < structural.size(); i++) {
            int v = structural.get(i);
            if (sources.hasValue(v)) {
                changed.add(v);
            }
        }
        for (int i = 0; i < changed.size(); i++) {
            int v = changed.get(i);
            rows.sumAnew(v);
            rowAdds += graph.inDegree(v);
        }
    }

    private void scatter(BatchChanges changes, VertexSet moved, VertexSet changed) {
        var delta = changes.delta();
        Set<Fault> faults = context.faults();
        if (!faults.contains(Fault.ADDS_COUNTED_TWICE)) {
            addEdges(delta.addedEdges());
        }
        if (!faults.contains(Fault.REMOVES_WITH_NEW_MESSAGE)) {
            removeEdges(delta.removedEdges());
        }
        reweightEdges(delta.reweightedEdges());
        moveSources(changes, moved, changed);
        if (faults.contains(Fault.ADDS_COUNTED_TWICE)) {
            addEdges(delta.addedEdges());
        }
        if (faults.contains(Fault.REMOVES_WITH_NEW_MESSAGE)) {
            removeEdges(delta.removedEdges());
        }
    }

    private void addEdges(EdgeChanges added) {
        if (index > 1 && context.faults().contains(Fault.ADDS_AT_FIRST_LAYER_ONLY)) {
            return;
        }
        for (int i = 0; i < added.size(); i++) {
            fetchEdges(added, i);
            rows.addMessage(added.weight(i), added.source(i), added.target(i));
        }
        rowAdds += added.size();
    }

    private void removeEdges(EdgeChanges removed) {
        for (int i = 0; i < removed.size(); i++) {
            fetchEdges(removed, i);
            rows.addMessage(-removed.oldWeight(i), removed.source(i), removed.target(i));
        }
        rowAdds += removed.size();
    }

    private void reweightEdges(EdgeChanges reweighted) {
        if (context.faults().contains(Fault.REWEIGHTS_IGNORED)) {
            return;
        }
        for (int i = 0; i < reweighted.size(); i++) {
            fetchEdges(reweighted, i);
            float change = reweighted.weight(i) - reweighted.oldWeight(i);
            rows.addMessage(change, reweighted.source(i), reweighted.target(i));
        }
        rowAdds += reweighted.size();
    }

    // ---- rows on their way from memory, see MessageSpread

    /** Asks for the rows of the next edges, if the i-th is the first of a group. */
    private void fetchEdges(EdgeChanges edges, int i) {
        if (i % AHEAD == 0) {
            float some = 0;
            for (int j = i; j < Math.min(i + AHEAD, edges.size()); j++) {
                some += rows.messages.fetch(edges.source(j)) + sums.fetch(edges.target(j));
            }
            fetched = some;
        }
    }

    private void fetchTile(boolean own) {
        float some = 0;
        for (int i = 0; i < tile.size(); i++) {
            int u = tile.get(i);
            some += own ? rows.fetch(u) : rows.messages.fetch(u);
        }
        fetched = some;
    }

    // ---- sources that moved

    private void moveSources(BatchChanges changes, VertexSet moved, VertexSet changed) {
        for (int i = 0; i < moved.size(); i++) {
            tile.add(moved.get(i));
            if (tile.full()) {
                moveTile(hasSelf, changed);
            }
        }
        moveTile(hasSelf, changed);
        VertexSet everywhere = changes.everywhere();
        for (int i = 0; i < everywhere.size(); i++) {
            int u = everywhere.get(i);
            if (!sources.hasValue(u)) {
                spread.exchange(u, zero, 0, 1f);
            } else if (!moved.contains(u)) {
                tile.add(u);
            }
            if (tile.full()) {
                moveTile(false, changed);
            }
        }
        moveTile(false, changed);
        if (gcn && !context.faults().contains(Fault.DEGREE_MOVERS_IGNORED)) {
            for (int i = 0; i < changes.degreeMovers().size(); i++) {
                int u = changes.degreeMovers().get(i);
                spread.exchange(u, rows.messages.segment(u), rows.messages.at(u), factorNow(u));
            }
        }
        spread.deliver();
    }

    private void moveTile(boolean own, VertexSet changed) {
        if (tile.size() == 0) {
            return;
        }
        fetchTile(own);
        tile.multiply(own);
        boolean selfTerm = own && !context.faults().contains(Fault.SELF_TERM_MISSING);
        for (int i = 0; i < tile.size(); i++) {
            int u = tile.get(i);
            if (selfTerm && rows.replaceOwn(u, tile.own, i * rows.stride, difference)) {
                changed.add(u);
                spread.look(u);
            }
            spread.exchange(u, tile.messages, i * rows.stride, factorNow(u));
        }
        tile.clear();
    }

    private float factorNow(int u) {
        return gcn ? layer.sourceFactor(sources.inDegree(u)) : 1f;
    }

    // ---- sinks

    /** Sinks of which an in-edge, or the own row, came or went: nothing that was known of them holds. */
    private void refresh(VertexSet structural, VertexSet changed) {
        for (int i = 0; i < structural.size(); i++) {
            int v = structural.get(i);
            if (!sources.hasValue(v)) {
                continue;
            }
            changed.add(v);
            sums.share(v, share(v));
            if (sources.valuedInEdges(v) == 0) {
                rows.sumOfNothing(v);
            } else {
                spread.look(v);
            }
        }
    }

    private float share(int v) {
        return switch (layer.aggregation()) {
            case SUM -> 1f;
            case MEAN -> sources.valuedInEdges(v) == 0 ? 0f : 1f / sources.valuedInEdges(v);
            case GCN -> layer.sourceFactor(graph.inDegree(v));
            default -> throw LinearRows.notLinear(layer);
        };
    }

    // ---- from scratch, one at a time

    @Override
    public boolean renew(int source) {
        float factor = rows.factor(source);
        float[] message = zero;
        if (sources.hasValue(source)) {
            multiplyOne(source, false);
            message = tile.messages;
            factor = factorNow(source);
        }
        float[] kept = rows.messages.segment(source);
        int at = rows.messages.at(source);
        if (factor == rows.factor(source) && Rows.same(message, 0, kept, at, rows.stride)) {
            return false;
        }
        System.arraycopy(message, 0, kept, at, rows.stride);
        rows.factor(source, factor);
        return true;
    }

    @Override
    public boolean compute(int vertex) {
        int row = rows.row(vertex);
        rows.value(vertex, difference, 0);
        if (hasSelf) {
            multiplyOne(vertex, true);
            System.arraycopy(tile.own, 0, rows.own.segment(row), rows.own.at(row), rows.stride);
        }
        sums.share(vertex, share(vertex));
        rows.sumAnew(vertex);
        rowAdds += graph.inDegree(vertex);
        rows.value(vertex, value, 0);
        return !Rows.same(value, 0, difference, 0, rows.stride);
    }

    private void multiplyOne(int u, boolean own) {
        tile.add(u);
        tile.multiply(own);
        tile.clear();
    }

    @Override
    public void forget(int vertex) {
        rows.forget(vertex);
    }

    @Override
    public void copyValue(int vertex, float[] target, int at) {
        rows.value(vertex, value, 0);
        System.arraycopy(value, 0, target, at, layer.outputWidth());
    }

    @Override
    public long rowAdds() {
        return rowAdds + spread.rowAdds();
    }

    @Override
    public long resums() {
        return resums;
    }
}
