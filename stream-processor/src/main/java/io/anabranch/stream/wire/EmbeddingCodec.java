package io.anabranch.stream.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.anabranch.embedding.v1.Coverage;
import io.anabranch.embedding.v1.Embedding;
import io.anabranch.embedding.v1.EmbeddingKey;
import io.anabranch.embedding.v1.EmbeddingRecord;
import io.anabranch.embedding.v1.Progress;
import io.anabranch.stream.propagation.EventPositions;
import io.anabranch.stream.propagation.Freshness;
import java.io.IOException;
import java.io.UncheckedIOException;

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
        io.anabranch.embedding.v1.Freshness stamp = io.anabranch.embedding.v1.Freshness.newBuilder()
                .setEventTimeMs(freshness.eventTimeMs())
                .setAcceptedTimeMs(freshness.acceptedTimeMs())
                .setPartition(partition)
                .setPosition(freshness.position())
                .setSentTimeMs(sentTimeMs)
                .build();
        // By hand: builders cost more than all the rest of a record, and this is the most frequent one.
        int vectorBytes = vector.length * Float.BYTES;
        int embeddingBytes = CodedOutputStream.computeMessageSize(Embedding.FRESHNESS_FIELD_NUMBER, stamp)
                + (vector.length == 0
                        ? 0
                        : CodedOutputStream.computeTagSize(Embedding.VECTOR_FIELD_NUMBER)
                                + CodedOutputStream.computeUInt32SizeNoTag(vectorBytes)
                                + vectorBytes);
        int size = (epoch == 0 ? 0 : CodedOutputStream.computeInt64Size(EmbeddingRecord.EPOCH_FIELD_NUMBER, epoch))
                + CodedOutputStream.computeTagSize(EmbeddingRecord.EMBEDDING_FIELD_NUMBER)
                + CodedOutputStream.computeUInt32SizeNoTag(embeddingBytes)
                + embeddingBytes;
        byte[] bytes = new byte[size];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            if (epoch != 0) {
                out.writeInt64(EmbeddingRecord.EPOCH_FIELD_NUMBER, epoch);
            }
            out.writeTag(EmbeddingRecord.EMBEDDING_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            out.writeUInt32NoTag(embeddingBytes);
            if (vector.length > 0) {
                out.writeTag(Embedding.VECTOR_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                out.writeUInt32NoTag(vectorBytes);
                for (float value : vector) {
                    out.writeFloatNoTag(value);
                }
            }
            out.writeMessage(Embedding.FRESHNESS_FIELD_NUMBER, stamp);
        } catch (IOException e) {
            throw new UncheckedIOException("A buffer of %d bytes was too small.".formatted(size), e);
        }
        out.checkNoSpaceLeft();
        return bytes;
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
