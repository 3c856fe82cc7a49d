package io.anabranch.graph.snapshot;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.Label;
import io.anabranch.graph.Provenance;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The whole graph by id, kept up to date with the facts of the clean graph, which have been ordered and judged already: a put
 * replaces, a remove forgets. Facts of different keys may come in any order. A node exists iff it was put or has an edge.
 *
 * <p>Thread-safe: one lock; {@link #snapshot()} holds it while it collects, O(graph).
 */
public final class GraphReplica {

    private record Node(String type, @Nullable FeatureVector features) {}

    private record Edge(float weight, Provenance provenance) {}

    private final int featureDimension;
    private final ReplicaWatcher watcher;
    private final Map<String, Node> nodes = new HashMap<>();
    private final Map<EdgeId, Edge> edges = new HashMap<>();
    private final Map<String, Map<String, Label>> labels = new HashMap<>();
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

    /**
     * Creates the node or replaces its type and features.
     *
     * @throws IllegalArgumentException if the features have another dimension than the graph
     */
    public synchronized void putNode(String id, String type, @Nullable FeatureVector features) {
        if (features != null && features.dimension() != featureDimension) {
            throw new IllegalArgumentException("The features of node (%s) have dimension %d, the graph has %d."
                    .formatted(id, features.dimension(), featureDimension));
        }
        changes++;
        if (nodes.put(id, new Node(type, features)) == null) {
            watcher.nodeAdded(id);
        }
    }

    public synchronized void removeNode(String id) {
        changes++;
        if (nodes.remove(id) != null) {
            watcher.nodeRemoved(id);
        }
    }

    public synchronized void putEdge(EdgeId edge, float weight, Provenance provenance) {
        changes++;
        Edge before = edges.put(edge, new Edge(weight, provenance));
        if (before == null) {
            watcher.edgeAdded(edge, weight);
        } else if (before.weight != weight) {
            watcher.edgeReweighted(edge, before.weight, weight);
        }
    }

    public synchronized void removeEdge(EdgeId edge) {
        changes++;
        Edge before = edges.remove(edge);
        if (before != null) {
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

    /** Labels of all tasks, also those of nodes that don't exist. */
    public synchronized int labelCount() {
        int count = 0;
        for (Map<String, Label> ofNode : labels.values()) {
            count += ofNode.size();
        }
        return count;
    }

    public int featureDimension() {
        return featureDimension;
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
}
