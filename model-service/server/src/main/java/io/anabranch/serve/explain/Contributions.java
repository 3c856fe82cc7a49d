package io.anabranch.serve.explain;

import io.anabranch.graph.snapshot.InNeighbourhood;
import io.anabranch.serve.explain.Explanation.Change;
import io.anabranch.serve.explain.Explanation.EdgeContribution;
import io.anabranch.serve.explain.Explanation.FeatureContribution;
import io.anabranch.serve.explain.Explanation.NodeContribution;
import io.anabranch.serve.explain.Explanation.Score;
import io.anabranch.serve.recompute.Attribution;
import io.anabranch.serve.recompute.StoredGraph;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** An attribution, edge by edge and vertex by vertex, greatest first. Equal ones are in the order of their names. */
final class Contributions {

    /** One of the in-edges of a vertex. */
    record Place(int target, int edge) {}

    /**
     * An edge.
     *
     * @param total over all hops
     */
    record EdgeAt(Place place, double total) {
        int target() {
            return place.target();
        }

        int edge() {
            return place.edge();
        }
    }

    /** What is known of edges left out. */
    interface LeftOut {
        @Nullable
        Score score(Place edge);
    }

    private final StoredGraph graph;
    private final Attribution attribution;
    private final int featureDimension;
    private final int mostFeatures;
    /** All edges, greatest contributions first. */
    private final List<EdgeAt> edges = new ArrayList<>();
    /** All vertices, likewise. */
    private final List<Integer> vertices;

    private final double[] ofVertices;
    private final int[] distances;

    Contributions(
            StoredGraph graph, Attribution attribution, List<String> subject, int featureDimension, int mostFeatures) {
        this.graph = graph;
        this.attribution = attribution;
        this.featureDimension = featureDimension;
        this.mostFeatures = mostFeatures;
        ofVertices = new double[graph.size()];
        for (int v = 0; v < graph.size(); v++) {
            double[] columns = attribution.features(v);
            ofVertices[v] = columns == null ? 0 : Arrays.stream(columns).sum();
            for (int edge = 0; edge < graph.vertex(v).in().size(); edge++) {
                double total = 0;
                for (int hop = 1; hop <= attribution.hops().size(); hop++) {
                    total += attribution.edge(hop, v, edge);
                }
                edges.add(new EdgeAt(new Place(v, edge), total));
            }
        }
        edges.sort(Comparator.comparingDouble((EdgeAt at) -> -Math.abs(at.total()))
                .thenComparing(at -> stored(at).source())
                .thenComparing(at -> graph.vertex(at.target()).id())
                .thenComparing(at -> stored(at).type()));
        vertices = IntStream.range(0, graph.size())
                .boxed()
                .sorted(Comparator.comparingDouble((Integer v) -> -Math.abs(ofVertices[v]))
                        .thenComparing(v -> graph.vertex(v).id()))
                .toList();
        distances = distances(subject);
    }

    private InNeighbourhood.Edge stored(EdgeAt at) {
        return graph.edge(at.target(), at.edge());
    }

    private int[] distances(List<String> subject) {
        int[] distances = new int[graph.size()];
        Arrays.fill(distances, -1);
        Deque<Integer> left = new ArrayDeque<>();
        for (String id : subject) {
            distances[graph.nodeOf(id)] = 0;
            left.add(graph.nodeOf(id));
        }
        while (!left.isEmpty()) {
            int v = left.remove();
            for (int edge = 0; edge < graph.vertex(v).in().size(); edge++) {
                int u = graph.source(v, edge);
                if (distances[u] < 0) {
                    distances[u] = distances[v] + 1;
                    left.add(u);
                }
            }
        }
        return distances;
    }

    int edgeCount() {
        return edges.size();
    }

    List<EdgeAt> greatestEdges(int most) {
        return edges.subList(0, Math.min(most, edges.size()));
    }

    EdgeContribution edge(EdgeAt at, LeftOut leftOut) {
        InNeighbourhood.Edge edge = stored(at);
        List<Double> byHop = new ArrayList<>();
        for (int hop = 1; hop <= attribution.hops().size(); hop++) {
            byHop.add(attribution.edge(hop, at.target(), at.edge()));
        }
        return new EdgeContribution(
                edge.source(),
                graph.vertex(at.target()).id(),
                edge.type(),
                edge.weight(),
                edge.provenance(),
                byHop,
                at.total(),
                edge.eventTimeMs(),
                leftOut.score(at.place()));
    }

    List<NodeContribution> greatestNodes(int most) {
        return vertices.stream().limit(most).map(this::node).toList();
    }

    private NodeContribution node(int v) {
        double[] columns = attribution.features(v);
        List<FeatureContribution> features = new ArrayList<>();
        if (columns != null) {
            float[] values = new float[featureDimension];
            graph.features(v, values);
            IntStream.range(0, columns.length)
                    .filter(i -> columns[i] != 0)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer i) -> -Math.abs(columns[i]))
                            .thenComparing(Comparator.naturalOrder()))
                    .limit(mostFeatures)
                    .forEach(i -> features.add(new FeatureContribution(i, values[i], columns[i])));
        }
        return new NodeContribution(
                graph.vertex(v).id(),
                distances[v],
                ofVertices[v],
                graph.vertex(v).eventTimeMs(),
                features);
    }

    int changeCount(long sinceMs) {
        return (int) (edges.stream()
                        .filter(at -> known(stored(at).eventTimeMs(), sinceMs))
                        .count()
                + vertices.stream()
                        .filter(v -> known(graph.vertex(v).eventTimeMs(), sinceMs))
                        .count());
    }

    private static boolean known(long eventTimeMs, long sinceMs) {
        return eventTimeMs > 0 && eventTimeMs >= sinceMs;
    }

    /** The latest first, at equal times the greatest contribution first. */
    List<Change> latestChanges(int most, long sinceMs, LeftOut leftOut) {
        Comparator<Change> latest = Comparator.comparingLong((Change change) -> -change.eventTimeMs())
                .thenComparingDouble(change -> -Math.abs(change.contribution()));
        List<Change> changes = new ArrayList<>();
        edges.stream()
                .filter(at -> known(stored(at).eventTimeMs(), sinceMs))
                .sorted(Comparator.comparingLong((EdgeAt at) -> -stored(at).eventTimeMs()))
                .limit(most)
                .forEach(at -> changes.add(edge(at, leftOut)));
        vertices.stream()
                .filter(v -> known(graph.vertex(v).eventTimeMs(), sinceMs))
                .sorted(Comparator.comparingLong((Integer v) -> -graph.vertex(v).eventTimeMs()))
                .limit(most)
                .forEach(v -> changes.add(node(v)));
        return changes.stream().sorted(latest).limit(most).toList();
    }
}
