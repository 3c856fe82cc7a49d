package io.anabranch.stream.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.halo.v1.End;
import io.anabranch.halo.v1.Envelope;
import io.anabranch.halo.v1.Frontier;
import io.anabranch.halo.v1.Gossip;
import io.anabranch.halo.v1.HaloRecord;
import io.anabranch.halo.v1.Hello;
import io.anabranch.halo.v1.Mark;
import io.anabranch.halo.v1.Subscribe;
import io.anabranch.halo.v1.Sync;
import io.anabranch.halo.v1.Unsubscribe;
import io.anabranch.halo.v1.Value;
import io.anabranch.stream.propagation.AcceptedTimes;
import io.anabranch.stream.propagation.EventPositions;
import io.anabranch.stream.propagation.HaloEntry;
import io.anabranch.stream.propagation.HaloEnvelope;
import io.anabranch.stream.propagation.HaloMessage;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Halo records between protobuf and the engine. */
public final class HaloCodec {

    private HaloCodec() {}

    /** One message; {@link HaloBundle} makes records of them. */
    public static Envelope encode(HaloEnvelope envelope) {
        Envelope.Builder record = Envelope.newBuilder()
                .setFrom(envelope.from())
                .setEpoch(envelope.epoch())
                .setEventTimeMs(envelope.eventTimeMs());
        AcceptedTimes accepted = envelope.accepted();
        for (int hops = 0; hops < accepted.size(); hops++) {
            record.addAcceptedTimesMs(accepted.at(hops));
        }
        switch (envelope.message()) {
            case HaloMessage.Value value -> record.setValue(encode(value));
            case HaloMessage.Subscribe subscribe ->
                record.setSubscribe(Subscribe.newBuilder().setVertexId(subscribe.vertexId()));
            case HaloMessage.Unsubscribe unsubscribe ->
                record.setUnsubscribe(Unsubscribe.newBuilder().setVertexId(unsubscribe.vertexId()));
            case HaloMessage.End end -> record.setEnd(End.newBuilder().setSynced(end.synced()));
            case HaloMessage.Hello hello -> record.setHello(Hello.newBuilder().setNonce(hello.nonce()));
            case HaloMessage.Sync sync ->
                record.setSync(
                        Sync.newBuilder().setVertexId(sync.vertexId()).addAllHeldVersions(new TreeSet<>(sync.held())));
            case HaloMessage.Gossip gossip ->
                record.setGossip(Gossip.newBuilder().setTimeMs(gossip.timeMs()));
            case HaloMessage.Mark mark ->
                record.setMark(
                        Mark.newBuilder().setModelVersion(mark.modelVersion()).setLevel(mark.level()));
            case HaloMessage.Frontier frontier -> record.setFrontier(encode(frontier));
        }
        return record.build();
    }

    private static Frontier encode(HaloMessage.Frontier frontier) {
        Frontier.Builder encoded = Frontier.newBuilder().setLevel(frontier.level());
        for (int e = 0; e < frontier.positions().size(); e++) {
            encoded.addPositions(frontier.positions().at(e));
        }
        return encoded.build();
    }

    private static Value encode(HaloMessage.Value value) {
        Value.Builder encoded = Value.newBuilder()
                .setVertexId(value.vertexId())
                .setModelVersion(value.modelVersion())
                .setInDegree(value.inDegree())
                .addAllLayers(LayerCodec.encode(value.layers()));
        if (value.deleteTime() != HaloEntry.NEVER_DELETED) {
            encoded.setDeleteTimeMs(value.deleteTime());
        }
        return encoded.build();
    }

    /**
     * Decodes one record of the halo topic: its messages, in order.
     *
     * @throws IllegalArgumentException if no partition wrote it
     */
    public static List<HaloEnvelope> decode(byte[] value) {
        HaloRecord record;
        try {
            record = HaloRecord.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(
                    "A halo record of %d bytes cannot be read. Maybe something other than partitions writes to the halo topic."
                            .formatted(value.length),
                    e);
        }
        if (record.getEnvelopesCount() == 0) {
            throw new IllegalArgumentException("A halo record says nothing.");
        }
        return record.getEnvelopesList().stream().map(HaloCodec::decode).toList();
    }

    private static HaloEnvelope decode(Envelope record) {
        return new HaloEnvelope(
                record.getFrom(),
                record.getEpoch(),
                AcceptedTimes.of(record.getAcceptedTimesMsList().stream()
                        .mapToLong(Long::longValue)
                        .toArray()),
                record.getEventTimeMs(),
                message(record));
    }

    private static HaloMessage message(Envelope record) {
        return switch (record.getMessageCase()) {
            case VALUE -> value(record.getValue());
            case SUBSCRIBE -> new HaloMessage.Subscribe(record.getSubscribe().getVertexId());
            case UNSUBSCRIBE ->
                new HaloMessage.Unsubscribe(record.getUnsubscribe().getVertexId());
            case END -> new HaloMessage.End(record.getEnd().getSynced());
            case HELLO -> new HaloMessage.Hello(record.getHello().getNonce());
            case SYNC ->
                new HaloMessage.Sync(
                        record.getSync().getVertexId(),
                        Set.copyOf(record.getSync().getHeldVersionsList()));
            case GOSSIP -> new HaloMessage.Gossip(record.getGossip().getTimeMs());
            case MARK ->
                new HaloMessage.Mark(
                        record.getMark().getModelVersion(), record.getMark().getLevel());
            case FRONTIER ->
                new HaloMessage.Frontier(
                        record.getFrontier().getLevel(),
                        EventPositions.of(record.getFrontier().getPositionsList().stream()
                                .mapToLong(Long::longValue)
                                .toArray()));
            case MESSAGE_NOT_SET ->
                throw new IllegalArgumentException(
                        "The halo message of partition %d says nothing.".formatted(record.getFrom()));
        };
    }

    private static HaloMessage value(Value value) {
        return new HaloMessage.Value(
                value.getVertexId(),
                value.getModelVersion(),
                value.getInDegree(),
                value.hasDeleteTimeMs() ? value.getDeleteTimeMs() : HaloEntry.NEVER_DELETED,
                LayerCodec.decode(value.getLayersList()));
    }
}
