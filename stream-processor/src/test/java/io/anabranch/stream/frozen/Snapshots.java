package io.anabranch.stream.frozen;

import com.google.protobuf.ByteString;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/** Random model snapshots for tests. */
public final class Snapshots {
    private Snapshots() {}

    /** A model with random weights of scale 1/sqrt(in); rectified between layers, the last layer linear. */
    public static ModelSnapshot random(
            long version, Convolution convolution, FeatureEncoding encoding, RandomGenerator random, int... widths) {
        return random(version, layer -> convolution, encoding, random, widths);
    }

    /** The same with a convolution per layer, which count from 1. */
    public static ModelSnapshot random(
            long version,
            IntFunction<Convolution> convolutions,
            FeatureEncoding encoding,
            RandomGenerator random,
            int... widths) {
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
            int in = widths[l - 1];
            int out = widths[l];
            double scale = 1 / Math.sqrt(in);
            var convolution = convolutions.apply(l);
            spec.addLayers(Layer.newBuilder()
                    .setConvolution(convolution)
                    .setInputWidth(in)
                    .setOutputWidth(out)
                    .setActivation(
                            l == widths.length - 1 ? Activation.ACTIVATION_IDENTITY : Activation.ACTIVATION_RELU));
            if (convolution != Convolution.CONVOLUTION_GCN) {
                snapshot.addTensors(tensor("layer." + l + ".self", gaussians(random, in * out, scale), in, out));
            }
            snapshot.addTensors(tensor("layer." + l + ".neighbor", gaussians(random, in * out, scale), in, out));
            snapshot.addTensors(tensor("layer." + l + ".bias", gaussians(random, out, 0.5), out));
        }
        return snapshot.setSpec(spec).build();
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
