package io.anabranch.stream.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.event.v1.EdgeDelete;
import io.anabranch.event.v1.EdgeErase;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.NodeUpsert;
import io.anabranch.graph.EdgeId;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Provenance;
import io.anabranch.stream.propagation.ClockTick;
import io.anabranch.update.v1.Clock;
import io.anabranch.update.v1.UpdateRecord;

/** Records of the updates topic. What is decoded here was checked by ingest, or is a snapshot's. */
public final class UpdateCodec {

    private UpdateCodec() {}

    /** The record of a normalised event. */
    public static byte[] encode(GraphEvent event) {
        return UpdateRecord.newBuilder().setFact(event).build().toByteArray();
    }

    /** The record of a normalised edge event, for the owner of the edge's source alone. */
    public static byte[] encodeSourceStep(GraphEvent event) {
        return UpdateRecord.newBuilder().setSourceStep(event).build().toByteArray();
    }

    /** The record that says how far an ingest task has come. */
    public static byte[] encode(ClockTick tick) {
        return UpdateRecord.newBuilder()
                .setClock(Clock.newBuilder()
                        .setTimeMs(tick.timeMs())
                        .setEventsPartition(tick.eventsPartition())
                        .setEventsPosition(tick.eventsPosition()))
                .build()
                .toByteArray();
    }

    /**
     * Decodes one record of the updates topic.
     *
     * @throws IllegalArgumentException if neither ingest nor an import wrote it
     */
    public static UpdateContent decode(byte[] value) {
        UpdateRecord record = parse(value);
        return switch (record.getRecordCase()) {
            case FACT -> content(record.getFact());
            case SOURCE_STEP -> new UpdateContent.SourceStep(mutation(record.getSourceStep()));
            case CLOCK -> new UpdateContent.Clock(tick(record.getClock()));
            case REGISTERS ->
                new UpdateContent.Snapshot(
                        RegistersCodec.decode(record.getRegisters()),
                        RegistersCodec.expiredToMs(record.getRegisters()));
            case RECORD_NOT_SET ->
                throw new IllegalArgumentException("An update of %d bytes says nothing.".formatted(value.length));
        };
    }

    private static UpdateContent content(GraphEvent event) {
        return event.hasRecompute()
                ? new UpdateContent.Recompute(event.getRecompute().getNodeId())
                : new UpdateContent.Fact(mutation(event));
    }

    /** The normalised event of a record that holds a fact or a step. */
    public static GraphEvent event(byte[] value) {
        UpdateRecord record = parse(value);
        return record.hasSourceStep() ? record.getSourceStep() : record.getFact();
    }

    private static UpdateRecord parse(byte[] value) {
        try {
            return UpdateRecord.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(
                    "An update of %d bytes cannot be read. Maybe something other than ingest and imports writes to the updates topic."
                            .formatted(value.length),
                    e);
        }
    }

    private static ClockTick tick(Clock clock) {
        return new ClockTick(clock.getTimeMs(), clock.getEventsPartition(), clock.getEventsPosition());
    }

    static GraphMutation mutation(GraphEvent event) {
        long time = event.getEventTimeMs();
        return switch (event.getEventCase()) {
            case NODE_UPSERT -> node(event.getNodeUpsert(), time);
            case NODE_PATCH ->
                new GraphMutation.PatchNode(
                        event.getNodePatch().getId(),
                        FeatureCodec.decodePatch(event.getNodePatch().getColumns()),
                        time);
            case NODE_DELETE ->
                new GraphMutation.RemoveNode(event.getNodeDelete().getId(), time);
            case EDGE_UPSERT -> edge(event.getEdgeUpsert(), time);
            case EDGE_DELETE -> edge(event.getEdgeDelete(), time);
            case EDGE_ERASE -> erase(event.getEdgeErase(), time);
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
            case RECOMPUTE, EVENT_NOT_SET ->
                throw new IllegalArgumentException(
                        "The update (%s) says nothing about the graph.".formatted(event.getEventId()));
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
                new EdgeId(edge.getSource(), edge.getTarget(), edge.getType()),
                edge.getWeight(),
                provenance,
                time,
                edge.hasTimeToLiveMs() ? expiry(time, edge.getTimeToLiveMs()) : GraphMutation.NEVER_EXPIRES);
    }

    /** An edge that outlives all of time does not expire. */
    private static long expiry(long time, long timeToLive) {
        return time > GraphMutation.NEVER_EXPIRES - timeToLive ? GraphMutation.NEVER_EXPIRES : time + timeToLive;
    }

    private static GraphMutation erase(EdgeErase edge, long time) {
        return new GraphMutation.EraseEdge(
                new EdgeId(edge.getSource(), edge.getTarget(), edge.getType()), edge.getErasedTimeMs(), time);
    }

    private static GraphMutation edge(EdgeDelete edge, long time) {
        return new GraphMutation.RemoveEdge(new EdgeId(edge.getSource(), edge.getTarget(), edge.getType()), time);
    }
}
