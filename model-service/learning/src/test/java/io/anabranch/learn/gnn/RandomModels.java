package io.anabranch.learn.gnn;

import io.anabranch.learn.gnn.NaiveForward.Edge;
import io.anabranch.learn.model.ModelWriter;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.SparseMatrix;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.HeadCombination;
import io.anabranch.model.v1.HiddenStart;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelProvenance;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Readout;
import io.anabranch.model.v1.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Small asymmetric graphs with hubs, parallel edges, self-edges and lone vertices, and models over them. */
final class RandomModels {

    /** A graph in three forms of the same content. */
    record Sample(List<Edge> edges, double[][] features, MessageGraph graph, FeatureRows rows) {}

    private RandomModels() {}

    static Sample sample(RandomGenerator random, int vertices, int dimension, boolean sparse) {
        List<Edge> edges = new ArrayList<>();
        for (int i = 0; i < 3 * vertices; i++) {
            int source = i % 4 == 0 ? 0 : random.nextInt(vertices);
            int target = i % 5 == 0 ? 1 : random.nextInt(vertices - 1);
            edges.add(new Edge(source, target, random.nextInt(4) == 0 ? 1 : (float) random.nextDouble(0, 2)));
        }
        double[][] features = new double[vertices][dimension];
        for (int v = 0; v < vertices; v++) {
            for (int j = 0; j < dimension; j++) {
                // Vertex 2 has no features.
                features[v][j] = v == 2 || random.nextInt(3) == 0 ? 0 : (float) random.nextGaussian();
            }
        }
        return new Sample(edges, features, graph(vertices, edges), sparse ? sparse(features) : dense(features));
    }

    static MessageGraph graph(int vertices, List<Edge> edges) {
        float[] weights = new float[edges.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) edges.get(i).weight();
        }
        return MessageGraph.ofEdges(
                vertices,
                edges.stream().mapToInt(Edge::source).toArray(),
                edges.stream().mapToInt(Edge::target).toArray(),
                weights);
    }

    static FeatureRows.Dense dense(double[][] features) {
        int dimension = features[0].length;
        float[] values = new float[features.length * dimension];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) features[i / dimension][i % dimension];
        }
        return new FeatureRows.Dense(features.length, dimension, values);
    }

    static FeatureRows.Sparse sparse(double[][] features) {
        int[] starts = new int[features.length + 1];
        List<Integer> columns = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        for (int v = 0; v < features.length; v++) {
            for (int j = 0; j < features[v].length; j++) {
                if (features[v][j] != 0) {
                    columns.add(j);
                    values.add(features[v][j]);
                }
            }
            starts[v + 1] = columns.size();
        }
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i).floatValue();
        }
        return new FeatureRows.Sparse(new SparseMatrix(
                features.length,
                features[0].length,
                starts,
                columns.stream().mapToInt(Integer::intValue).toArray(),
                floats));
    }

    /** Layers of the widths given, the first being the feature dimension; ReLU but on the last. */
    static ModelSpec spec(FeatureEncoding encoding, List<Convolution> convolutions, int... widths) {
        ModelSpec.Builder spec = ModelSpec.newBuilder()
                .setName("random")
                .setFeatureDimension(widths[0])
                .setFeatureEncoding(encoding);
        for (int i = 0; i < convolutions.size(); i++) {
            boolean last = i == convolutions.size() - 1;
            spec.addLayers(layer(convolutions.get(i), widths[i], widths[i + 1])
                    .setActivation(last ? Activation.ACTIVATION_IDENTITY : Activation.ACTIVATION_RELU));
        }
        return spec.build();
    }

    /** A spec of stages of the connection, each with a number of layers of the convolutions in turn; every second model shares its cells. */
    static ModelSpec staged(
            RandomGenerator random,
            DepthConnection connection,
            List<Convolution> convolutions,
            int dimension,
            int... layersOfStages) {
        boolean gate = connection == DepthConnection.DEPTH_CONNECTION_GRU
                || connection == DepthConnection.DEPTH_CONNECTION_LSTM
                || connection == DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE;
        boolean hidden = connection == DepthConnection.DEPTH_CONNECTION_MOMENTUM
                || connection == DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE;
        ModelSpec.Builder spec = ModelSpec.newBuilder()
                .setName("random")
                .setFeatureDimension(dimension)
                .setFeatureEncoding(FeatureEncoding.FEATURE_ENCODING_IDENTITY)
                .setDepthConnection(connection);
        int layer = 0;
        for (int k = 0; k < layersOfStages.length; k++) {
            int width = 3 + 2 * k;
            boolean shared = gate && random.nextBoolean();
            Stage.Builder stage = Stage.newBuilder()
                    .setLayers(layersOfStages[k])
                    .setWidth(width)
                    .setSharedCell(shared)
                    .setEntryActivation(k % 2 == 0 ? Activation.ACTIVATION_TANH : Activation.ACTIVATION_RELU);
            if (connection == DepthConnection.DEPTH_CONNECTION_MOMENTUM) {
                stage.setMomentum(0.75f - 0.25f * k);
            }
            if (connection == DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE) {
                stage.setMaxForget(k == 0 ? 0.875f : 1);
            }
            if (hidden) {
                stage.setHiddenStart(
                        random.nextBoolean() ? HiddenStart.HIDDEN_START_LEARNED : HiddenStart.HIDDEN_START_ZERO);
            }
            spec.addStages(stage);
            for (int i = 0; i < layersOfStages[k]; i++) {
                int output = gate && !shared ? 4 : width;
                spec.addLayers(layer(convolutions.get(layer % convolutions.size()), width, output)
                        .setActivation(layer % 2 == 0 ? Activation.ACTIVATION_ELU : Activation.ACTIVATION_TANH));
                layer++;
            }
        }
        return spec.build();
    }

    static ModelSpec readingAllHops(ModelSpec spec, int width) {
        return spec.toBuilder()
                .setReadout(Readout.READOUT_ALL_HOPS)
                .setReadoutWidth(width)
                .build();
    }

    static Layer.Builder layer(Convolution convolution, int in, int out) {
        Layer.Builder layer =
                Layer.newBuilder().setConvolution(convolution).setInputWidth(in).setOutputWidth(out);
        return switch (convolution) {
            case CONVOLUTION_GIN, CONVOLUTION_SAGE_POOL -> layer.setInnerWidth(in + 2);
            case CONVOLUTION_GAT ->
                out % 2 == 0
                        ? layer.setHeads(2)
                        : layer.setHeads(3)
                                .setHeadCombination(HeadCombination.HEAD_COMBINATION_AVERAGED)
                                .setNegativeSlope(0.1f);
            default -> layer;
        };
    }

    /** Random tensors for a spec, of the scale of trained ones. */
    static ModelSnapshot model(RandomGenerator random, ModelSpec spec, FeatureRows rows) {
        List<WeightTensor> tensors = new ArrayList<>(
                FeatureEncoder.fitted(spec.getFeatureEncoding(), rows).tensors());
        try (GnnEncoder shapes = GnnEncoder.initialised(spec, DataType.FLOAT32, random)) {
            for (WeightTensor tensor : shapes.tensors()) {
                tensors.add(WeightTensor.of(tensor.name(), tensor.shape(), gaussian(random, tensor.size())));
            }
        }
        return ModelWriter.write(spec, tensors, ModelProvenance.getDefaultInstance());
    }

    static float[] gaussian(RandomGenerator random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
