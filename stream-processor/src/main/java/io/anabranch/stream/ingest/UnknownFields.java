package io.anabranch.stream.ingest;

import com.google.protobuf.MessageOrBuilder;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.Label;
import io.anabranch.event.v1.NodeUpsert;
import org.jspecify.annotations.Nullable;

/**
 * Finds fields that the vocabulary does not know. They are refused: who sends them means something by them, and a graph
 * without it would be wrong in silence. Text read as protobuf by chance shows here too.
 */
final class UnknownFields {

    private UnknownFields() {}

    /** Null: there are none. Otherwise what was found where. */
    static @Nullable String find(GraphEvent event) {
        String found = in(event);
        if (found != null) {
            return found;
        }
        return switch (event.getEventCase()) {
            case NODE_UPSERT -> inNode(event.getNodeUpsert());
            case NODE_PATCH -> {
                String atTop = in(event.getNodePatch());
                yield atTop != null ? atTop : in(event.getNodePatch().getColumns());
            }
            case NODE_DELETE -> in(event.getNodeDelete());
            case EDGE_UPSERT -> in(event.getEdgeUpsert());
            case EDGE_DELETE -> in(event.getEdgeDelete());
            case EDGE_ERASE -> in(event.getEdgeErase());
            case LABEL_UPSERT -> {
                String atTop = in(event.getLabelUpsert());
                yield atTop != null ? atTop : inLabel(event.getLabelUpsert().getLabel());
            }
            case LABEL_DELETE -> in(event.getLabelDelete());
            case RECOMPUTE -> in(event.getRecompute());
            case EVENT_NOT_SET -> null;
        };
    }

    private static @Nullable String inNode(NodeUpsert node) {
        String found = in(node);
        if (found == null) {
            found = inFeatures(node.getFeatures());
        }
        for (int i = 0; found == null && i < node.getLabelsCount(); i++) {
            found = inLabel(node.getLabels(i));
        }
        return found;
    }

    private static @Nullable String inFeatures(Features features) {
        String found = in(features);
        if (found != null) {
            return found;
        }
        return switch (features.getRowCase()) {
            case DENSE -> in(features.getDense());
            case SPARSE -> in(features.getSparse());
            case ROW_NOT_SET -> null;
        };
    }

    private static @Nullable String inLabel(Label label) {
        String found = in(label);
        return found == null && label.hasClassSet() ? in(label.getClassSet()) : found;
    }

    private static @Nullable String in(MessageOrBuilder message) {
        var unknown = message.getUnknownFields().asMap();
        return unknown.isEmpty()
                ? null
                : "field %s of %s"
                        .formatted(
                                unknown.keySet().iterator().next(),
                                message.getDescriptorForType().getName());
    }
}
