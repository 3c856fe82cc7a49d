package io.anabranch.graph.testkit;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Label;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The graph that a list of mutations says, computed naively: fold every register, then judge every edge. It is what every
 * incremental form is compared with, and shares no code with any.
 *
 * <p>The list is one order whose order per key decided equal times; any interleaving of the partitions' logs will do.
 * Comparison: {@link #features}, {@link #edges} and {@link #labels} have value equality.
 */
public final class ReferenceGraph {

    private record Node(long time, boolean alive, @Nullable FeatureVector features) {}

    private record Edge(long time, @Nullable Float weight) {}

    private record LabelKey(String nodeId, String task) {}

    private record TimedLabel(long time, @Nullable Label label) {}

    private final Map<String, Node> nodes = new HashMap<>();
    private final Map<String, Long> deletes = new HashMap<>();
    private final Map<EdgeId, Edge> registers = new HashMap<>();
    private final Map<LabelKey, TimedLabel> labelRegisters = new HashMap<>();

    private final SortedMap<String, @Nullable FeatureVector> features = new TreeMap<>();
    private final Map<EdgeId, Float> edges = new HashMap<>();
    private final Map<String, Map<String, Label>> labels = new TreeMap<>();
    private final Map<String, Integer> inDegrees = new HashMap<>();

    private ReferenceGraph() {}

    /** Folds the mutations. */
    public static ReferenceGraph of(Collection<? extends GraphMutation> mutations) {
        ReferenceGraph graph = new ReferenceGraph();
        mutations.forEach(graph::write);
        graph.judge();
        return graph;
    }

    /** Folds what a line of {@link GraphText} says. */
    public static ReferenceGraph of(String text) {
        return of(GraphText.mutations(text));
    }

    /** The vertices that exist, by id; those without features map to null, which reads as zeros. */
    public SortedMap<String, @Nullable FeatureVector> features() {
        return features;
    }

    /** Ids of the vertices that exist. */
    public SortedSet<String> vertices() {
        return new TreeSet<>(features.keySet());
    }

    /** The vertex's row, zeros if it has none or does not exist. */
    public float[] row(String id, int dimension) {
        FeatureVector row = features.get(id);
        return row == null ? new float[dimension] : row.toArray();
    }

    /** The live edges and their weights. */
    public Map<EdgeId, Float> edges() {
        return edges;
    }

    /** The live edges in a fixed order. */
    public List<EdgeId> sortedEdges() {
        return edges.keySet().stream()
                .sorted((a, b) -> {
                    int byTarget = a.target().compareTo(b.target());
                    int bySource = a.source().compareTo(b.source());
                    return byTarget != 0
                            ? byTarget
                            : bySource != 0 ? bySource : a.type().compareTo(b.type());
                })
                .toList();
    }

    /** Labels by node and task, also of nodes that don't exist. */
    public Map<String, Map<String, Label>> labels() {
        return labels;
    }

    /** Live in-edges of the vertex. */
    public int inDegree(String id) {
        return inDegrees.getOrDefault(id, 0);
    }

    /** Greatest time of a delete of the vertex, {@code Long.MIN_VALUE} if there was none. */
    public long deleteTime(String id) {
        return deletes.getOrDefault(id, Long.MIN_VALUE);
    }

    /** Ids of all vertices that any mutation named. */
    public Set<String> everNamed() {
        Set<String> named = new HashSet<>(nodes.keySet());
        registers.keySet().forEach(edge -> {
            named.add(edge.source());
            named.add(edge.target());
        });
        return named;
    }

    private void write(GraphMutation mutation) {
        switch (mutation) {
            case GraphMutation.UpsertNode m -> writeNode(m.id(), new Node(m.time(), true, m.features()));
            case GraphMutation.RemoveNode m -> {
                writeNode(m.id(), new Node(m.time(), false, null));
                deletes.merge(m.id(), m.time(), Math::max);
            }
            case GraphMutation.UpsertEdge m -> writeEdge(m.edge(), new Edge(m.time(), m.weight()));
            case GraphMutation.RemoveEdge m -> writeEdge(m.edge(), new Edge(m.time(), null));
            case GraphMutation.SetLabel m ->
                writeLabel(new LabelKey(m.nodeId(), m.label().task()), new TimedLabel(m.time(), m.label()));
            case GraphMutation.RemoveLabel m ->
                writeLabel(new LabelKey(m.nodeId(), m.task()), new TimedLabel(m.time(), null));
        }
    }

    private void writeNode(String id, Node node) {
        nodes.merge(id, node, (old, next) -> next.time >= old.time ? next : old);
    }

    private void writeEdge(EdgeId id, Edge edge) {
        registers.merge(id, edge, (old, next) -> next.time >= old.time ? next : old);
    }

    private void writeLabel(LabelKey key, TimedLabel label) {
        labelRegisters.merge(key, label, (old, next) -> next.time >= old.time ? next : old);
    }

    private void judge() {
        nodes.forEach((id, node) -> {
            if (node.alive) {
                features.put(id, node.features);
            }
        });
        registers.forEach((id, edge) -> {
            Float weight = edge.weight;
            if (weight != null && edge.time > deleteTime(id.source()) && edge.time > deleteTime(id.target())) {
                edges.put(id, weight);
                inDegrees.merge(id.target(), 1, Integer::sum);
                features.putIfAbsent(id.source(), null);
                features.putIfAbsent(id.target(), null);
            }
        });
        labelRegisters.forEach((key, timed) -> {
            Label label = timed.label;
            if (label != null) {
                labels.computeIfAbsent(key.nodeId, id -> new TreeMap<>()).put(key.task, label);
            }
        });
    }
}
