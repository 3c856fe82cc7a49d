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
 * <p>Per source stands the message that the sinks' accumulators contain now ({@link LinearRows}). A batch restores that invariant in this
 * order: new edges add and removed edges take out the <em>remembered</em> message, re-weighted edges add the difference of the
 * weights; then every source whose message differs spreads the difference over the present edges. Nobody has to know which edges of
 * a moved source are new. A batch that reaches much of the graph sums the accumulators that it reaches anew instead: the
 * {@link CostModel} decides; values and changed sets are the same up to rounding.
 *
 * <p>Products run over tiles of moved rows. The value that a sink had is set aside when the batch first touches it, to be compared.
 *
 * <p>Cost of a batch: (edges changed + out-edges of moved sources) row additions and one small product per vertex whose input
 * changed.
 */
final class LinearLayer implements LayerPropagation {
    private static final int TILE = 64;

    private final int index;
    private final LayerContext context;
    private final FrozenLayer layer;
    private final PartitionGraph graph;
    private final Sources sources;
    private final LayerInput input;
    private final LinearRows rows;
    private final CostModel cost;
    private final boolean hasSelf;
    private final boolean gcn;

    private final Accumulators sums;
    /** Values before the batch, in the order in which it touched the sinks. */
    private final RowSlab before;

    private final VertexSet reached = new VertexSet();
    /** Whether the batch at work sums anew. */
    private boolean gathering;

