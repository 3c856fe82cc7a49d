package io.anabranch.stream.propagation;

import io.anabranch.graph.GraphDelta;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.hag.AggregationPlan;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.choice.GraphPlans;
import io.anabranch.graph.hag.choice.PlanPolicy;
import io.anabranch.graph.hag.choice.PlanSettings;
import io.anabranch.stream.frozen.DepthTile;
import io.anabranch.stream.frozen.FrozenModel;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One model version's values in one partition, kept exact batch by batch.
 *
 * <p>The engine knows no aggregator. It turns the net effect of a batch into the sets that every layer starts from
 * ({@link BatchChanges}, {@link Sources}), and runs the layers in order: each says which rows may have come out with other bits, and
 * those are what moved for the next. Where a row turns out to be as before, the cascade stops. Where a model has a connection along depth, a layer's outputs
 * are not yet rows: each vertex makes them by itself, at its {@link DepthLevel}. Not thread-safe.
 */
final class Engine {
    private final FrozenModel model;
    private final PartitionGraph graph;
    private final Set<Fault> faults;
    private final @Nullable HistoryStates histories;
    private final Sources sources;
    private final SinkRows sinks = new SinkRows();
    private final LayerPropagation[] layers;
    /** By level, from 0: the rows h_l. */
    private final LevelRows[] rows;
    /** By level, from 0: what a vertex makes of them by itself, where it does. */
    private final @Nullable DepthLevel[] levels;

    private final @Nullable HopsReadout readout;

    private int capacity;

    private final BatchChanges changes;
    /** Owned vertices whose h_{l-1} changed, for the layer at work; and h_l for the next. */
    private VertexSet moved = new VertexSet();

    private VertexSet movedNext = new VertexSet();
    /** Owned vertices whose h_{l-1} or c_{l-1} changed, where levels have a {@link DepthLevel}; and those of the next. */
    private VertexSet stirred = new VertexSet();

    private VertexSet stirredNext = new VertexSet();
    /** Outputs of a layer, or encoded features, of which a {@link DepthLevel} makes rows. */
    private final VertexSet outputsChanged = new VertexSet();
    /** Owned vertices of which some h_l changed, where all are read out. */
    private final VertexSet movedAnywhere = new VertexSet();

    private final VertexSet payloadChanged = new VertexSet();
    private final VertexSet embeddingChanged = new VertexSet();
    private final FromScratch fromScratch;
    private final PlanPolicy bulkPlan;
    private final VertexSet nobody = new VertexSet();
    /** By owned vertex: bit l is set if the last batch changed h_l. */
    private int[] changedLayers = {};

    Engine(
            FrozenModel model,
            PartitionGraph graph,
            HaloTable halo,
            HistoryCheckpoints checkpoints,
            EngineTuning tuning,
            Set<Fault> faults) {
        if (model.featureDimension() != graph.featureDimension()) {
            throw new IllegalArgumentException(
                    "The model (%s) takes features of %d numbers, but this graph has %d.\nMaybe it was trained for another graph."
                            .formatted(model, model.featureDimension(), graph.featureDimension()));
        }
        this.model = model;
        this.graph = graph;
        this.faults = faults;
        bulkPlan = tuning.bulkPlan();
        var encoder = model.history();
        histories = encoder == null
                ? null
                : new HistoryStates(model.version(), encoder, graph, checkpoints, tuning, faults);
        sources = new Sources(model.version(), graph, halo, faults);
        changes = new BatchChanges(graph);
        fromScratch = new FromScratch(graph, sources);
        var context = new LayerContext(graph, sources, sinks, tuning, faults);
        layers = new LayerPropagation[model.layers()];
        rows = new LevelRows[layers.length + 1];
        levels = new @Nullable DepthLevel[layers.length + 1];
        var tile = model.newTile();
        level(0, this::copyInput, context, tile);
        for (int l = 1; l <= layers.length; l++) {
            var input = new LayerInput(model, graph, sources, l - 1, rows[l - 1]);
            layers[l - 1] = LayerPropagation.of(l, model.layer(l), context, input);
            level(l, layers[l - 1]::copyValue, context, tile);
        }
        var map = model.readout();
        readout = map == null ? null : new HopsReadout(model, map, rows, context, tile);
    }

    private void level(int l, LevelRows outputs, LayerContext context, DepthTile tile) {
        var map = model.level(l);
        levels[l] = map == null ? null : new DepthLevel(map, outputs, l == 0 ? null : levels[l - 1], context, tile);
        rows[l] = levels[l] == null ? outputs : levels[l];
    }

    /** What the model starts from: the encoded features, and behind them what the history shows. */
    private void copyInput(int v, float[] target, int at) {
        graph.copyFeatures(v, target, at);
        model.encoding().encode(target, at, model.featureDimension());
        if (histories != null) {
            histories.copy(v, target, at + model.featureDimension());
        }
    }

