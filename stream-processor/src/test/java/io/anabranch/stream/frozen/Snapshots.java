package io.anabranch.stream.frozen;

import com.google.protobuf.ByteString;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.HeadCombination;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/** Random model snapshots for tests. */
public final class Snapshots {
    private Snapshots() {}

    /** A model with random weights of scale 1/sqrt(in); rectified between layers, the last layer linear. */
    public static ModelSnapshot random(
            long version, Convolution convolution, FeatureEncoding encoding, RandomGenerator random, int... widths) {
        var kind = Layer.newBuilder().setConvolution(convolution).build();
        return random(version, layer -> kind, encoding, random, widths);
    }

    /**
     * The same with a kind per layer, which count from 1: its convolution, heads and relations. Widths and activations are set here.
     */
    public static ModelSnapshot random(
            long version, IntFunction<Layer> kinds, FeatureEncoding encoding, RandomGenerator random, int... widths) {
        var spec = ModelSpec.newBuilder()
                .setName("random")
                .setFeatureDimension(widths[0])
                .setFeatureEncoding(encoding);
        var snapshot = ModelSnapshot.newBuilder().setVersion(version);
        if (encoding == FeatureEncoding.FEATURE_ENCODING_STANDARDIZED) {
            snapshot.addTensors(tensor("features.mean", gaussians(random, widths[0], 0.3), widths[0]));
            float[] scale = new float[widths[0]];
            for (int i = 0; i < scale.length; i++) {
                scale[i] = (float) random.nextDouble(0.5, 1.5);
            }
            snapshot.addTensors(tensor("features.scale", scale, widths[0]));
        }
        for (int l = 1; l < widths.length; l++) {
            var layer = kinds.apply(l).toBuilder()
                    .setInputWidth(widths[l - 1])
                    .setOutputWidth(widths[l])
                    .setActivation(l == widths.length - 1 ? Activation.ACTIVATION_IDENTITY : Activation.ACTIVATION_RELU)
                    .build();
            spec.addLayers(layer);
            addTensors(snapshot, "layer." + l, layer, random);
        }
        return snapshot.setSpec(spec).build();
    }

    private static void addTensors(ModelSnapshot.Builder snapshot, String prefix, Layer layer, RandomGenerator random) {
        int in = layer.getInputWidth();
        int out = layer.getOutputWidth();
        double scale = 1 / Math.sqrt(in);
        boolean attention = layer.getConvolution() == Convolution.CONVOLUTION_GAT;
        if (!attention && layer.getConvolution() != Convolution.CONVOLUTION_GCN) {
            snapshot.addTensors(tensor(prefix + ".self", gaussians(random, in * out, scale), in, out));
        }
        int columns = out;
        if (attention) {
            int heads = Math.max(1, layer.getHeads());
            boolean averaged = layer.getHeadCombination() == HeadCombination.HEAD_COMBINATION_AVERAGED;
            int width = averaged ? out : out / heads;
            columns = heads * width;
            double spread = 1 / Math.sqrt(width);
            snapshot.addTensors(tensor(prefix + ".attention_source", gaussians(random, columns, spread), heads, width));
            snapshot.addTensors(tensor(prefix + ".attention_target", gaussians(random, columns, spread), heads, width));
        }
        for (String relation : layer.getRelationsCount() == 0 ? List.of("") : layer.getRelationsList()) {
            String name = prefix + ".neighbor" + (relation.isEmpty() ? "" : "." + relation);
            snapshot.addTensors(tensor(name, gaussians(random, in * columns, scale), in, columns));
        }
        snapshot.addTensors(tensor(prefix + ".bias", gaussians(random, out, 0.5), out));
    }

    /** The model with the numbers of all tensors whose name contains this multiplied by the factor. */
    public static ModelSnapshot scaled(ModelSnapshot model, String nameContains, double factor) {
        var scaled = model.toBuilder();
        for (var tensor : scaled.getTensorsBuilderList()) {
            if (tensor.getName().contains(nameContains)) {
                var values = tensor.getData()
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
                var next = ByteBuffer.allocate(values.remaining() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                while (values.hasRemaining()) {
                    next.putFloat((float) (factor * values.get()));
                }
                tensor.setData(ByteString.copyFrom(next.flip()));
            }
        }
        return scaled.build();
    }

    /** A random model, decoded. */
    public static FrozenModel frozen(
            long version, Convolution convolution, FeatureEncoding encoding, RandomGenerator random, int... widths) {
        try {
            return FrozenModel.decode(random(version, convolution, encoding, random, widths));
        } catch (InvalidModelException e) {
            throw new IllegalStateException(e);
        }
    }

    static Tensor tensor(String name, float[] values, int... shape) {
        var buffer = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        var tensor = Tensor.newBuilder().setName(name).setData(ByteString.copyFrom(buffer.array()));
        for (int size : shape) {
            tensor.addShape(size);
        }
        return tensor.build();
    }

    static float[] gaussians(RandomGenerator random, int n, double scale) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) (random.nextGaussian() * scale);
        }
        return values;
    }
}
