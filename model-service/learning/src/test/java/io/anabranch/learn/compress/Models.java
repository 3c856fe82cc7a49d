package io.anabranch.learn.compress;

import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.HeadKind;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Readout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Residual networks of GCN layers, and their tensors with a value each. */
final class Models {

    static final int FEATURES = 5;
    static final int WIDTH = 4;

    private Models() {}

    static ModelSpec residual(int layers, boolean allHops) {
        ModelSpec.Builder spec = ModelSpec.newBuilder()
                .setName("residual")
                .setFeatureDimension(FEATURES)
                .setDepthConnection(DepthConnection.DEPTH_CONNECTION_RESIDUAL)
                .addHeads(Head.newBuilder().setTask("t").setKind(HeadKind.HEAD_KIND_REGRESSION));
        spec.addStagesBuilder().setLayers(layers).setWidth(WIDTH);
        for (int i = 0; i < layers; i++) {
            spec.addLayersBuilder()
                    .setConvolution(Convolution.CONVOLUTION_GCN)
                    .setInputWidth(WIDTH)
                    .setOutputWidth(WIDTH)
                    .setActivation(Activation.ACTIVATION_TANH);
        }
        if (allHops) {
            spec.setReadout(Readout.READOUT_ALL_HOPS).setReadoutWidth(3);
        }
        return spec.build();
    }

    /** Column j of every matrix that writes to the stage has the values {@code columns[j]}. */
    static ModelTensors tensors(ModelSpec spec, float... columns) {
        List<WeightTensor> tensors = new ArrayList<>();
        tensors.add(WeightTensor.matrix("stage.1.entry", FEATURES, WIDTH, repeated(FEATURES, columns)));
        tensors.add(WeightTensor.vector("stage.1.entry_bias", columns));
        for (int i = 1; i <= spec.getLayersCount(); i++) {
            tensors.add(WeightTensor.matrix("layer." + i + ".neighbor", WIDTH, WIDTH, repeated(WIDTH, columns)));
            tensors.add(WeightTensor.vector("layer." + i + ".bias", columns));
        }
        int width = WIDTH;
        if (spec.getReadoutWidth() > 0) {
            width = spec.getReadoutWidth();
            for (int l = 0; l <= spec.getLayersCount(); l++) {
                tensors.add(WeightTensor.matrix("readout." + l, WIDTH, width, filled(WIDTH * width, l + 1)));
            }
            tensors.add(WeightTensor.vector("readout.bias", filled(width, 0)));
        }
        tensors.add(WeightTensor.matrix("head.t.weight", width, 1, filled(width, 1)));
        tensors.add(WeightTensor.vector("head.t.bias", filled(1, 0)));
        return ModelTensors.of(tensors);
    }

    static ModelTensors with(ModelTensors tensors, WeightTensor changed) {
        return ModelTensors.of(tensors.list().stream()
                .map(tensor -> tensor.name().equals(changed.name()) ? changed : tensor)
                .toList());
    }

    static float[] filled(int size, float value) {
        float[] values = new float[size];
        Arrays.fill(values, value);
        return values;
    }

    private static float[] repeated(int rows, float[] row) {
        float[] values = new float[rows * row.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = row[i % row.length];
        }
        return values;
    }
}
