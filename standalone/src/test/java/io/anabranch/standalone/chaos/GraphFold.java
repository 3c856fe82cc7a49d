package io.anabranch.standalone.chaos;

import io.anabranch.event.v1.EdgeDelete;
import io.anabranch.event.v1.EdgeErase;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.Label;
import io.anabranch.event.v1.NodePatch;
import io.anabranch.event.v1.NodeUpsert;
import io.anabranch.event.v1.Provenance;
import io.anabranch.graph.Part;
import io.anabranch.standalone.chaos.FoldedGraph.Edge;
import io.anabranch.standalone.chaos.FoldedGraph.EdgeName;
import io.anabranch.standalone.chaos.FoldedGraph.LabelName;
import io.anabranch.standalone.chaos.FoldedGraph.Node;
import io.anabranch.standalone.chaos.FoldedGraph.TimedLabel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The graph that accepted events say, straight from docs/wire-format.md: every fact a last-writer-wins register, then every edge
 * judged once, at the end, when event time has come as far as the latest event. Naive, in memory, and without a line of the ingest or of the graph store but the published hash
 * that draws a label's part.
 *
 * <p>Write the events of one register in the order of their log; any order between registers will do. Not thread-safe.
 */
final class GraphFold {

    private record Register<T>(long time, @Nullable T value) {}

    private record ErasedEvent(EdgeName edge, long time) {}

    private final int dimension;
    private final Map<String, NodeRegister> nodes = new HashMap<>();
    private final Map<EdgeName, Register<Edge>> edges = new HashMap<>();
    private final Set<ErasedEvent> erased = new HashSet<>();
    private final Map<LabelName, Register<Label>> labels = new HashMap<>();
    /** Greatest time of all events: how far event time has come, which is what edges expire by. */
    private long clock = Long.MIN_VALUE;

    GraphFold(int dimension) {
        this.dimension = dimension;
    }

    /** @param acceptedMs timestamp of the event's record, the time of an event that has none */
    void write(GraphEvent event, long acceptedMs) {
        if (event.hasRecompute()) {
            return;
        }
        long time = event.hasEventTimeMs() ? event.getEventTimeMs() : acceptedMs;
        clock = Math.max(clock, time);
        switch (event.getEventCase()) {
            case NODE_UPSERT -> node(event.getNodeUpsert(), time);
            case NODE_PATCH -> patch(event.getNodePatch(), time);
            case NODE_DELETE -> node(event.getNodeDelete().getId()).delete(time);
            case EDGE_UPSERT -> edge(event.getEdgeUpsert(), time);
            case EDGE_DELETE -> edge(event.getEdgeDelete(), time);
            case EDGE_ERASE -> {
                EdgeErase erase = event.getEdgeErase();
                erase(erase.getSource(), erase.getTarget(), erase);
                if (erase.getUndirected()) {
                    erase(erase.getTarget(), erase.getSource(), erase);
                }
                edge(
                        EdgeDelete.newBuilder()
                                .setSource(erase.getSource())
                                .setTarget(erase.getTarget())
                                .setType(erase.getType())
                                .setUndirected(erase.getUndirected())
                                .build(),
                        erase.getErasedTimeMs());
            }
            case LABEL_UPSERT ->
                label(event.getLabelUpsert().getNodeId(), event.getLabelUpsert().getLabel(), time);
            case LABEL_DELETE ->
                write(
                        labels,
                        new LabelName(
                                event.getLabelDelete().getNodeId(),
                                event.getLabelDelete().getTask()),
                        time,
                        null);
            case RECOMPUTE, EVENT_NOT_SET -> throw new IllegalArgumentException("The event says nothing: " + event);
        }
    }

    private void node(NodeUpsert upsert, long time) {
        node(upsert.getId()).upsert(new Node(time, upsert.getType(), row(upsert.getFeatures(), dimension)));
        upsert.getLabelsList().forEach(label -> label(upsert.getId(), label, time));
    }

    private void patch(NodePatch patch, long time) {
        for (int i = 0; i < patch.getColumns().getIndicesCount(); i++) {
            node(patch.getId())
                    .patch(patch.getColumns().getIndices(i), patch.getColumns().getValues(i), time);
        }
    }

