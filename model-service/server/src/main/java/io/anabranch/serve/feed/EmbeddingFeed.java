package io.anabranch.serve.feed;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.embedding.v1.Embedding;
import io.anabranch.embedding.v1.EmbeddingKey;
import io.anabranch.embedding.v1.EmbeddingRecord;
import io.anabranch.embedding.v1.Freshness;
import io.anabranch.serve.feed.FreshnessMeter.Stage;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.NodeFreshness;
import io.anabranch.serve.predict.NodeVector;
import io.anabranch.serve.predict.ProgressView;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelVersion;
import java.time.Clock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The embeddings topic into the {@link EmbeddingView}, progress into the {@link ProgressView}, coverage into the {@link
 * ModelRegistry}.
 *
 * <p>Freshness is measured when an embedding becomes readable, and only where it says something about an event: the
 * record was appended after this feed started; its version was covered by its partition's present incarnation (what
 * comes before is the fill of a new version or the re-emission after a restart); and it moves the vertex's position
 * forward (a repetition does not).
 */
public final class EmbeddingFeed implements RecordTarget {

    private final EmbeddingView view;
    private final ProgressView progress;
    private final ModelRegistry registry;
    private final FreshnessMeter freshness;
    private final Clock clock;

    public EmbeddingFeed(
            EmbeddingView view, ProgressView progress, ModelRegistry registry, FreshnessMeter freshness, Clock clock) {
        this.view = view;
        this.progress = progress;
        this.registry = registry;
        this.freshness = freshness;
        this.clock = clock;
    }

    @Override
    public void accept(ConsumerRecord<byte[], byte[]> record, boolean live) throws InvalidProtocolBufferException {
        accept(record.key(), record.value(), record.partition(), record.offset(), live);
    }

    void accept(byte @Nullable [] keyBytes, byte @Nullable [] value, int partition, long offset, boolean live)
            throws InvalidProtocolBufferException {
        take(keyBytes, value, partition, offset, live);
        view.read(partition, offset + 1, live);
    }

    private void take(byte @Nullable [] keyBytes, byte @Nullable [] value, int partition, long offset, boolean live)
            throws InvalidProtocolBufferException {
        if (keyBytes == null) {
            throw new InvalidProtocolBufferException("An embedding must have a key.");
        }
        EmbeddingKey key = EmbeddingKey.parseFrom(keyBytes);
        switch (key.getSubjectCase()) {
            case VERTEX_ID -> {
                if (value == null) {
                    view.remove(key.getModelVersion(), key.getVertexId());
                } else {
                    vertex(key, EmbeddingRecord.parseFrom(value), partition, offset, live);
                }
            }
            case PARTITION -> {
                if (value != null) {
                    coverage(key, EmbeddingRecord.parseFrom(value));
                }
            }
            case PROGRESS_PARTITION -> {
                if (value != null) {
                    progress(key.getProgressPartition(), EmbeddingRecord.parseFrom(value));
                }
            }
            case SUBJECT_NOT_SET -> throw new InvalidProtocolBufferException("An embedding key must have a subject.");
        }
    }

    private void vertex(EmbeddingKey key, EmbeddingRecord record, int partition, long offset, boolean live)
            throws InvalidProtocolBufferException {
        if (!record.hasEmbedding()) {
            throw new InvalidProtocolBufferException(
                    "The record of vertex %s has no embedding.".formatted(key.getVertexId()));
        }
        registry.coverage().saw(partition, record.getEpoch());
        long version = key.getModelVersion();
        if (retired(version)) {
            return;
        }
        NodeVector vector = vector(record.getEmbedding(), offset);
        NodeVector before = view.put(version, key.getVertexId(), vector);
        boolean forward = before == null
                || before.freshness().position() < vector.freshness().position();
        if (live && forward && registry.coverage().covers(version, partition, record.getEpoch())) {
            measure(record.getEmbedding().getFreshness());
        }
    }

    private void measure(Freshness made) {
        long now = clock.millis();
        freshness.record(Stage.READABLE, now - made.getAcceptedTimeMs());
        freshness.record(Stage.EVENT_TIME, now - made.getEventTimeMs());
        if (made.getSentTimeMs() > 0) {
            freshness.record(Stage.SENT, made.getSentTimeMs() - made.getAcceptedTimeMs());
            freshness.record(Stage.DELIVERED, now - made.getSentTimeMs());
        }
    }

    private void progress(int partition, EmbeddingRecord record) throws InvalidProtocolBufferException {
        long[] positions = record.getProgress().getPositionsList().stream()
                .mapToLong(Long::longValue)
                .toArray();
        // The wire's numbers have no sign: a great one is negative here.
        if (partition < 0 || partition >= progress.partitions() || positions.length != progress.partitions()) {
            throw new InvalidProtocolBufferException("Progress of partition %d names %d positions, but there are %d."
                    .formatted(partition, positions.length, progress.partitions()));
        }
        progress.report(partition, record.getEpoch(), positions);
    }

    private void coverage(EmbeddingKey key, EmbeddingRecord record) throws InvalidProtocolBufferException {
        int partitions = registry.coverage().partitions();
        if (key.getPartition() < 0
                || key.getPartition() >= partitions
                || record.getCoverage().getPartitions() != 0
                        && record.getCoverage().getPartitions() != partitions) {
            throw new InvalidProtocolBufferException("Coverage of partition %d of %d, but there are %d."
                    .formatted(key.getPartition(), record.getCoverage().getPartitions(), partitions));
        }
        registry.cover(key.getModelVersion(), key.getPartition(), record.getEpoch());
    }

    private boolean retired(long version) {
        ModelVersion known = registry.catalog().version(version);
        return known != null && known.retired();
    }

    private static NodeVector vector(Embedding embedding, long offset) {
        float[] values = new float[embedding.getVectorCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = embedding.getVector(i);
        }
        Freshness f = embedding.getFreshness();
        return new NodeVector(
                values,
                new NodeFreshness(f.getEventTimeMs(), f.getAcceptedTimeMs(), f.getPartition(), f.getPosition()),
                offset);
    }
}
