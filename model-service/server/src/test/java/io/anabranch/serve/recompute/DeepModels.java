package io.anabranch.serve.recompute;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.learn.gnn.GnnEncoder;
import io.anabranch.learn.model.ModelWriter;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.HiddenStart;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelProvenance;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Readout;
import io.anabranch.model.v1.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Random models of every connection and convolution, of two stages where there are stages, and a small graph with a hub. */
final class DeepModels {

    static final int FEATURES = 4;
    static final int VERTICES = 14;

    private DeepModels() {}

    static Stream<Arguments> everyConnectionAndConvolution() {
        return Stream.of(DepthConnection.values())
                .filter(connection -> connection != DepthConnection.UNRECOGNIZED)
                .flatMap(connection -> Stream.of(Convolution.values())
                        .filter(convolution -> convolution != Convolution.UNRECOGNIZED
                                && convolution != Convolution.CONVOLUTION_UNSPECIFIED)
                        .map(convolution -> Arguments.of(connection, convolution)));
    }

    static GraphSnapshot graph(SplittableRandom random) {
        return graph(random, "");
    }

    /** The same, where the features of one vertex are zeros. */
    static GraphSnapshot graph(SplittableRandom random, String zero) {
        var graph = GraphSnapshot.builder(FEATURES);
        for (int v = 0; v < VERTICES; v++) {
            float[] features = new float[FEATURES];
            for (int j = 0; j < FEATURES; j++) {
                features[j] = (float) random.nextGaussian() * (zero.equals("n" + v) ? 0 : 1);
            }
            graph.node("n" + v, "", FeatureVector.dense(features));
        }
        for (int i = 0; i < 40; i++) {
            // A hub, and one vertex that nothing leads to.
            String target = "n" + (i % 4 == 0 ? 1 : 1 + random.nextInt(VERTICES - 1));
            graph.edge(new EdgeId("n" + random.nextInt(VERTICES), target, "t" + i), (float) random.nextDouble(0.1, 2));
        }
        return graph.build();
    }

    static ModelSpec spec(DepthConnection connection, Convolution convolution, boolean allHops) {
        var spec = ModelSpec.newBuilder()
                .setName("deep")
                .setFeatureDimension(FEATURES)
                .setDepthConnection(connection);
        if (allHops) {
            spec.setReadout(Readout.READOUT_ALL_HOPS).setReadoutWidth(3);
        }
        if (connection.getNumber() <= DepthConnection.DEPTH_CONNECTION_PLAIN_VALUE) {
            spec.addLayers(layer(convolution, FEATURES, 6)).addLayers(layer(convolution, 6, 4));
            return spec.build();
        }
        boolean gate = connection == DepthConnection.DEPTH_CONNECTION_GRU
                || connection == DepthConnection.DEPTH_CONNECTION_LSTM
                || connection == DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE;
        int[] widths = {6, 4};
        for (int k = 0; k < widths.length; k++) {
            var stage = Stage.newBuilder()
                    .setLayers(2 - k)
                    .setWidth(widths[k])
                    .setEntryActivation(Activation.ACTIVATION_TANH)
                    .setSharedCell(gate && k == 0);
            if (connection == DepthConnection.DEPTH_CONNECTION_MOMENTUM) {
                stage.setMomentum(0.75f).setHiddenStart(HiddenStart.HIDDEN_START_LEARNED);
            }
            if (connection == DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE) {
                stage.setMaxForget(0.875f)
                        .setHiddenStart(k == 0 ? HiddenStart.HIDDEN_START_LEARNED : HiddenStart.HIDDEN_START_ZERO);
            }
            spec.addStages(stage);
            for (int i = 0; i < 2 - k; i++) {
                spec.addLayers(layer(convolution, widths[k], gate && k == 1 ? 2 : widths[k]));
            }
        }
        return spec.build();
    }

    private static Layer layer(Convolution convolution, int in, int out) {
        var layer = Layer.newBuilder()
                .setConvolution(convolution)
                .setInputWidth(in)
                .setOutputWidth(out)
                .setActivation(Activation.ACTIVATION_ELU);
        return switch (convolution) {
            case CONVOLUTION_GIN, CONVOLUTION_SAGE_POOL ->
                layer.setInnerWidth(5).build();
            case CONVOLUTION_GAT -> layer.setHeads(2).build();
            default -> layer.build();
        };
    }

    static ModelSnapshot model(SplittableRandom random, ModelSpec spec) {
        List<WeightTensor> tensors = new ArrayList<>();
        try (GnnEncoder shapes = GnnEncoder.initialised(spec, DataType.FLOAT32, random)) {
            for (WeightTensor shape : shapes.tensors()) {
                float[] values = shape.values();
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) random.nextGaussian();
                }
                tensors.add(WeightTensor.of(shape.name(), shape.shape(), values));
            }
        }
        return ModelWriter.write(spec, tensors, ModelProvenance.getDefaultInstance());
    }
}
