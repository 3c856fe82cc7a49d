package io.anabranch.stream;

import com.google.protobuf.ByteString;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.ChunkKey;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelChunk;
import io.anabranch.model.v1.ModelKey;
import io.anabranch.model.v1.ModelManifest;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Tensor;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.frozen.InvalidModelException;
import io.anabranch.stream.propagation.LiveModels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.KeyValue;

/** A model small enough for paper, and the records that carry one. */
final class TestModels {

    private TestModels() {}

    /**
     * One layer on two features: h' = h + (sum of w h[u]) * diag(10, 100) + (0.5, -0.5).
     */
    static ModelSnapshot sumOfNeighbors(long version) {
        return ModelSnapshot.newBuilder()
                .setVersion(version)
                .setSpec(ModelSpec.newBuilder()
                        .setName("sum")
                        .setFeatureDimension(2)
                        .addLayers(Layer.newBuilder()
                                .setConvolution(Convolution.CONVOLUTION_SAGE_SUM)
                                .setInputWidth(2)
                                .setOutputWidth(2)
                                .setActivation(Activation.ACTIVATION_IDENTITY)))
                .addTensors(tensor("layer.1.self", List.of(2, 2), 1, 0, 0, 1))
                .addTensors(tensor("layer.1.neighbor", List.of(2, 2), 10, 0, 0, 100))
                .addTensors(tensor("layer.1.bias", List.of(2), 0.5f, -0.5f))
                .build();
    }

    private static Tensor tensor(String name, List<Integer> shape, float... values) {
        ByteBuffer data = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            data.putFloat(value);
        }
        return Tensor.newBuilder()
                .setName(name)
                .addAllShape(shape)
                .setData(ByteString.copyFrom(data.flip()))
                .build();
    }

    static FrozenModel frozen(ModelSnapshot snapshot) {
        try {
            return FrozenModel.decode(snapshot);
        } catch (InvalidModelException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static LiveModels live(long... versions) {
        List<FrozenModel> models = new ArrayList<>();
        for (long version : versions) {
            models.add(frozen(sumOfNeighbors(version)));
        }
        return new LiveModels(models, Set.of());
    }

    /** Chunks of at most {@code chunkBytes}, then the manifest. */
    static List<KeyValue<byte[], byte[]>> records(ModelSnapshot snapshot, int chunkBytes) {
        ByteString bytes = snapshot.toByteString();
        List<KeyValue<byte[], byte[]>> records = new ArrayList<>();
        int index = 0;
        for (int at = 0; at < bytes.size(); at += chunkBytes) {
            ModelKey key = ModelKey.newBuilder()
                    .setChunk(ChunkKey.newBuilder()
                            .setVersion(snapshot.getVersion())
                            .setIndex(index++))
                    .build();
            ByteString part = bytes.substring(at, Math.min(bytes.size(), at + chunkBytes));
            records.add(KeyValue.pair(
                    key.toByteArray(),
                    ModelChunk.newBuilder().setData(part).build().toByteArray()));
        }
        records.add(KeyValue.pair(
                manifestKey(snapshot.getVersion()),
                ModelManifest.newBuilder()
                        .setVersion(snapshot.getVersion())
                        .setName(snapshot.getSpec().getName())
                        .setChunks(index)
                        .setBytes(bytes.size())
                        .setSha256(sha256(bytes))
                        .build()
                        .toByteArray()));
        return records;
    }

    static byte[] manifestKey(long version) {
        return ModelKey.newBuilder().setManifest(version).build().toByteArray();
    }

    static byte[] retired(long version) {
        return ModelManifest.newBuilder()
                .setVersion(version)
                .setRetired(true)
                .build()
                .toByteArray();
    }

    private static ByteString sha256(ByteString bytes) {
        try {
            return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
