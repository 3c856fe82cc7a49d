package io.anabranch.stream.propagation;

import io.anabranch.graph.GraphDelta;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.hag.AggregationPlan;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.choice.GraphPlans;
import io.anabranch.graph.hag.choice.PlanPolicy;
import io.anabranch.graph.hag.choice.PlanSettings;
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
 * those are what moved for the next. Where a row turns out to be as before, the cascade stops. Not thread-safe.
 */
final class Engine {
    private final FrozenModel model;
    private final PartitionGraph graph;
    private final Set<Fault> faults;
    private final Sources sources;
    private final SinkRows sinks = new SinkRows();
    private final LayerPropagation[] layers;
    private final LayerInput features;

    private int capacity;

    private final BatchChanges changes;
    /** Owned vertices whose h_{l-1} changed, for the layer at work; and h_l for the next. */
    private VertexSet moved = new VertexSet();

    private VertexSet movedNext = new VertexSet();
    private final VertexSet payloadChanged = new VertexSet();
    private final VertexSet embeddingChanged = new VertexSet();
    private final FromScratch fromScratch;
    private final PlanPolicy bulkPlan;
    private final VertexSet nobody = new VertexSet();
    /** By owned vertex: bit l is set if the last batch changed h_l. */
    private int[] changedLayers = {};

    Engine(FrozenModel model, PartitionGraph graph, HaloTable halo, EngineTuning tuning, Set<Fault> faults) {
        if (model.featureDimension() != graph.featureDimension()) {
            throw new IllegalArgumentException(
                    "The model (%s) takes features of %d numbers, but this graph has %d.\nMaybe it was trained for another graph."
                            .formatted(model, model.featureDimension(), graph.featureDimension()));
        }
        this.model = model;
        this.graph = graph;
        this.faults = faults;
        bulkPlan = tuning.bulkPlan();
        sources = new Sources(model.version(), graph, halo, faults);
        changes = new BatchChanges(graph);
        fromScratch = new FromScratch(graph, sources);
        features = new LayerInput(model, graph, sources, 0, null);
        var context = new LayerContext(graph, sources, sinks, tuning, faults);
        layers = new LayerPropagation[model.layers()];
        LayerInput input = features;
        for (int l = 1; l <= layers.length; l++) {
            layers[l - 1] = LayerPropagation.of(l, model.layer(l), context, input);
            input = new LayerInput(model, graph, sources, l, layers[l - 1]);
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
        return valueRow(v, layers.length);
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
        if (!graph.owned(v)) {
            System.arraycopy(sources.haloRow(v, l), 0, copy, 0, copy.length);
        } else if (l == 0) {
            features.copy(v, copy, 0);
        } else {
            layers[l - 1].copyValue(v, copy, 0);
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
        var plan = new OnePlan();
        for (var layer : layers) {
            layer.start(plan);
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
        sources.update(changes);
        for (int i = 0; i < changes.fresh().size(); i++) {
            sinks.acquire(changes.fresh().get(i));
        }
        payloadChanged(moved, 0);
        if (model.inDegreeMatters() && !faults.contains(Fault.IN_DEGREE_NOT_SENT)) {
            payloadChanged.addAll(changes.degreeMovers());
        }
        for (int l = 1; l < layers.length; l++) {
            movedNext.clear();
            layers[l - 1].apply(changes, moved, movedNext);
            fromScratch.compute(layers[l - 1], suspects, movedNext);
            movedNext.addAll(changes.fresh());
            payloadChanged(movedNext, l);
            var done = moved;
            moved = movedNext;
            movedNext = done;
        }
        layers[layers.length - 1].apply(changes, moved, embeddingChanged);
        fromScratch.compute(layers[layers.length - 1], suspects, embeddingChanged);
        embeddingChanged.addAll(changes.fresh());
        for (int i = 0; i < delta.disappeared().size(); i++) {
            int v = delta.disappeared().vertex(i);
            for (var layer : layers) {
                layer.forget(v);
            }
            sinks.release(v);
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
