package io.anabranch.stream.wire;

import io.anabranch.embedding.v1.Coverage;
import io.anabranch.embedding.v1.Embedding;
import io.anabranch.embedding.v1.EmbeddingKey;
import io.anabranch.embedding.v1.EmbeddingRecord;
import io.anabranch.embedding.v1.Progress;
import io.anabranch.stream.propagation.EventPositions;
import io.anabranch.stream.propagation.Freshness;

/** Embeddings and coverage to keys and values of the embeddings topic. No value: the vertex has no embedding any more. */
public final class EmbeddingCodec {

    private EmbeddingCodec() {}

    public static byte[] key(long modelVersion, String vertexId) {
        return EmbeddingKey.newBuilder()
                .setModelVersion(modelVersion)
                .setVertexId(vertexId)
                .build()
                .toByteArray();
    }

    public static byte[] coverageKey(long modelVersion, int partition) {
        return EmbeddingKey.newBuilder()
                .setModelVersion(modelVersion)
                .setPartition(partition)
                .build()
                .toByteArray();
    }

    public static byte[] progressKey(int partition) {
        return EmbeddingKey.newBuilder().setProgressPartition(partition).build().toByteArray();
    }

    /**
     * The value of an embedding.
     *
     * @param sentTimeMs now, by the clock of this machine
     */
    public static byte[] value(long epoch, float[] vector, Freshness freshness, int partition, long sentTimeMs) {
        Embedding.Builder embedding = Embedding.newBuilder()
                .setFreshness(io.anabranch.embedding.v1.Freshness.newBuilder()
                        .setEventTimeMs(freshness.eventTimeMs())
                        .setAcceptedTimeMs(freshness.acceptedTimeMs())
                        .setPartition(partition)
                        .setPosition(freshness.position())
                        .setSentTimeMs(sentTimeMs));
        for (float value : vector) {
            embedding.addVector(value);
        }
        return EmbeddingRecord.newBuilder()
                .setEpoch(epoch)
                .setEmbedding(embedding)
                .build()
                .toByteArray();
    }

    /** The value that says: the embeddings of this partition reflect all events below these positions. */
    public static byte[] progress(long epoch, EventPositions positions) {
        Progress.Builder progress = Progress.newBuilder();
        for (int e = 0; e < positions.size(); e++) {
            progress.addPositions(positions.at(e));
        }
        return EmbeddingRecord.newBuilder()
                .setEpoch(epoch)
                .setProgress(progress)
                .build()
                .toByteArray();
    }

    /** The value that says: this partition is covered. */
    public static byte[] coverage(long epoch, int partitions) {
        return EmbeddingRecord.newBuilder()
                .setEpoch(epoch)
                .setCoverage(Coverage.newBuilder().setPartitions(partitions))
                .build()
                .toByteArray();
    }
}