    FrozenModel model() {
        return model;
    }

    // ---- results of the last batch, valid until the next

    /** Owned vertices with a value whose h_0 .. h_{L-1}, or in-degree where it matters, changed. */
    VertexSet payloadChanged() {
        return payloadChanged;
    }

    /** Which of h_0 .. h_{L-1} of the vertex changed, a bit for each; all bits for a model of more than {@link EmissionFlags#MOST_LAYERS} layers. */
    int changedLayers(int v) {
        return layers.length > EmissionFlags.MOST_LAYERS ? EmissionFlags.ALL_LAYERS : changedLayers[v];
    }

    /** Owned vertices with a value whose embedding changed or is new. */
    VertexSet embeddingChanged() {
        return embeddingChanged;
    }

    // ---- reading

    boolean hasValue(int v) {
        return sources.hasValue(v);
    }

    int inDegree(int v) {
        return sources.inDegree(v);
    }

    float[] embedding(int v) {
        float[] copy = new float[model.embeddingWidth()];
        LevelRows embeddings = readout == null ? rows[layers.length] : readout;
        embeddings.copy(v, copy, 0);
        return copy;
    }

    /** A copy of c_l of an owned vertex that exists; null where the level has no hidden rows. */
    float @Nullable [] hiddenRow(int v, int l) {
        var level = levels[l];
        if (level == null || !level.hasHidden()) {
            return null;
        }
        float[] copy = new float[model.width(l)];
        level.copyHidden(v, copy);
        return copy;
    }

    /** What the model's encoder keeps of histories; null: the model reads none. */
    @Nullable
    HistoryStates histories() {
        return histories;
    }

    /** The version is retired, and what is stored of it goes. */
    void retire() {
        if (histories != null) {
            histories.retire();
        }
    }

    /** A copy of what comes in at level l: layer l's output, or what the model starts from, of an owned vertex that exists. */
    float[] outputRow(int v, int l) {
        float[] copy = new float[l == 0 ? model.inputWidth() : model.layer(l).outputWidth()];
        if (l == 0) {
            copyInput(v, copy, 0);
        } else {
            layers[l - 1].copyValue(v, copy, 0);
        }
        return copy;
    }

    /** What subscribers of an owned vertex get. */
    LayerValues payload(int v) {
        return payload(v, EmissionFlags.ALL_LAYERS);
    }

    /** The rows of the layers whose bits are set; above {@link EmissionFlags#MOST_LAYERS} layers all. */
    LayerValues payload(int v, int wanted) {
        boolean all = wanted == EmissionFlags.ALL_LAYERS;
        float[] @Nullable [] rows = new float[layers.length][];
        for (int l = 0; l < layers.length; l++) {
            if (all || (wanted >> l & 1) != 0) {
                rows[l] = valueRow(v, l);
            }
        }
        return LayerValues.owning(rows);
    }

    /** A copy of h_l of a vertex with a value; for a halo vertex l &lt; L. */
    float[] valueRow(int v, int l) {
        float[] copy = new float[model.width(l)];
        if (graph.owned(v)) {
            rows[l].copy(v, copy, 0);
        } else {
            System.arraycopy(sources.haloRow(v, l), 0, copy, 0, copy.length);
        }
        return copy;
    }

    long rowAdds() {
        long sum = 0;
        for (var layer : layers) {
            sum += layer.rowAdds();
        }
        return sum;
    }

    /** Of layer l, from 1. */
    long rowAdds(int l) {
        return layers[l - 1].rowAdds();
    }

    long resums() {
        long sum = 0;
        for (var layer : layers) {
            sum += layer.resums();
        }
        return sum;
    }

    // ---- from scratch

    /**
     * Bulk pass over the graph and the halo entries that are there: the state of a new engine. Nothing counts as changed. Layers that
     * sum over the whole graph share one aggregation plan, so each accumulator is as if summed anew.
     */
    void start() {
        ensureCapacity();
        sources.start();
        graph.forEachExisting(sinks::acquire);
        if (histories != null) {
            histories.start();
        }
        var plan = new OnePlan();
        for (int l = 0; l <= layers.length; l++) {
            if (l > 0) {
                layers[l - 1].start(plan);
            }
            var level = levels[l];
            if (level != null) {
                level.start();
            }
        }
        if (readout != null) {
            readout.start();
        }
    }

    /** Makes the plan when a layer first asks for it. */
    private final class OnePlan implements Supplier<AggregationPlan> {
        private @Nullable AggregationPlan plan;

