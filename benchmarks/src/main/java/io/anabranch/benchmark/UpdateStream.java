package io.anabranch.benchmark;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Provenance;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * The graph without a fifth of its edges, and then a stream that never ends: one third each of edges that are absent, deletes of edges
 * that are there, and new Gaussian features of a vertex, all drawn uniformly.
 */
final class UpdateStream {
    private static final double HELD_OUT = 0.2;
    private static final int FEATURE_ROWS = 4096;

    private final DirectedGraph graph;
    private final SplittableRandom random;
    private final String[] ids;
    private final FeatureVector[] rows = new FeatureVector[FEATURE_ROWS];
    /** Numbers of edges, those present first. */
    private final int[] edges;

    private int present;
    private long time = 1;

    UpdateStream(DirectedGraph graph, int features, SplittableRandom random) {
        // Ids without tags are not drawn.
        this(graph, Tags.NONE.ids(graph, 1, new SplittableRandom(0)), features, random);
    }

    UpdateStream(DirectedGraph graph, String[] ids, int features, SplittableRandom random) {
        this.graph = graph;
        this.random = random;
        this.ids = ids.clone();
        float[] row = new float[features];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < features; j++) {
                row[j] = (float) random.nextGaussian();
            }
            rows[i] = FeatureVector.dense(row);
        }
        edges = DirectedGraph.shuffled(graph.edges(), random);
        present = (int) ((1 - HELD_OUT) * edges.length);
    }

    /** The graph that the stream starts from. */
    void bootstrap(Consumer<GraphMutation> receiver) {
        for (String id : ids) {
            receiver.accept(new GraphMutation.UpsertNode(id, "", features(), time++));
        }
        for (int i = 0; i < present; i++) {
            receiver.accept(upsert(edges[i]));
        }
    }

    GraphMutation next() {
        int kind = random.nextInt(3);
        if (kind == 0 && present < edges.length) {
            int i = random.nextInt(present, edges.length);
            swap(i, present);
            return upsert(edges[present++]);
        }
        if (kind == 1 && present > 0) {
            int i = random.nextInt(present);
            swap(i, --present);
            return new GraphMutation.RemoveEdge(id(edges[present]), time++);
        }
        return new GraphMutation.UpsertNode(ids[random.nextInt(ids.length)], "", features(), time++);
    }

    GraphMutation[] next(int count) {
        var mutations = new GraphMutation[count];
        for (int i = 0; i < count; i++) {
            mutations[i] = next();
        }
        return mutations;
    }

    private FeatureVector features() {
        return rows[random.nextInt(rows.length)];
    }

    private GraphMutation upsert(int edge) {
        return new GraphMutation.UpsertEdge(id(edge), 1, Provenance.OBSERVED, time++);
    }

    private EdgeId id(int edge) {
        return new EdgeId(ids[graph.sources()[edge]], ids[graph.targets()[edge]], "");
    }

    private void swap(int i, int j) {
        int edge = edges[i];
        edges[i] = edges[j];
        edges[j] = edge;
    }
}
