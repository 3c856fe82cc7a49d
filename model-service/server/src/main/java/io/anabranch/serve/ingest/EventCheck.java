package io.anabranch.serve.ingest;

import io.anabranch.event.v1.ClassSet;
import io.anabranch.event.v1.EdgeDelete;
import io.anabranch.event.v1.EdgeErase;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.Label;
import io.anabranch.event.v1.NodeUpsert;
import io.anabranch.event.v1.Part;
import io.anabranch.event.v1.Provenance;
import io.anabranch.serve.Problem.Violation;
import java.util.List;

/** Says everything that is wrong with an event, each with the path of its field. Any thread. */
final class EventCheck {

    private final IngestRules rules;

    EventCheck(IngestRules rules) {
        this.rules = rules;
    }

    /** Empty: fine. */
    List<Violation> check(GraphEvent event, long nowMs) {
        Findings findings = new Findings();
        if (event.getSerializedSize() > rules.maxRecordBytes()) {
            findings.add(
                    "event",
                    "Has %d bytes, but at most %d are allowed.",
                    event.getSerializedSize(),
                    rules.maxRecordBytes());
            return findings.violations();
        }
        if (event.getSchemaVersion() != 0 && event.getSchemaVersion() != 1) {
            findings.add(
                    "event.schema_version",
                    "Version %d is unknown; 1 is the newest known here.",
                    event.getSchemaVersion());
        }
        findings.text("event.event_id", event.getEventId());
        if (event.hasEventTimeMs()) {
            time(event.getEventTimeMs(), nowMs, findings);
        }
        switch (event.getEventCase()) {
            case NODE_UPSERT -> node(event.getNodeUpsert(), findings);
            case NODE_PATCH -> {
                findings.id("event.node_patch.id", event.getNodePatch().getId());
                FeatureCheck.columns(
                        "event.node_patch.columns",
                        event.getNodePatch().getColumns(),
                        rules.featureDimension(),
                        findings);
            }
            case NODE_DELETE ->
                findings.id("event.node_delete.id", event.getNodeDelete().getId());
            case EDGE_UPSERT -> edge(event.getEdgeUpsert(), findings);
            case EDGE_DELETE -> edge(event.getEdgeDelete(), findings);
            case EDGE_ERASE ->
                edge(event.getEdgeErase(), event.hasEventTimeMs() ? event.getEventTimeMs() : nowMs, findings);
            case LABEL_UPSERT -> {
                findings.id("event.label_upsert.node_id", event.getLabelUpsert().getNodeId());
                label("event.label_upsert.label", event.getLabelUpsert().getLabel(), findings);
            }
            case LABEL_DELETE -> {
                findings.id("event.label_delete.node_id", event.getLabelDelete().getNodeId());
                findings.id("event.label_delete.task", event.getLabelDelete().getTask());
            }
            case RECOMPUTE ->
                findings.id("event.recompute.node_id", event.getRecompute().getNodeId());
            case EVENT_NOT_SET -> findings.add("event", "Must say something about a node, an edge or a label.");
        }
        return findings.violations();
    }

    private void time(long eventTimeMs, long nowMs, Findings findings) {
        if (eventTimeMs < 0) {
            findings.add("event.event_time_ms", "%d lies before 1970.", eventTimeMs);
        } else if (eventTimeMs - rules.maxFutureSkew().toMillis() > nowMs) {
            findings.add(
                    "event.event_time_ms",
                    "%d lies ahead of now (%d) by more than %s. Maybe it is in microseconds; milliseconds are expected.",
                    eventTimeMs,
                    nowMs,
                    rules.maxFutureSkew());
        }
    }

    private void node(NodeUpsert node, Findings findings) {
        findings.id("event.node_upsert.id", node.getId());
        findings.text("event.node_upsert.type", node.getType());
        if (node.hasFeatures()) {
            FeatureCheck.check("event.node_upsert.features", node.getFeatures(), rules.featureDimension(), findings);
        }
        for (int i = 0; i < node.getLabelsCount(); i++) {
            label("event.node_upsert.labels[%d]".formatted(i), node.getLabels(i), findings);
        }
    }

    private void edge(EdgeUpsert edge, Findings findings) {
        ends("event.edge_upsert", edge.getSource(), edge.getTarget(), edge.getType(), findings);
        if (edge.getProvenance() == Provenance.UNRECOGNIZED) {
            findings.add("event.edge_upsert.provenance", "%d is unknown.", edge.getProvenanceValue());
        }
        if (edge.hasTimeToLiveMs() && edge.getTimeToLiveMs() < 1) {
            findings.add("event.edge_upsert.time_to_live_ms", "Is %d, but must be 1 or more.", edge.getTimeToLiveMs());
        }
        if (edge.hasWeight() && !Float.isFinite(edge.getWeight())) {
            findings.add("event.edge_upsert.weight", "%s is not finite.", edge.getWeight());
        } else if (edge.getWeight() < 0 && !rules.allowNegativeWeights()) {
            findings.add("event.edge_upsert.weight", "%s is negative.", edge.getWeight());
        }
    }

    private void edge(EdgeDelete edge, Findings findings) {
        ends("event.edge_delete", edge.getSource(), edge.getTarget(), edge.getType(), findings);
    }

    private void edge(EdgeErase edge, long timeMs, Findings findings) {
        ends("event.edge_erase", edge.getSource(), edge.getTarget(), edge.getType(), findings);
        if (edge.getErasedTimeMs() < 0) {
            findings.add("event.edge_erase.erased_time_ms", "%d lies before 1970.", edge.getErasedTimeMs());
        } else if (edge.getErasedTimeMs() > timeMs) {
            findings.add(
                    "event.edge_erase.erased_time_ms",
                    "%d is later than the event's own time, %d.",
                    edge.getErasedTimeMs(),
                    timeMs);
        }
    }

    private void ends(String path, String source, String target, String type, Findings findings) {
        findings.id(path + ".source", source);
        findings.id(path + ".target", target);
        findings.text(path + ".type", type);
        if (!rules.allowSelfLoops() && !source.isEmpty() && source.equals(target)) {
            findings.add(path + ".target", "The edge leads from %s to itself.", source);
        }
    }

    private static void label(String path, Label label, Findings findings) {
        findings.id(path + ".task", label.getTask());
        if (label.getPart() == Part.UNRECOGNIZED) {
            findings.add(path + ".part", "%d is unknown.", label.getPartValue());
        }
        switch (label.getValueCase()) {
            case CLASS_NAME -> findings.id(path + ".class_name", label.getClassName());
            case CLASS_SET -> {
                ClassSet set = label.getClassSet();
                for (int i = 0; i < set.getClassNamesCount(); i++) {
                    findings.id("%s.class_set.class_names[%d]".formatted(path, i), set.getClassNames(i));
                }
            }
            case TARGET -> {
                if (!Double.isFinite(label.getTarget())) {
                    findings.add(path + ".target", "%s is not finite.", label.getTarget());
                }
            }
            case VALUE_NOT_SET -> findings.add(path, "Must have a class name, a class set or a target.");
        }
    }
}
