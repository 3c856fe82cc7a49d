package io.anabranch.stream.propagation;

import io.anabranch.graph.FactJournal;
import io.anabranch.graph.GraphDelta;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.hag.choice.PlanPolicy;
import io.anabranch.stream.frozen.FrozenModel;
import java.util.Set;

/**
 * One engine over one partition's graph, without journal, queue and network: in the engine's package, as the engine is no one else's
 * business. Not thread-safe.
 */
public final class EngineHarness {
    /** How the engine propagates. */
    public enum Mode {
        MEASURED,
        DELTA,
        AFFECTED_SET
    }

    private final Ownership ownership;
    private final PartitionGraph graph;
    private final HaloTable halo;
    private final FrozenModel model;
    private final VertexSet heard = new VertexSet();
    private Engine engine;

    private EngineHarness(FrozenModel model, Ownership ownership) {
        this.ownership = ownership;
        this.model = model;
        graph = PartitionGraph.open(ownership, model.featureDimension(), FactJournal.NONE);
        this.halo = new HaloTable(graph, PartitionState.NONE);
        this.engine = new Engine(
                model, graph, halo, new HistoryCheckpoints(PartitionState.NONE), EngineTuning.DEFAULT, Set.of());
    }

    /** An engine over an empty graph; call {@link #restart} when the graph is loaded. */
    public static EngineHarness of(FrozenModel model, Ownership ownership) {
        return new EngineHarness(model, ownership);
    }

    public PartitionGraph graph() {
        return graph;
    }

    /** Computes all values from scratch with a new engine, and forgets the old one. */
    public void restart(Mode mode) {
        graph.drainDelta();
        heard.clear();
        var strategy = switch (mode) {
            case MEASURED -> EngineTuning.Strategy.MEASURED;
            case DELTA -> EngineTuning.Strategy.DELTA;
            case AFFECTED_SET -> EngineTuning.Strategy.GATHER;
        };
        engine = new Engine(
                model,
                graph,
                halo,
                new HistoryCheckpoints(PartitionState.NONE),
                new EngineTuning(strategy, RowSlab.SEGMENT_FLOATS, PlanPolicy.AUTO),
                Set.of());
        engine.start();
    }

    /** Changes the registers. */
    public GraphDelta mutate(GraphMutation[] mutations, int from, int to) {
        for (int i = from; i < to; i++) {
            graph.apply(mutations[i]);
        }
        return graph.drainDelta();
    }

    /** What changed in the graph since it was last asked: nothing, if that was just now. */
    public GraphDelta noDelta() {
        return graph.drainDelta();
    }

    public int ownerOf(String vertexId) {
        return ownership.ownerOf(vertexId);
    }

    /** Brings all values up to the registers. */
    public void propagate(GraphDelta delta) {
        engine.apply(delta, heard);
        heard.clear();
    }

    /** A value of a halo vertex arrives. */
    public void hear(String vertexId, int inDegree, LayerValues values) {
        int u = graph.intern(vertexId);
        halo.put(u, HaloEntry.AWAITED.with(model.version(), new HaloValue(inDegree, values)));
        heard.add(u);
    }

    /** A halo vertex is not wanted any more. */
    public void unhear(int u) {
        halo.remove(u);
        heard.add(u);
    }

    /** How many vertices the last batch changed for subscribers. */
    public int changedPayloads() {
        return engine.payloadChanged().size();
    }

    public int changedPayload(int i) {
        return engine.payloadChanged().get(i);
    }

    public LayerValues payload(int v) {
        return engine.payload(v);
    }

    /** How many rows h_l the last batch changed, l from 0 to the layers below the last. */
    public int movedRows(int l) {
        var changed = engine.payloadChanged();
        int count = 0;
        for (int i = 0; i < changed.size(); i++) {
            count += engine.changedLayers(changed.get(i)) >> l & 1;
        }
        return count;
    }

    /** How many embeddings the last batch changed. */
    public int changedEmbeddings() {
        return engine.embeddingChanged().size();
    }

    public float[] embedding(int v) {
        return engine.embedding(v);
    }

    /** Row additions of layer l, from 1, since the last restart. */
    public long rowAdds(int l) {
        return engine.rowAdds(l);
    }

    public long resums() {
        return engine.resums();
    }
}