        @Override
        public AggregationPlan get() {
            if (plan == null) {
                plan = GraphPlans.of(sources.plan(sinks), PlanSettings.of(bulkPlan, layers.length))
                        .plan(HagOptions.Mode.OPEN);
            }
            return plan;
        }
    }

    // ---- one batch

    /** Brings all values up to the present graph and halo entries, given what changed since the last time. */
    void apply(GraphDelta delta, VertexSet haloTouched) {
        apply(delta, haloTouched, nobody);
    }

    /**
     * Brings all values up to the present graph and halo entries.
     *
     * @param delta what changed in the graph since the last time
     * @param haloTouched halo vertices of which something was heard since then
     * @param suspects owned vertices to compute from scratch at every layer, whatever changed; some may not exist
     */
    void apply(GraphDelta delta, VertexSet haloTouched, VertexSet suspects) {
        ensureCapacity();
        moved.clear();
        for (int i = 0; i < payloadChanged.size(); i++) {
            changedLayers[payloadChanged.get(i)] = 0;
        }
        payloadChanged.clear();
        embeddingChanged.clear();
        changes.collect(delta, haloTouched, moved);
        if (histories != null) {
            histories.apply(delta.changedHistories(), moved);
            histories.renew(suspects, moved);
        }
        sources.update(changes);
        for (int i = 0; i < changes.fresh().size(); i++) {
            sinks.acquire(changes.fresh().get(i));
        }
        takeIn(suspects);
        payloadChanged(moved, 0);
        if (model.inDegreeMatters() && !faults.contains(Fault.IN_DEGREE_NOT_SENT)) {
            payloadChanged.addAll(changes.degreeMovers());
        }
        for (int l = 1; l <= layers.length; l++) {
            layer(l, suspects);
            if (l < layers.length) {
                payloadChanged(moved, l);
            }
        }
        embeddings(suspects);
        for (int i = 0; i < delta.disappeared().size(); i++) {
            int v = delta.disappeared().vertex(i);
            forget(v);
            sinks.release(v);
        }
    }

    /** Level 0: what a vertex makes of its features, if anything. */
    private void takeIn(VertexSet suspects) {
        movedAnywhere.clear();
        var level = levels[0];
        if (level != null) {
            stirredNext.clear();
            movedNext.clear();
            level.apply(moved, nobody, suspects, changes.fresh(), movedNext, stirredNext);
            turn();
        }
        readOut();
    }

    /** Layer l over the vertices that moved, and what they make of its outputs; then those of level l have moved. */
    private void layer(int l, VertexSet suspects) {
        movedNext.clear();
        var level = levels[l];
        if (level == null) {
            propagate(l, suspects, movedNext);
            movedNext.addAll(changes.fresh());
        } else {
            outputsChanged.clear();
            stirredNext.clear();
            propagate(l, suspects, outputsChanged);
            level.apply(outputsChanged, stirred, suspects, changes.fresh(), movedNext, stirredNext);
        }
        turn();
        readOut();
    }

    private void propagate(int l, VertexSet suspects, VertexSet changed) {
        layers[l - 1].apply(changes, moved, changed);
        fromScratch.compute(layers[l - 1], suspects, changed);
    }

    private void turn() {
        var done = moved;
        moved = movedNext;
        movedNext = done;
        done = stirred;
        stirred = stirredNext;
        stirredNext = done;
    }

    private void readOut() {
        if (readout != null) {
            movedAnywhere.addAll(moved);
        }
    }

    /** After the last layer: whose embedding has other bits. */
    private void embeddings(VertexSet suspects) {
        if (readout == null) {
            embeddingChanged.addAll(moved);
            return;
        }
        var since = faults.contains(Fault.READOUT_OF_LAST_LEVEL_ONLY) ? moved : movedAnywhere;
        since.addAll(suspects);
        readout.apply(since, embeddingChanged);
        embeddingChanged.addAll(changes.fresh());
    }

    private void forget(int v) {
        for (var layer : layers) {
            layer.forget(v);
        }
        for (var level : levels) {
            if (level != null) {
                level.forget(v);
            }
        }
        if (readout != null) {
            readout.forget(v);
        }
    }

    private void payloadChanged(VertexSet vertices, int layer) {
        payloadChanged.addAll(vertices);
        for (int i = 0; i < vertices.size(); i++) {
            changedLayers[vertices.get(i)] |= 1 << layer;
        }
    }

    private void ensureCapacity() {
        int needed = graph.vertexCapacity();
        if (needed > capacity) {
            capacity = Math.max(needed, capacity + capacity / 2 + 16);
            changedLayers = Arrays.copyOf(changedLayers, capacity);
            sources.grow(capacity);
            sinks.grow(capacity);
            for (var layer : layers) {
                layer.grow(capacity);
            }
        }
    }
}
