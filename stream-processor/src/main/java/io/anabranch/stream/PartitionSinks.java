package io.anabranch.stream;

import io.anabranch.graph.FactJournal.Fact;
import io.anabranch.halo.v1.Envelope;
import io.anabranch.stream.deadletter.DeadLetter;
import io.anabranch.stream.ingest.RejectionReason;
import io.anabranch.stream.propagation.EventPositions;
import io.anabranch.stream.propagation.Freshness;
import io.anabranch.stream.propagation.HaloEnvelope;
import io.anabranch.stream.propagation.PartitionOutput;
import io.anabranch.stream.wire.EmbeddingCodec;
import io.anabranch.stream.wire.FactCodec;
import io.anabranch.stream.wire.HaloBundle;
import io.anabranch.stream.wire.HaloCodec;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Where a partition's results go: halo records to the partition that they are addressed to, everything else to the
 * partition's own number. Records carry the time at which the oldest event behind them was accepted, those of the halo topic the
 * present time, since its retention counts from there and their messages have times of their own. Halo messages are collected until
 * {@link #flush}, which has to follow in the same call of the processor.
 */
final class PartitionSinks implements PartitionOutput {

    private final ProcessorContext<Addressed, byte[]> context;
    private final int partition;
    private final int partitions;
    private final LongSupplier epoch;
    private final StreamMetrics metrics;
    private long acceptedTimeMs;
    private final HaloBundle[] bundles;
    private @Nullable HaloEnvelope lastEnvelope;
    private Envelope lastEncoded = Envelope.getDefaultInstance();

    PartitionSinks(
            ProcessorContext<Addressed, byte[]> context,
            int partition,
            int partitions,
            LongSupplier epoch,
            StreamMetrics metrics) {
        this.context = context;
        this.partition = partition;
        this.partitions = partitions;
        this.epoch = epoch;
        this.metrics = metrics;
        this.bundles = new HaloBundle[partitions];
        Arrays.setAll(bundles, to -> new HaloBundle());
    }

    /** Sets the time of records that have none of their own: facts, coverage, progress. */
    void at(long acceptedTimeMs) {
        this.acceptedTimeMs = Math.max(0, acceptedTimeMs);
    }

    @Override
    public void halo(int toPartition, HaloEnvelope envelope) {
        Envelope encoded = encoded(envelope);
        if (bundles[toPartition].isFullFor(encoded)) {
            flush(toPartition);
        }
        bundles[toPartition].add(encoded);
        metrics.haloSent();
    }

    /** A VALUE goes to several partitions one after the other, the same for all. */
    private Envelope encoded(HaloEnvelope envelope) {
        HaloEnvelope before = lastEnvelope;
        if (before == null || envelope.message() != before.message() || !envelope.equals(before)) {
            lastEncoded = HaloCodec.encode(envelope);
            lastEnvelope = envelope;
        }
        return lastEncoded;
    }

    /** Sends the halo messages that were collected. */
    void flush() {
        for (int to = 0; to < bundles.length; to++) {
            if (!bundles[to].isEmpty()) {
                flush(to);
            }
        }
    }

    private void flush(int toPartition) {
        forward(new Addressed(toPartition, null), bundles[toPartition].take(), now(), TopologyFactory.HALO_SINK);
    }

    @Override
    public void embedding(long modelVersion, String vertexId, float @Nullable [] vector, Freshness freshness) {
        forward(
                new Addressed(partition, EmbeddingCodec.key(modelVersion, vertexId)),
                vector == null ? null : EmbeddingCodec.value(epoch.getAsLong(), vector, freshness, partition, now()),
                freshness.acceptedTimeMs(),
                TopologyFactory.EMBEDDINGS_SINK);
        metrics.embeddingSent(vector == null);
        metrics.passed(StreamMetrics.Stage.SENT, now() - freshness.acceptedTimeMs());
    }

    @Override
    public void coverage(long modelVersion) {
        forward(
                new Addressed(partition, EmbeddingCodec.coverageKey(modelVersion, partition)),
                EmbeddingCodec.coverage(epoch.getAsLong(), partitions),
                acceptedTimeMs,
                TopologyFactory.EMBEDDINGS_SINK);
    }

    @Override
    public void progress(EventPositions positions) {
        forward(
                new Addressed(partition, EmbeddingCodec.progressKey(partition)),
                EmbeddingCodec.progress(epoch.getAsLong(), positions),
                acceptedTimeMs,
                TopologyFactory.EMBEDDINGS_SINK);
    }

    private long now() {
        return context.currentSystemTimeMs();
    }

    /** An update that the partition cannot take. */
    void refused(DeadLetter letter, RejectionReason reason) {
        forward(new Addressed(Addressed.ANY, letter.key()), letter, TopologyFactory.LATE_LETTERS_SINK);
        metrics.rejected(reason);
    }

    // A truncated letter may have no value; the signature of Record does not say that this is allowed.
    @SuppressWarnings("NullAway")
    private void forward(Addressed key, DeadLetter letter, String sink) {
        context.forward(new Record<>(key, letter.value(), acceptedTimeMs, letter.headers()), sink);
    }

    void fact(Fact fact) {
        forward(
                new Addressed(partition, FactCodec.key(fact)),
                FactCodec.value(fact),
                acceptedTimeMs,
                TopologyFactory.GRAPH_SINK);
        metrics.factChanged();
    }

    // A tombstone has no value; the signature of Record does not say that this is allowed.
    @SuppressWarnings("NullAway")
    private void forward(Addressed key, byte @Nullable [] value, long timestamp, String sink) {
        context.forward(new Record<>(key, value, Math.max(0, timestamp)), sink);
    }
}
