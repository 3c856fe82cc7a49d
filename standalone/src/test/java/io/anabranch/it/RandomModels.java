package io.anabranch.it;

import com.google.protobuf.ByteString;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.Safetensors;
import io.anabranch.learn.model.TensorNames;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.HeadKind;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.v1.ImportModelRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Two-layer models with random weights, whose embedding is the logits of three classes. */
record RandomModels(ModelSpec spec, ModelTensors tensors) {

    static final String TASK = "kind";

    static RandomModels of(String name, Convolution convolution, int dimension, RandomGenerator random) {
        int[] widths = {dimension, 6, 3};
        ModelSpec.Builder spec = ModelSpec.newBuilder()
                .setName(name)
                .setFeatureDimension(dimension)
                .setFeatureEncoding(FeatureEncoding.FEATURE_ENCODING_IDENTITY)
                .addHeads(Head.newBuilder()
                        .setTask(TASK)
                        .setKind(HeadKind.HEAD_KIND_MULTI_CLASS)
                        .addAllClassNames(List.of("red", "green", "blue")));
        List<WeightTensor> tensors = new ArrayList<>();
        for (int i = 1; i < widths.length; i++) {
            boolean last = i == widths.length - 1;
            spec.addLayers(Layer.newBuilder()
                    .setConvolution(convolution)
                    .setInputWidth(widths[i - 1])
                    .setOutputWidth(widths[i])
                    .setActivation(last ? Activation.ACTIVATION_IDENTITY : Activation.ACTIVATION_RELU));
            if (convolution != Convolution.CONVOLUTION_GCN) {
                tensors.add(matrix(TensorNames.self(i), widths[i - 1], widths[i], random));
            }
            tensors.add(matrix(TensorNames.neighbor(i), widths[i - 1], widths[i], random));
            tensors.add(WeightTensor.vector(TensorNames.bias(i), gaussians(widths[i], 1, random)));
        }
        return new RandomModels(spec.build(), ModelTensors.of(tensors));
    }

    ImportModelRequest request() {
        return ImportModelRequest.newBuilder()
                .setSpec(spec)
                .setSafetensors(ByteString.copyFrom(new Safetensors(tensors.list(), Map.of()).toBytes()))
                .build();
    }

    private static WeightTensor matrix(String name, int rows, int columns, RandomGenerator random) {
        return WeightTensor.matrix(name, rows, columns, gaussians(rows * columns, 1 / Math.sqrt(rows), random));
    }

    private static float[] gaussians(int count, double scale, RandomGenerator random) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * scale);
        }
        return values;
    }
}
