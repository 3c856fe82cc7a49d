package io.anabranch.stream.ingest;

import io.anabranch.event.v1.EdgeDelete;
import io.anabranch.event.v1.EdgeErase;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.LabelDelete;
import io.anabranch.event.v1.LabelUpsert;
import io.anabranch.event.v1.NodePatch;
import io.anabranch.event.v1.NodeUpsert;
import io.anabranch.event.v1.Provenance;
import org.jspecify.annotations.Nullable;

/**
 * Rules for a whole event. A time in the future is judged against the timestamp of the Kafka record, not a clock: the
 * verdict is then a function of the log, the same when the record is read again.
 */
final class EventRules {

    private final IngestRules rules;

    EventRules(IngestRules rules) {
        this.rules = rules;
    }

    /** Null: fine. */
    @Nullable
    Problem check(GraphEvent event, long recordTimestampMs) {
        Problem problem = envelope(event, recordTimestampMs);
        if (problem != null) {
            return problem;
        }
        return switch (event.getEventCase()) {
            case NODE_UPSERT -> node(event.getNodeUpsert());
            case NODE_PATCH -> patch(event.getNodePatch());
            case NODE_DELETE -> TextRules.id(event.getNodeDelete().getId(), "id of the node");
            case EDGE_UPSERT -> edge(event.getEdgeUpsert());
            case EDGE_DELETE -> edge(event.getEdgeDelete());
            case EDGE_ERASE ->
                edge(event.getEdgeErase(), event.hasEventTimeMs() ? event.getEventTimeMs() : recordTimestampMs);
            case LABEL_UPSERT -> label(event.getLabelUpsert());
            case LABEL_DELETE -> label(event.getLabelDelete());
            case RECOMPUTE -> TextRules.id(event.getRecompute().getNodeId(), "id of the node to recompute");
            case EVENT_NOT_SET ->
                Problem.of(RejectionReason.EMPTY_EVENT, "The event says nothing about a node, an edge or a label.");
        };
    }

    private @Nullable Problem envelope(GraphEvent event, long recordTimestampMs) {
        int version = event.getSchemaVersion();
        if (version != 0 && version != 1) {
            return Problem.of(
                    RejectionReason.UNKNOWN_SCHEMA_VERSION,
                    "The schema version %s is unknown; 1 is the newest known here.",
                    Integer.toUnsignedString(version));
        }
        String unknown = UnknownFields.find(event);
        if (unknown != null) {
            return Problem.of(RejectionReason.NOT_DECODABLE, "The event has an unknown field: %s.", unknown);
        }
        Problem id = TextRules.atMost(event.getEventId(), "event id", RejectionReason.ID_TOO_LONG);
        return id != null || !event.hasEventTimeMs() ? id : time(event.getEventTimeMs(), recordTimestampMs);
    }

    private @Nullable Problem time(long eventTimeMs, long recordTimestampMs) {
        if (eventTimeMs < 0) {
            return Problem.of(RejectionReason.TIME_NEGATIVE, "The event time %d lies before 1970.", eventTimeMs);
        }
        if (eventTimeMs - rules.maxFutureSkew().toMillis() > recordTimestampMs) {
            return Problem.of(
                    RejectionReason.TIME_IN_FUTURE,
                    "The event time %d is later than the record's timestamp %d by more than %s.%nMaybe it is in"
                            + " microseconds; milliseconds are expected.",
                    eventTimeMs,
                    recordTimestampMs,
                    rules.maxFutureSkew());
        }
        return null;
    }

    private @Nullable Problem node(NodeUpsert node) {
        Problem problem = TextRules.id(node.getId(), "id of the node");
        if (problem == null) {
            problem = TextRules.atMost(node.getType(), "type of the node", RejectionReason.TYPE_TOO_LONG);
        }
        if (problem == null && node.hasFeatures()) {
            problem = FeatureRules.check(node.getFeatures(), rules.featureDimension());
        }
        for (int i = 0; problem == null && i < node.getLabelsCount(); i++) {
            problem = LabelRules.check(node.getLabels(i));
        }
        return problem;
    }

    private @Nullable Problem patch(NodePatch patch) {
        Problem problem = TextRules.id(patch.getId(), "id of the node");
        return problem != null ? problem : FeatureRules.columns(patch.getColumns(), rules.featureDimension());
    }

    private @Nullable Problem edge(EdgeUpsert edge) {
        Problem ends = ends(edge.getSource(), edge.getTarget(), edge.getType());
        if (ends != null) {
            return ends;
        }
        if (edge.getProvenance() == Provenance.UNRECOGNIZED) {
            return Problem.of(
                    RejectionReason.NOT_DECODABLE, "The provenance %d is unknown.", edge.getProvenanceValue());
        }
        if (edge.hasTimeToLiveMs() && edge.getTimeToLiveMs() < 1) {
            return Problem.of(
                    RejectionReason.TIME_TO_LIVE_NOT_POSITIVE,
                    "The time to live %d must be 1 ms or more.%nMaybe an edge_delete event was meant.",
                    edge.getTimeToLiveMs());
        }
        if (!edge.hasWeight()) {
            return null;
        }
        if (!Float.isFinite(edge.getWeight())) {
            return Problem.of(RejectionReason.WEIGHT_NOT_FINITE, "The weight %s must be finite.", edge.getWeight());
        }
        if (edge.getWeight() < 0 && !rules.allowNegativeWeights()) {
            return Problem.of(
                    RejectionReason.WEIGHT_NEGATIVE,
                    "The weight %s is negative.%nMaybe anabranch.ingest.allow-negative-weights should be true.",
                    edge.getWeight());
        }
        return null;
    }

    private @Nullable Problem edge(EdgeDelete edge) {
        return ends(edge.getSource(), edge.getTarget(), edge.getType());
    }

    private @Nullable Problem edge(EdgeErase edge, long timeMs) {
        Problem problem = ends(edge.getSource(), edge.getTarget(), edge.getType());
        if (problem == null && edge.getErasedTimeMs() < 0) {
            problem = Problem.of(
                    RejectionReason.TIME_NEGATIVE, "The erased time %d lies before 1970.", edge.getErasedTimeMs());
        }
        if (problem == null && edge.getErasedTimeMs() > timeMs) {
            problem = Problem.of(
                    RejectionReason.TIME_IN_FUTURE,
                    "The erased time %d is later than the event's own, %d.",
                    edge.getErasedTimeMs(),
                    timeMs);
        }
        return problem;
    }

    private @Nullable Problem ends(String source, String target, String type) {
        Problem problem = TextRules.id(source, "source of the edge");
        if (problem == null) {
            problem = TextRules.id(target, "target of the edge");
        }
        if (problem == null) {
            problem = TextRules.atMost(type, "type of the edge", RejectionReason.TYPE_TOO_LONG);
        }
        if (problem == null && !rules.allowSelfLoops() && source.equals(target)) {
            problem = Problem.of(
                    RejectionReason.SELF_LOOP,
                    "The edge leads from '%s' to itself.%nMaybe anabranch.ingest.allow-self-loops should be true.",
                    source);
        }
        return problem;
    }

    private static @Nullable Problem label(LabelUpsert label) {
        Problem problem = TextRules.id(label.getNodeId(), "id of the labelled node");
        return problem != null ? problem : LabelRules.check(label.getLabel());
    }

    private static @Nullable Problem label(LabelDelete label) {
        Problem problem = TextRules.id(label.getNodeId(), "id of the labelled node");
        return problem != null ? problem : LabelRules.task(label.getTask());
    }
}
