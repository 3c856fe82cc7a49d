package io.anabranch.standalone.chaos;

import io.anabranch.event.v1.Label;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A final graph: what is alive, with the time of each fact.
 *
 * @param nodes nodes that were upserted and live; a vertex known by an edge alone is not among them
 * @param histories what vertices did, in order, also of those that do not live
 */
record FoldedGraph(
        Map<String, Node> nodes,
        Map<EdgeName, Edge> edges,
        Map<LabelName, TimedLabel> labels,
        Map<String, List<Step>> histories) {

    /** Without histories. */
    FoldedGraph(Map<String, Node> nodes, Map<EdgeName, Edge> edges, Map<LabelName, TimedLabel> labels) {
        this(nodes, edges, labels, Map.of());
    }

    /** The same with these. */
    FoldedGraph with(Map<String, List<Step>> others) {
        return new FoldedGraph(nodes, edges, labels, others);
    }

    /**
     * A node's row is dense; zeros where the event had none.
     *
     * @param time of the last upsert or patch
     */
    record Node(long time, String type, List<Float> row) {}

    record EdgeName(String source, String target, String type) {}

    /** @param expiry the time at which it dies if nothing else is heard of it; {@link #NEVER}: it does not */
    record Edge(long time, float weight, boolean learned, long expiry) {

        static final long NEVER = Long.MAX_VALUE;
    }

    /** What an edge's event was to one of its ends. */
    record Step(EdgeName edge, long time, float weight) {}

    record LabelName(String node, String task) {}

    record TimedLabel(long time, Label label) {}

    /** Every vertex that has an embedding: live nodes and the ends of live edges. */
    SortedSet<String> vertices() {
        SortedSet<String> all = new TreeSet<>(nodes.keySet());
        edges.keySet().forEach(edge -> {
            all.add(edge.source());
            all.add(edge.target());
        });
        return all;
    }

    /** Live in-edges by target. */
    Map<String, List<EdgeName>> inEdges() {
        Map<String, List<EdgeName>> in = new TreeMap<>();
        edges.keySet()
                .forEach(edge -> in.computeIfAbsent(edge.target(), v -> new ArrayList<>())
                        .add(edge));
        return in;
    }

    /** The vertex's features, zeros where it has none. */
    double[] row(String vertex, int dimension) {
        double[] row = new double[dimension];
        Node node = nodes.get(vertex);
        for (int i = 0; node != null && i < dimension; i++) {
            row[i] = node.row().get(i);
        }
        return row;
    }

    float weight(EdgeName edge) {
        return Objects.requireNonNull(edges.get(edge)).weight();
    }
}
