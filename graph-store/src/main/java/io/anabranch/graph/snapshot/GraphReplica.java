package io.anabranch.graph.snapshot;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Label;
import io.anabranch.graph.Provenance;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The whole graph by id, kept up to date with the facts of the clean graph, which have been ordered and judged already: a put
 * replaces, a remove forgets. Facts of different keys may come in any order. A node exists iff it was put or has an edge.
 *
 * <p>Thread-safe: one lock; {@link #snapshot()} holds it while it collects, O(graph).
 */
public final class GraphReplica {

    private record Node(String type, @Nullable FeatureVector features, long eventTimeMs) {}

    private record Edge(float weight, Provenance provenance, long eventTimeMs, long expiry) {}

    private final int featureDimension;
    private final ReplicaWatcher watcher;
    private final Map<String, Node> nodes = new HashMap<>();
    private final Map<EdgeId, Edge> edges = new HashMap<>();
    private final AdjacentEdges in = new AdjacentEdges(EdgeDirection.IN);
    private final AdjacentEdges out = new AdjacentEdges(EdgeDirection.OUT);

    private final Map<String, Map<String, Label>> labels = new HashMap<>();
    /** How many edges of each type there are. */
    private final Map<String, Integer> edgeTypes = new HashMap<>();

    private int learnedEdges;
    private long changes;

    /** An empty replica of a graph whose feature rows have this length. */
    public GraphReplica(int featureDimension) {
        this(featureDimension, ReplicaWatcher.NONE);
    }

    /** The same, with somebody who is told of every change of nodes and edges. */
    public GraphReplica(int featureDimension, ReplicaWatcher watcher) {
        this.featureDimension = featureDimension;
        this.watcher = watcher;
    }

    /** The same for a node whose event time is not known. */
    public void putNode(String id, String type, @Nullable FeatureVector features) {
        putNode(id, type, features, 0);
    }

    /**
     * Creates the node or replaces its type and features.
     *
     * @param eventTimeMs of its last upsert or patch; 0: not known
     * @throws IllegalArgumentException if the features have another dimension than the graph
     */
    public synchronized void putNode(String id, String type, @Nullable FeatureVector features, long eventTimeMs) {
        if (features != null && features.dimension() != featureDimension) {
            throw new IllegalArgumentException("The features of node (%s) have dimension %d, the graph has %d."
                    .formatted(id, features.dimension(), featureDimension));
        }
        changes++;
        if (nodes.put(id, new Node(type, features, eventTimeMs)) == null) {
            watcher.nodeAdded(id);
        }
    }

    public synchronized void removeNode(String id) {
        changes++;
        if (nodes.remove(id) != null) {
            watcher.nodeRemoved(id);
        }
    }

    /** The same for an edge whose event time is not known. */
    public void putEdge(EdgeId edge, float weight, Provenance provenance) {
        putEdge(edge, weight, provenance, 0);
    }

    /** The same for an edge that does not expire. */
    public void putEdge(EdgeId edge, float weight, Provenance provenance, long eventTimeMs) {
        putEdge(edge, weight, provenance, eventTimeMs, GraphMutation.NEVER_EXPIRES);
    }

    /**
     * Creates the edge or replaces what is known of it.
     *
     * @param expiry kept, not obeyed: whoever removes edges says so; {@link GraphMutation#NEVER_EXPIRES} if there is none
     */
    public synchronized void putEdge(EdgeId edge, float weight, Provenance provenance, long eventTimeMs, long expiry) {
        changes++;
        Edge before = edges.put(edge, new Edge(weight, provenance, eventTimeMs, expiry));
        learnedEdges += learned(provenance) - (before == null ? 0 : learned(before.provenance));
        if (before == null) {
            in.add(edge);
            out.add(edge);
            edgeTypes.merge(edge.type(), 1, Integer::sum);
            watcher.edgeAdded(edge, weight);
        } else if (before.weight != weight) {
            watcher.edgeReweighted(edge, before.weight, weight);
        }
    }

    public synchronized void removeEdge(EdgeId edge) {
        changes++;
        Edge before = edges.remove(edge);
        if (before != null) {
            learnedEdges -= learned(before.provenance);
            in.remove(edge);
            out.remove(edge);
            edgeTypes.computeIfPresent(edge.type(), (type, count) -> count == 1 ? null : count - 1);
            watcher.edgeRemoved(edge, before.weight);
        }
    }

    public synchronized void putLabel(String nodeId, Label label) {
        labels.computeIfAbsent(nodeId, id -> new HashMap<>()).put(label.task(), label);
        changes++;
    }

    public synchronized void removeLabel(String nodeId, String task) {
        Map<String, Label> ofNode = labels.get(nodeId);
        if (ofNode != null) {
            ofNode.remove(task);
            if (ofNode.isEmpty()) {
                labels.remove(nodeId);
            }
        }
        changes++;
    }

    /** Puts what lives and removes what doesn't. */
    public void accept(FactJournal.Fact fact) {
        switch (fact) {
            case FactJournal.NodeFact node -> {
                if (node.present()) {
                    putNode(node.id(), node.type(), node.features());
                } else {
                    removeNode(node.id());
                }
            }
            case FactJournal.EdgeFact edge -> {
                if (edge.live()) {
                    putEdge(edge.edge(), edge.weight(), edge.provenance());
                } else {
                    removeEdge(edge.edge());
                }
            }
            // A replica is of the present alone.
            case FactJournal.StepFact step -> {}
            case FactJournal.LabelFact label -> {
                if (label.label() != null) {
                    putLabel(label.nodeId(), label.label());
                } else {
                    removeLabel(label.nodeId(), label.task());
                }
            }
        }
    }

    /** How many puts and removes there were; tells whether a snapshot is out of date. */
    public synchronized long changes() {
        return changes;
    }

    /** Whether the node was put; it may exist by its edges all the same. */
    public synchronized boolean isPut(String id) {
        return nodes.containsKey(id);
    }

    /** Nodes that were put; ends of edges that were not are not counted. */
    public synchronized int nodeCount() {
        return nodes.size();
    }

    public synchronized int edgeCount() {
        return edges.size();
    }

    /** Of the edges, how many were learned. */
    public synchronized int learnedEdgeCount() {
        return learnedEdges;
    }

    /** Labels of all tasks, also those of nodes that don't exist. */
    public synchronized int labelCount() {
        int count = 0;
        for (Map<String, Label> ofNode : labels.values()) {
            count += ofNode.size();
        }
        return count;
    }

    /** The type of a node that was put; null of one that was not, which may still be the end of an edge. */
    public synchronized @Nullable String nodeType(String id) {
        Node node = nodes.get(id);
        return node == null ? null : node.type;
    }

    /** Whether an edge of whatever type leads from one to the other. O(types of edges). */
    public synchronized boolean linked(String source, String target) {
        for (String type : edgeTypes.keySet()) {
            if (edges.containsKey(new EdgeId(source, target, type))) {
                return true;
            }
        }
        return false;
    }

    /** The node as it is now; null: it does not exist. */
    public synchronized @Nullable ReplicaNode node(String id) {
        if (!exists(id)) {
            return null;
        }
        Node node = nodes.get(id);
        return new ReplicaNode(
                id,
                node == null ? null : node.type,
                node == null ? null : node.features,
                node == null ? 0 : node.eventTimeMs,
                in.of(id).size(),
                out.of(id).size(),
                labels.getOrDefault(id, Map.of()).values().stream()
                        .sorted(Comparator.comparing(Label::task))
                        .toList());
    }

    /**
     * Edges of a node, ordered by their other ends and, between the same ends, by their types. Holds the lock for O(log(edges of the node) +
     * limit).
     *
     * @param after the edge to go on behind, which need not be there any more; null: from the first on
     * @param limit how many at most
     * @return null: the node does not exist
     */
    public synchronized @Nullable List<ReplicaEdge> edges(
            String id, EdgeDirection direction, @Nullable EdgeId after, int limit) {
        if (!exists(id)) {
            return null;
        }
        List<ReplicaEdge> page = new ArrayList<>();
        for (EdgeId edge : (direction == EdgeDirection.IN ? in : out).after(id, after)) {
            if (page.size() == limit) {
                break;
            }
            Edge value = valueOf(edge);
            page.add(new ReplicaEdge(edge, value.weight, value.provenance, value.eventTimeMs, value.expiry));
        }
        return page;
    }

    private boolean exists(String id) {
        return nodes.containsKey(id) || in.has(id) || out.has(id);
    }

    private Edge valueOf(EdgeId edge) {
        Edge value = edges.get(edge);
        if (value == null) {
            throw new IllegalStateException("The edge %s is known by its ends only.".formatted(edge));
        }
        return value;
    }

    public int featureDimension() {
        return featureDimension;
    }

    /**
     * The vertices and those from which they can be reached over a few edges. Holds the lock meanwhile, O(what is read).
     *
     * @param hops over how many edges; at the last vertices the in-edges are counted, not read
     * @param most vertices and edges that may be read
     * @return null if there are more
     */
    public synchronized @Nullable InNeighbourhood inNeighbourhood(Collection<String> ids, int hops, int most) {
        Set<String> seen = new LinkedHashSet<>();
        for (String id : ids) {
            if (exists(id)) {
                seen.add(id);
            }
        }
        List<InNeighbourhood.Vertex> vertices = new ArrayList<>();
        List<String> ring = List.copyOf(seen);
        int left = most - seen.size();
        for (int hop = 0; hop <= hops; hop++) {
            List<String> next = new ArrayList<>();
            for (String id : ring) {
                Set<EdgeId> known = in.of(id);
                List<InNeighbourhood.Edge> read = new ArrayList<>();
                if (hop < hops) {
                    left -= known.size();
                    if (left < 0) {
                        return null;
                    }
                    for (EdgeId edge : known) {
                        Edge value = valueOf(edge);
                        read.add(new InNeighbourhood.Edge(
                                edge.source(), edge.type(), value.weight, value.provenance, value.eventTimeMs));
                        if (seen.add(edge.source())) {
                            next.add(edge.source());
                            left--;
                        }
                    }
                }
                Node node = nodes.get(id);
                vertices.add(new InNeighbourhood.Vertex(
                        id,
                        node == null ? null : node.features,
                        node == null ? 0 : node.eventTimeMs,
                        known.size(),
                        hop < hops,
                        List.copyOf(read)));
            }
            ring = next;
        }
        return left < 0 ? null : new InNeighbourhood(List.copyOf(vertices));
    }

    /** The graph as it is now. */
    public GraphSnapshot snapshot() {
        GraphSnapshot.Builder builder = GraphSnapshot.builder(featureDimension);
        synchronized (this) {
            nodes.forEach((id, node) -> builder.node(id, node.type, node.features));
            edges.forEach((id, edge) -> builder.edge(id, edge.weight));
            labels.forEach((id, byTask) -> byTask.values().forEach(label -> builder.label(id, label)));
        }
        return builder.build();
    }

    private static int learned(Provenance provenance) {
        return switch (provenance) {
            case LEARNED -> 1;
            case OBSERVED -> 0;
        };
    }
}
