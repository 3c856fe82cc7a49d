package io.anabranch.stream.propagation;

import io.anabranch.graph.FactJournal;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.stream.frozen.BulkForward;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.frozen.InEdges;
import java.util.EnumSet;
import java.util.List;

/** One engine over a graph of one partition, and the fresh pass over that graph with which it is compared. */
final class SoloEngine {
    final PartitionGraph graph;
    final Engine engine;
    private final FrozenModel model;
    private final VertexSet noHalo = new VertexSet();

    SoloEngine(FrozenModel model, Fault... faults) {
        this.model = model;
        graph = PartitionGraph.open(
                Ownership.byHash(1, 0),
                model.featureDimension(),
                FactJournal.NONE,
                PartitionGraph.MOST_BURIALS_AT_ONCE,
                true);
        var switchedOff = EnumSet.noneOf(Fault.class);
        switchedOff.addAll(List.of(faults));
        engine = new Engine(
                model,
                graph,
                new HaloTable(graph, new SimulatedState(0)),
                new HistoryCheckpoints(PartitionState.NONE),
                EngineTuning.DEFAULT,
                switchedOff);
        engine.start();
    }

    void apply(List<? extends GraphMutation> batch) {
        batch.forEach(graph::apply);
        engine.apply(graph.drainDelta(), noHalo);
    }

    /** A second engine that starts on the graph as it is. */
    Engine startedNow() {
        return startedNow(EngineTuning.DEFAULT);
    }

    Engine startedNow(EngineTuning tuning) {
        var started = new Engine(
                model,
                graph,
                new HaloTable(graph, new SimulatedState(0)),
                new HistoryCheckpoints(PartitionState.NONE),
                tuning,
                EnumSet.noneOf(Fault.class));
        started.start();
        return started;
    }

    /** The embeddings of a fresh pass; the row of vertex v begins at v times the embedding's width. */
    float[] freshPass() {
        int vertices = graph.vertexCapacity();
        int[] start = new int[vertices + 1];
        for (int v = 0; v < vertices; v++) {
            start[v + 1] = start[v] + graph.inDegree(v);
        }
        var edges =
                new InEdges(start, new int[start[vertices]], new float[start[vertices]], new String[start[vertices]]);
        float[] features = new float[vertices * model.featureDimension()];
        for (int v = 0; v < vertices; v++) {
            graph.copyFeatures(v, features, v * model.featureDimension());
            for (int e = 0; e < graph.inDegree(v); e++) {
                // Last edge first: no result may depend on the order.
                int at = start[v + 1] - 1 - e;
                edges.source()[at] = graph.inSource(v, e);
                edges.weight()[at] = graph.inWeight(v, e);
                edges.type()[at] = graph.typeName(graph.inType(v, e));
            }
        }
        return BulkForward.embeddings(model, edges, features);
    }

    /** Greatest difference of an embedding from that of the pass, relative to {@code 1 + max |h|}. */
    double worstError(float[] pass) {
        int width = model.embeddingWidth();
        double[] worst = {0};
        graph.forEachExisting(v -> {
            float[] kept = engine.embedding(v);
            double difference = 0;
            double scale = 1;
            for (int i = 0; i < width; i++) {
                difference = Math.max(difference, Math.abs((double) kept[i] - pass[v * width + i]));
                scale = Math.max(scale, 1 + Math.abs(pass[v * width + i]));
            }
            worst[0] = Math.max(worst[0], Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference / scale);
        });
        return worst[0];
    }
}
