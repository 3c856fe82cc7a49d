package io.anabranch.learn.history;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.snapshot.GraphSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A random history of a small graph: hubs, self-edges, edges told again with another weight, edges of one time, deletes of vertices, erasures before and after
 * what they erase, edges that nobody observed, and vertices that nothing happened to. The snapshot has the edges that were written last, and not those that are gone.
 */
public record EventTrace(List<GraphMutation> mutations, GraphSnapshot snapshot) {

    public static EventTrace random(RandomGenerator random, int vertices, int events, int dimension) {
        List<GraphMutation> mutations = new ArrayList<>();
        Map<EdgeId, Float> edges = new LinkedHashMap<>();
        for (int i = 0; i < events; i++) {
            String source = id(i % 4 == 0 ? 0 : random.nextInt(vertices - 1));
            String target = id(i % 5 == 0 ? 1 : random.nextInt(vertices - 1));
            EdgeId edge = new EdgeId(source, target, random.nextBoolean() ? "" : "pays");
            long time = 10_000 + random.nextInt(events) * 250L;
            float weight = random.nextFloat();
            switch (random.nextInt(20)) {
                case 0 -> mutations.add(new GraphMutation.RemoveNode(source, time / 3));
                case 1 -> {
                    mutations.add(new GraphMutation.EraseEdge(edge, time, time + 1));
                    mutations.add(observed(edge, weight, time));
                }
                case 2 -> {
                    mutations.add(observed(edge, weight, time));
                    mutations.add(new GraphMutation.EraseEdge(edge, time, time + 1));
                }
                case 3 -> {
                    mutations.add(observed(edge, weight, time));
                    mutations.add(observed(edge, weight / 2, time));
                    edges.put(edge, weight / 2);
                }
                case 4 -> mutations.add(new GraphMutation.UpsertEdge(edge, weight, Provenance.LEARNED, time));
                default -> {
                    mutations.add(observed(edge, weight, time));
                    edges.put(edge, weight);
                }
            }
        }
        GraphSnapshot.Builder graph = GraphSnapshot.builder(dimension);
        for (int v = 0; v < vertices; v++) {
            float[] row = new float[dimension];
            for (int j = 0; j < dimension; j++) {
                row[j] = (float) random.nextGaussian();
            }
            graph.node(id(v), "", FeatureVector.dense(row));
        }
        edges.forEach(graph::edge);
        return new EventTrace(List.copyOf(mutations), graph.build());
    }

    public GraphHistories histories() {
        return EventLog.of(mutations.stream()).of(snapshot);
    }

    private static GraphMutation observed(EdgeId edge, float weight, long time) {
        return new GraphMutation.UpsertEdge(edge, weight, Provenance.OBSERVED, time);
    }

    /** Ids of different lengths, not in the order of numbers. */
    private static String id(int vertex) {
        return "v" + vertex;
    }
}
