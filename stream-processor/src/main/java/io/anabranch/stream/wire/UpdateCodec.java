package io.anabranch.stream.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.event.v1.EdgeDelete;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.NodeUpsert;
import io.anabranch.graph.EdgeId;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Provenance;

/** Normalised updates to mutations of the graph. What is decoded here was checked by ingest. */
public final class UpdateCodec {

    private UpdateCodec() {}

    /**
     * Decodes one record of the updates topic.
     *
     * @throws IllegalArgumentException if ingest did not write it
     */
    public static GraphMutation decode(byte[] value) {
        GraphEvent event;
        try {
            event = GraphEvent.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(
                    "An update of %d bytes is no event. Maybe something other than ingest writes to the updates topic."
                            .formatted(value.length),
                    e);
        }
        return mutation(event);
    }

    static GraphMutation mutation(GraphEvent event) {
        long time = event.getEventTimeMs();
        return switch (event.getEventCase()) {
            case NODE_UPSERT -> node(event.getNodeUpsert(), time);
            case NODE_DELETE ->
                new GraphMutation.RemoveNode(event.getNodeDelete().getId(), time);
            case EDGE_UPSERT -> edge(event.getEdgeUpsert(), time);
            case EDGE_DELETE -> edge(event.getEdgeDelete(), time);
            case LABEL_UPSERT -> {
                String nodeId = event.getLabelUpsert().getNodeId();
                yield new GraphMutation.SetLabel(
                        nodeId, LabelCodec.decode(nodeId, event.getLabelUpsert().getLabel()), time);
            }
            case LABEL_DELETE ->
                new GraphMutation.RemoveLabel(
                        event.getLabelDelete().getNodeId(),
                        event.getLabelDelete().getTask(),
                        time);
            case EVENT_NOT_SET ->
                throw new IllegalArgumentException("The update (%s) says nothing.".formatted(event.getEventId()));
        };
    }

    private static GraphMutation node(NodeUpsert node, long time) {
        return new GraphMutation.UpsertNode(
                node.getId(),
                node.getType(),
                node.hasFeatures() ? FeatureCodec.decode(node.getFeatures()) : null,
                time);
    }

    private static GraphMutation edge(EdgeUpsert edge, long time) {
        Provenance provenance = switch (edge.getProvenance()) {
            case PROVENANCE_LEARNED -> Provenance.LEARNED;
            case PROVENANCE_OBSERVED, PROVENANCE_UNSPECIFIED -> Provenance.OBSERVED;
            case UNRECOGNIZED ->
                throw new IllegalArgumentException("The provenance (%d) of edge (%s->%s) must be known."
                        .formatted(edge.getProvenanceValue(), edge.getSource(), edge.getTarget()));
        };
        return new GraphMutation.UpsertEdge(
                new EdgeId(edge.getSource(), edge.getTarget(), edge.getType()), edge.getWeight(), provenance, time);
    }

    private static GraphMutation edge(EdgeDelete edge, long time) {
        return new GraphMutation.RemoveEdge(new EdgeId(edge.getSource(), edge.getTarget(), edge.getType()), time);
    }
}