    private NodeRegister node(String id) {
        return nodes.computeIfAbsent(id, unseen -> new NodeRegister());
    }

    private void erase(String source, String target, EdgeErase erase) {
        erased.add(new ErasedEvent(new EdgeName(source, target, erase.getType()), erase.getErasedTimeMs()));
    }

    private void write(EdgeName name, long time, Edge edge) {
        if (!erased.contains(new ErasedEvent(name, time))) {
            write(edges, name, time, edge);
        }
    }

    private void edge(EdgeUpsert upsert, long time) {
        Edge edge = new Edge(
                time,
                upsert.hasWeight() ? upsert.getWeight() : 1,
                upsert.getProvenance() == Provenance.PROVENANCE_LEARNED,
                upsert.hasTimeToLiveMs() ? time + upsert.getTimeToLiveMs() : Edge.NEVER);
        write(new EdgeName(upsert.getSource(), upsert.getTarget(), upsert.getType()), time, edge);
        if (upsert.getUndirected()) {
            write(new EdgeName(upsert.getTarget(), upsert.getSource(), upsert.getType()), time, edge);
        }
    }

    private void edge(EdgeDelete delete, long time) {
        write(edges, new EdgeName(delete.getSource(), delete.getTarget(), delete.getType()), time, null);
        if (delete.getUndirected()) {
            write(edges, new EdgeName(delete.getTarget(), delete.getSource(), delete.getType()), time, null);
        }
    }

    private void label(String node, Label label, long time) {
        Label full = label;
        if (label.getPart() == io.anabranch.event.v1.Part.PART_UNSPECIFIED) {
            io.anabranch.event.v1.Part part = switch (Part.byHash(node, label.getTask())) {
                case TRAIN -> io.anabranch.event.v1.Part.PART_TRAIN;
                case VALIDATION -> io.anabranch.event.v1.Part.PART_VALIDATION;
                case TEST -> io.anabranch.event.v1.Part.PART_TEST;
            };
            full = label.toBuilder().setPart(part).build();
        }
        write(labels, new LabelName(node, label.getTask()), time, full);
    }

    private static <K, T> void write(Map<K, Register<T>> registers, K key, long time, @Nullable T value) {
        registers.merge(key, new Register<>(time, value), (old, next) -> next.time >= old.time ? next : old);
    }

    /** What lives after all that was written. */
    FoldedGraph result() {
        Map<String, Node> liveNodes = new TreeMap<>();
        nodes.forEach((id, register) -> {
            Node node = register.result(dimension);
            if (node != null) {
                liveNodes.put(id, node);
            }
        });
        Map<EdgeName, Edge> liveEdges = new HashMap<>();
        edges.forEach((name, register) -> {
            if (register.value != null
                    && register.value.expiry() > clock
                    && register.time > deleteTime(name.source())
                    && register.time > deleteTime(name.target())) {
                liveEdges.put(name, register.value);
            }
        });
        Map<LabelName, TimedLabel> liveLabels = new HashMap<>();
        labels.forEach((name, register) -> {
            if (register.value != null) {
                liveLabels.put(name, new TimedLabel(register.time, register.value));
            }
        });
        return new FoldedGraph(liveNodes, liveEdges, liveLabels);
    }

    private long deleteTime(String id) {
        NodeRegister register = nodes.get(id);
        return register == null ? Long.MIN_VALUE : register.deleted();
    }

    /** Dense; zeros where absent. */
    static List<Float> row(Features features, int dimension) {
        return switch (features.getRowCase()) {
            case DENSE -> features.getDense().getValuesList();
            case SPARSE -> {
                List<Float> row = new ArrayList<>(Collections.nCopies(dimension, 0f));
                for (int i = 0; i < features.getSparse().getIndicesCount(); i++) {
                    row.set(
                            features.getSparse().getIndices(i),
                            features.getSparse().getValues(i));
                }
                yield row;
            }
            case ROW_NOT_SET -> Collections.nCopies(dimension, 0f);
        };
    }
}
