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
        for (int l = 1; l < widths.length; l++) {
            spec.addLayers(kinds.apply(l).toBuilder()
                    .setInputWidth(widths[l - 1])
                    .setOutputWidth(widths[l])
                    .setActivation(
                            l == widths.length - 1 ? Activation.ACTIVATION_IDENTITY : Activation.ACTIVATION_RELU));
        }
        return filled(version, spec.build(), random);
    }

    /** A model of this structure with random weights of scale 1/sqrt(in). */
    public static ModelSnapshot filled(long version, ModelSpec spec, RandomGenerator random) {
        var snapshot = ModelSnapshot.newBuilder().setVersion(version).setSpec(spec);
        int dimension = spec.getFeatureDimension();
        if (spec.getFeatureEncoding() == FeatureEncoding.FEATURE_ENCODING_STANDARDIZED) {
            snapshot.addTensors(tensor("features.mean", gaussians(random, dimension, 0.3), dimension));
            float[] scale = new float[dimension];
            for (int i = 0; i < scale.length; i++) {
                scale[i] = (float) random.nextDouble(0.5, 1.5);
            }
            snapshot.addTensors(tensor("features.scale", scale, dimension));
        }
        for (int l = 1; l <= spec.getLayersCount(); l++) {
            addTensors(snapshot, "layer." + l, spec.getLayers(l - 1), random);
        }
        DeepSnapshots.addTensors(snapshot, spec, random);
        return snapshot.build();
    }

    private static void addTensors(ModelSnapshot.Builder snapshot, String prefix, Layer layer, RandomGenerator random) {
        int in = layer.getInputWidth();
        int out = layer.getOutputWidth();
        double scale = 1 / Math.sqrt(in);
        boolean attention = layer.getConvolution() == Convolution.CONVOLUTION_GAT;
        if (!attention
                && layer.getConvolution() != Convolution.CONVOLUTION_GCN
                && layer.getConvolution() != Convolution.CONVOLUTION_GIN) {
            snapshot.addTensors(tensor(prefix + ".self", gaussians(random, in * out, scale), in, out));
        }
        if (layer.getConvolution() == Convolution.CONVOLUTION_GIN) {
            int inner = layer.getInnerWidth();
            addMatrix(snapshot, prefix + ".neighbor", in, inner, random);
            snapshot.addTensors(tensor(prefix + ".bias", gaussians(random, inner, 0.5), inner));
            snapshot.addTensors(tensor(prefix + ".epsilon", gaussians(random, 1, 0.5), 1));
            addMatrix(snapshot, prefix + ".outer", inner, out, random);
            snapshot.addTensors(tensor(prefix + ".outer_bias", gaussians(random, out, 0.5), out));
            return;
        }
        if (layer.getConvolution() == Convolution.CONVOLUTION_SAGE_POOL) {
            int inner = layer.getInnerWidth();
            addMatrix(snapshot, prefix + ".pool", in, inner, random);
            snapshot.addTensors(tensor(prefix + ".pool_bias", gaussians(random, inner, 0.5), inner));
            addMatrix(snapshot, prefix + ".neighbor", inner, out, random);
            snapshot.addTensors(tensor(prefix + ".bias", gaussians(random, out, 0.5), out));
            return;
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
        return frozen(random(version, convolution, encoding, random, widths));
    }

    /** The model with this tensor's numbers in the place of its own. */
    public static ModelSnapshot with(ModelSnapshot model, String name, float... values) {
        var changed = model.toBuilder();
        for (var tensor : changed.getTensorsBuilderList()) {
            if (tensor.getName().equals(name)) {
                int[] shape = tensor.getShapeList().stream()
                        .mapToInt(Integer::intValue)
                        .toArray();
                tensor.mergeFrom(
                        tensor(name, values, shape).toBuilder().clearShape().build());
                return changed.build();
            }
        }
        throw new IllegalArgumentException("The model has no tensor (%s).".formatted(name));
    }

    /** Decodes a model that must be good. */
    public static FrozenModel frozen(ModelSnapshot snapshot) {
        try {
            return FrozenModel.decode(snapshot);
        } catch (InvalidModelException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Weights of scale 1/sqrt(in). */
    static void addMatrix(ModelSnapshot.Builder snapshot, String name, int in, int out, RandomGenerator random) {
        snapshot.addTensors(tensor(name, gaussians(random, in * out, 1 / Math.sqrt(in)), in, out));
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
