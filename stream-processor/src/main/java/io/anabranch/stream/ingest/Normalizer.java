package io.anabranch.stream.ingest;

import io.anabranch.event.v1.EdgeDelete;
import io.anabranch.event.v1.EdgeErase;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.Label;
import io.anabranch.event.v1.LabelUpsert;
import io.anabranch.event.v1.NodeUpsert;
import io.anabranch.event.v1.Provenance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * A checked event as updates of one fact each: an undirected edge is two directed ones, labels of a node stand alone,
 * and time, weight, provenance and version are always there, and the time to live where the edge has one. What is no fact, the request to
 * recompute a node, has no time.
 */
final class Normalizer {

    private static final int SCHEMA_VERSION = 1;

    private final Map<String, Duration> timeToLive;
    private final boolean histories;

    /**
     * @param timeToLive of edges that do not say it, by type
     * @param histories whether an observed edge is told to the owner of its source too
     */
    Normalizer(Map<String, Duration> timeToLive, boolean histories) {
        this.timeToLive = timeToLive;
        this.histories = histories;
    }

    List<Update> normalize(GraphEvent event, long recordTimestampMs) {
        GraphEvent base = GraphEvent.newBuilder()
                .setEventId(event.getEventId())
                .setSchemaVersion(SCHEMA_VERSION)
                .setEventTimeMs(event.hasEventTimeMs() ? event.getEventTimeMs() : recordTimestampMs)
                .build();
        return switch (event.getEventCase()) {
            case NODE_UPSERT -> node(base, event.getNodeUpsert());
            case NODE_PATCH ->
                one(event.getNodePatch().getId(), base.toBuilder().setNodePatch(event.getNodePatch()));
            case NODE_DELETE ->
                one(event.getNodeDelete().getId(), base.toBuilder().setNodeDelete(event.getNodeDelete()));
            case EDGE_UPSERT -> edge(base, event.getEdgeUpsert());
            case EDGE_DELETE -> edge(base, event.getEdgeDelete());
            case EDGE_ERASE -> edge(base, event.getEdgeErase());
            case LABEL_UPSERT ->
                one(event.getLabelUpsert().getNodeId(), base.toBuilder().setLabelUpsert(event.getLabelUpsert()));
            case LABEL_DELETE ->
                one(event.getLabelDelete().getNodeId(), base.toBuilder().setLabelDelete(event.getLabelDelete()));
            case RECOMPUTE ->
                one(
                        event.getRecompute().getNodeId(),
                        base.toBuilder().clearEventTimeMs().setRecompute(event.getRecompute()));
            case EVENT_NOT_SET ->
                throw new IllegalArgumentException("The event (%s) must say something.".formatted(event.getEventId()));
        };
    }

    private static List<Update> one(String vertexId, GraphEvent.Builder event) {
        return List.of(new Update(vertexId, event.build()));
    }

    private static List<Update> node(GraphEvent base, NodeUpsert node) {
        List<Update> updates = new ArrayList<>(1 + node.getLabelsCount());
        updates.add(new Update(
                node.getId(),
                base.toBuilder().setNodeUpsert(node.toBuilder().clearLabels()).build()));
        for (Label label : node.getLabelsList()) {
            LabelUpsert upsert = LabelUpsert.newBuilder()
                    .setNodeId(node.getId())
                    .setLabel(label)
                    .build();
            updates.add(new Update(
                    node.getId(), base.toBuilder().setLabelUpsert(upsert).build()));
        }
        return updates;
    }

    private List<Update> edge(GraphEvent base, EdgeUpsert edge) {
        EdgeUpsert.Builder builder = edge.toBuilder()
                .setWeight(edge.hasWeight() ? edge.getWeight() : 1)
                .setUndirected(false)
                .setProvenance(
                        edge.getProvenance() == Provenance.PROVENANCE_UNSPECIFIED
                                ? Provenance.PROVENANCE_OBSERVED
                                : edge.getProvenance());
        Duration ofType = timeToLive.get(edge.getType());
        if (!edge.hasTimeToLiveMs() && ofType != null) {
            builder.setTimeToLiveMs(ofType.toMillis());
        }
        boolean steps = histories && builder.getProvenance() == Provenance.PROVENANCE_OBSERVED;
        return directed(
                edge.getSource(),
                edge.getTarget(),
                edge.getUndirected(),
                steps,
                (source, target) -> base.toBuilder()
                        .setEdgeUpsert(builder.setSource(source).setTarget(target))
                        .build());
    }

    private List<Update> edge(GraphEvent base, EdgeErase edge) {
        EdgeErase.Builder builder = edge.toBuilder().setUndirected(false);
        return directed(
                edge.getSource(),
                edge.getTarget(),
                edge.getUndirected(),
                histories,
                (source, target) -> base.toBuilder()
                        .setEdgeErase(builder.setSource(source).setTarget(target))
                        .build());
    }

    private static List<Update> edge(GraphEvent base, EdgeDelete edge) {
        EdgeDelete.Builder builder = edge.toBuilder().setUndirected(false);
        return directed(
                edge.getSource(),
                edge.getTarget(),
                edge.getUndirected(),
                false,
                (source, target) -> base.toBuilder()
                        .setEdgeDelete(builder.setSource(source).setTarget(target))
                        .build());
    }

    /**
     * The event of each direction, forth and then back: the fact for the owner of the target, and the step for that of the source.
     *
     * @param event of a source and a target
     */
    private static List<Update> directed(
            String source,
            String target,
            boolean undirected,
            boolean steps,
            BiFunction<String, String, GraphEvent> event) {
        List<Update> updates = new ArrayList<>(4);
        add(updates, source, target, steps, event.apply(source, target));
        if (undirected && !source.equals(target)) {
            add(updates, target, source, steps, event.apply(target, source));
        }
        return updates;
    }

    private static void add(List<Update> updates, String source, String target, boolean steps, GraphEvent event) {
        updates.add(new Update(target, event));
        if (steps && !source.equals(target)) {
            updates.add(new Update(source, event, true));
        }
    }
}