    private final int[] tile = new int[TILE];
    private int tiled;
    private final int inputStride;
    private final float[] tileInput;
    private final float[] tileMessages;
    private final float[] tileOwn;
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
        this.input = input;
        rows = new LinearRows(layer, graph, context.sinks(), context.tuning().segmentFloats());
        sums = rows.sums;
        cost = new CostModel(context.tuning().strategy());
        hasSelf = layer.hasSelf();
        gcn = layer.aggregation() == Aggregation.GCN;
        before = new RowSlab(layer.outputStride(), context.tuning().segmentFloats());
        inputStride = Rows.stride(layer.inputWidth());
        tileInput = new float[TILE * inputStride];
        tileMessages = new float[TILE * layer.outputStride()];
        tileOwn = hasSelf ? new float[TILE * layer.outputStride()] : new float[0];
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
                enter(u);
            }
            if (tiled == TILE || u == vertices - 1) {
                multiply(hasSelf);
                for (int i = 0; i < tiled; i++) {
                    take(i);
                }
                tiled = 0;
            }
        }
        sumAll(plan);
        for (int v = 0; v < vertices; v++) {
            if (isSink(v)) {
                rows.share(rows.row(v), share(v));
            }
        }
    }

    private void take(int i) {
        int u = tile[i];
        int at = i * rows.stride;
        System.arraycopy(tileMessages, at, rows.messages.segment(u), rows.messages.at(u), rows.stride);
        rows.factor(u, factorNow(u));
        if (hasSelf && graph.owned(u)) {
            int row = rows.row(u);
            System.arraycopy(tileOwn, at, rows.own.segment(row), rows.own.at(row), rows.stride);
        }
    }

    /** Over the plan where that can be; it knows edge weights alone, and rows in one array. */
    private void sumAll(Supplier<AggregationPlan> plan) {
        boolean planned = !gcn && rows.messages.flat() && sums.sums().flat();
        if (planned) {
            plan.get().sum(rows.messages.segment(0), rows.stride, sums.sums().segment(0));
        }
        for (int v = 0; v < graph.vertexCapacity(); v++) {
            if (isSink(v)) {
                if (planned) {
                    rows.addConstant(v, rows.row(v));
                    sums.settled(v);
                } else {
                    rows.sumAnew(v);
                }
            }
        }
    }

    private boolean isSink(int v) {
        return sources.hasValue(v) && graph.owned(v);
    }

    // ---- one batch

    @Override
    public void apply(BatchChanges changes, VertexSet moved, VertexSet changed) {
        rows.growSinks();
        sums.begin();
        for (int i = 0; i < changes.fresh().size(); i++) {
            rows.place(changes.fresh().get(i));
        }
        long scattered = outEdges(moved) + outEdges(changes.everywhere());
        if (gcn) {
            scattered += outEdges(changes.degreeMovers());
        }
        boolean large = scattered >= CostModel.SMALL;
        long begin = large ? System.nanoTime() : 0;
        gathering =
                cost.plans(scattered, graph.edgeCount()) && cost.gathers(scattered, inEdgesOfReached(changes, moved));
        fetchEdges(changes.delta().addedEdges());
        fetchEdges(changes.delta().removedEdges());
        for (int i = 0; i < changes.structural().size(); i++) {
            touch(changes.structural().get(i));
        }
        int structural = sums.touchedCount();
        long adds = rowAdds;
        if (gathering) {
            moveSources(changes, moved);
            gather();
        } else {
            scatter(changes, moved);
        }
        if (large) {
            measured(rowAdds - adds, System.nanoTime() - begin);
        }
        for (int i = 0; i < structural; i++) {
            int v = sums.touched(i);
            if (sources.hasValue(v) && refresh(v, i)) {
                changed.add(v);
            }
        }
        for (int i = structural; i < sums.touchedCount(); i++) {
            if ((i - structural) % TILE == 0) {
                fetchTouched(i, changed);
            }
            int v = sums.touched(i);
            if (settle(v, rows.row(v), i)) {
                changed.add(v);
            }
        }
    }

    private void measured(long adds, long nanos) {
        if (gathering) {
            cost.gathered(adds, nanos);
        } else {
            cost.scattered(adds, nanos);
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
        return gcn ? edges + reachFrom(changes.degreeMovers()) : edges;
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

    private void gather() {
        for (int i = 0; i < sums.touchedCount(); i++) {
            int v = sums.touched(i);
            if (sources.hasValue(v)) {
                rows.sumAnew(v);
                rowAdds += graph.inDegree(v);
            }
        }
    }

    private void scatter(BatchChanges changes, VertexSet moved) {
        var delta = changes.delta();
        Set<Fault> faults = context.faults();
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
    }

    private void addEdges(EdgeChanges added) {
        if (index > 1 && context.faults().contains(Fault.ADDS_AT_FIRST_LAYER_ONLY)) {
            return;
        }
        for (int i = 0; i < added.size(); i++) {
            rows.addMessage(added.weight(i), added.source(i), added.target(i));
        }
        rowAdds += added.size();
    }

    private void removeEdges(EdgeChanges removed) {
        for (int i = 0; i < removed.size(); i++) {
            rows.addMessage(-removed.oldWeight(i), removed.source(i), removed.target(i));
        }
        rowAdds += removed.size();
    }

    private void reweightEdges(EdgeChanges reweighted) {
        if (context.faults().contains(Fault.REWEIGHTS_IGNORED)) {
            return;
        }
        for (int i = 0; i < reweighted.size(); i++) {
            float change = reweighted.weight(i) - reweighted.oldWeight(i);
            rows.addMessage(change, reweighted.source(i), reweighted.target(i));
        }
        rowAdds += reweighted.size();
    }

    /** Sets the value of a sink aside before anything that it is made of changes. */
    private void touch(int v) {
        if (sums.touch(v)) {
            int place = sums.touchedCount() - 1;
            before.ensure(place + 1);
            rows.value(rows.row(v), before.segment(place), before.at(place));
        }
    }

    // ---- rows on their way from memory

    // A batch meets its rows in random order. Additions wait for them one after the other, as the processor does not
    // look far enough
    // ahead; bare reads of many rows are under way together. So every row is asked for before a group of rows is worked
    // on.

    private void fetchEdges(EdgeChanges edges) {
        float some = 0;
        for (int i = 0; i < edges.size(); i++) {
            some += rows.messages.fetch(edges.source(i)) + sums.fetch(edges.target(i));
        }
        fetched = some;
    }

    private void fetchTile(boolean own) {
        float some = 0;
        for (int i = 0; i < tiled; i++) {
            int u = tile[i];
            some += own ? rows.fetch(u) : rows.messages.fetch(u);
        }
        for (int i = 0; i < tiled && !gathering; i++) {
            int count = graph.outCount(tile[i]);
            for (int e = 0; e < count; e++) {
                some += graph.outWeight(tile[i], e) + sums.fetch(graph.outTarget(tile[i], e));
            }
        }
        fetched = some;
    }

    private void fetchTouched(int from, VertexSet changed) {
        float some = 0;
        for (int i = from; i < Math.min(from + TILE, sums.touchedCount()); i++) {
            some += sums.fetch(sums.touched(i)) + changed.fetch(sums.touched(i));
        }
        fetched = some;
    }

    // ---- sources that moved

    private void moveSources(BatchChanges changes, VertexSet moved) {
        for (int i = 0; i < moved.size(); i++) {
            enter(moved.get(i));
            if (tiled == TILE || i == moved.size() - 1) {
                moveTile(hasSelf);
            }
        }
        VertexSet everywhere = changes.everywhere();
        for (int i = 0; i < everywhere.size(); i++) {
            int u = everywhere.get(i);
            if (!sources.hasValue(u)) {
                Arrays.fill(value, 0f);
                spread(u, value, 0, 1f);
            } else if (!moved.contains(u)) {
                enter(u);
            }
            if (tiled == TILE || i == everywhere.size() - 1) {
                moveTile(false);
            }
        }
        if (gcn && !context.faults().contains(Fault.DEGREE_MOVERS_IGNORED)) {
            for (int i = 0; i < changes.degreeMovers().size(); i++) {
                int u = changes.degreeMovers().get(i);
                spread(u, rows.messages.segment(u), rows.messages.at(u), factorNow(u));
            }
        }
    }

    /** Adds the input of u to the tile. */
    private void enter(int u) {
        tile[tiled] = u;
        input.copy(u, tileInput, tiled * inputStride);
        tiled++;
    }

    private void multiply(boolean own) {
        layer.messages(tileInput, inputStride, tiled, tileMessages);
        if (own) {
            layer.ownParts(tileInput, inputStride, tiled, tileOwn);
        }
    }

    private void moveTile(boolean own) {
        fetchTile(own);
        multiply(own);
        boolean selfTerm = own && !context.faults().contains(Fault.SELF_TERM_MISSING);
        for (int i = 0; i < tiled; i++) {
            int u = tile[i];
            if (selfTerm) {
                touch(u);
                rows.replaceOwn(u, tileOwn, i * rows.stride, difference);
            }
            spread(u, tileMessages, i * rows.stride, factorNow(u));
        }
        tiled = 0;
    }

    private float factorNow(int u) {
        return gcn ? layer.sourceFactor(sources.inDegree(u)) : 1f;
    }

    /** Makes {@code factor} times a row the message of u in every sink. */
    private void spread(int u, float[] message, int from, float factor) {
        float[] kept = rows.messages.segment(u);
        int at = rows.messages.at(u);
        float old = rows.factor(u);
        if (factor == old && Rows.same(message, from, kept, at, rows.stride)) {
            return;
        }
        float greatest = Rows.replace(old, kept, at, factor, message, from, difference, rows.stride);
        rows.factor(u, factor);
        if (gcn && isSink(u) && !context.faults().contains(Fault.SELF_TERM_MISSING)) {
            touch(u);
            sums.add(1f, difference, 0, greatest, u);
        }
        int count = graph.outCount(u);
        if (gathering) {
            for (int e = 0; e < count; e++) {
                touch(graph.outTarget(u, e));
            }
            return;
        }
        for (int e = 0; e < count; e++) {
            int v = graph.outTarget(u, e);
            touch(v);
            sums.add(graph.outWeight(u, e), difference, 0, greatest, v);
        }
        rowAdds += count;
    }

    // ---- sinks

    /** A sink whose in-edges, or whose own row, came or went: nothing that it knew of them holds. */
    private boolean refresh(int v, int place) {
        int row = rows.row(v);
        rows.share(row, share(v));
        if (sources.valuedInEdges(v) == 0) {
            rows.sumOfNothing(v);
        }
        return settle(v, row, place);
    }

    /** @return whether the value has other bits than before the batch */
    private boolean settle(int v, int row, int place) {
        if (sums.hasDrifted(v, rows.share(row)) && sums.resums(v, rows.share(row), graph.inDegree(v))) {
            rows.sumAnew(v);
            resums++;
        }
        rows.value(row, value, 0);
        return !Rows.same(value, 0, before.segment(place), before.at(place), rows.stride);
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
        if (sources.hasValue(source)) {
            multiplyOne(source, false);
            factor = factorNow(source);
        } else {
            Arrays.fill(tileMessages, 0, rows.stride, 0f);
        }
        float[] kept = rows.messages.segment(source);
        int at = rows.messages.at(source);
        if (factor == rows.factor(source) && Rows.same(tileMessages, 0, kept, at, rows.stride)) {
            return false;
        }
        System.arraycopy(tileMessages, 0, kept, at, rows.stride);
        rows.factor(source, factor);
        return true;
    }

    @Override
    public boolean compute(int vertex) {
        int row = rows.row(vertex);
        rows.value(row, difference, 0);
        if (hasSelf) {
            multiplyOne(vertex, true);
            System.arraycopy(tileOwn, 0, rows.own.segment(row), rows.own.at(row), rows.stride);
        }
        rows.share(row, share(vertex));
        rows.sumAnew(vertex);
        rowAdds += graph.inDegree(vertex);
        rows.value(row, value, 0);
        return !Rows.same(value, 0, difference, 0, rows.stride);
    }

    private void multiplyOne(int u, boolean own) {
        enter(u);
        multiply(own);
        tiled = 0;
    }

    @Override
    public void forget(int vertex) {
        rows.forget(vertex);
    }

    @Override
    public void copyValue(int vertex, float[] target, int at) {
        rows.value(rows.row(vertex), value, 0);
        System.arraycopy(value, 0, target, at, layer.outputWidth());
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
