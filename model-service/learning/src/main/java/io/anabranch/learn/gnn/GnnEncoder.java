package io.anabranch.learn.gnn;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.TensorNames;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.learn.nn.Dropout;
import io.anabranch.learn.nn.Initialiser;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.Parametric;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The layers of a spec as parameters that can be learnt. From encoded features [n, feature dimension] to embeddings
 * [n, width of the last layer]. Owns its parameters: close it. Not thread-safe.
 */
public final class GnnEncoder implements Parametric {

    /** Makes a parameter by name and shape. */
    private interface Source {
        Parameter parameter(String name, int rows, int columns);
    }

    private final ModelSpec spec;
    private final List<GraphLayer> layers;

    private GnnEncoder(ModelSpec spec, Source source) {
        TrainableLayers.require(spec);
        this.spec = spec;
        this.layers = new ArrayList<>();
        for (int i = 1; i <= spec.getLayersCount(); i++) {
            layers.add(layer(i, spec.getLayers(i - 1), source));
        }
    }

    /** Weights drawn from the generator (Glorot uniform), biases zero. */
    public static GnnEncoder initialised(ModelSpec spec, DataType type, RandomGenerator random) {
        return new GnnEncoder(
                spec,
                (name, rows, columns) -> Parameter.create(
                        name,
                        type,
                        rows,
                        columns,
                        name.endsWith(".bias") ? Initialiser.zeros() : Initialiser.glorotUniform(),
                        random));
    }

    /** The weights of a finished model. */
    public static GnnEncoder of(ModelSpec spec, DataType type, ModelTensors tensors) {
        return new GnnEncoder(
                spec,
                (name, rows, columns) -> Parameter.of(
                        name, type, rows, columns, tensors.get(name).values()));
    }

    /** The embeddings of all vertices; dropout acts on the input of every layer and in training alone. */
    public Variable embeddings(Tape tape, GraphInput input, Dropout dropout, Pass pass) {
        LayerInput hidden = input.on(tape);
        Variable out = layer(0, tape, hidden, input, dropout, pass);
        for (int i = 1; i < layers.size(); i++) {
            out = layer(i, tape, new LayerInput.DenseRows(out), input, dropout, pass);
        }
        return out;
    }

    @Override
    public List<Parameter> parameters() {
        return layers.stream().flatMap(layer -> layer.parameters().stream()).toList();
    }

    /** The weight matrices of one layer, from 1, without its bias. */
    public List<Parameter> weights(int layer) {
        return layers.get(layer - 1).weights();
    }

    public List<Parameter> biases() {
        return layers.stream().map(GraphLayer::bias).toList();
    }

    public int layers() {
        return layers.size();
    }

    /** Copies of the current weights under their names in the model. */
    public List<WeightTensor> tensors() {
        List<WeightTensor> tensors = new ArrayList<>();
        for (GraphLayer layer : layers) {
            layer.weights().forEach(weight -> tensors.add(ParameterTensors.matrix(weight)));
            tensors.add(ParameterTensors.vector(layer.bias()));
        }
        return tensors;
    }

    private Variable layer(int index, Tape tape, LayerInput input, GraphInput graph, Dropout dropout, Pass pass) {
        boolean rectified = spec.getLayers(index).getActivation() == Activation.ACTIVATION_RELU;
        return layers.get(index).apply(tape, input.dropped(dropout, pass), graph.graph(), rectified);
    }

    private static GraphLayer layer(int number, Layer layer, Source source) {
        int in = layer.getInputWidth();
        int out = layer.getOutputWidth();
        Convolution convolution = layer.getConvolution();
        return switch (convolution) {
            case CONVOLUTION_GCN ->
                new GcnLayer(
                        source.parameter(TensorNames.neighbor(number), in, out),
                        source.parameter(TensorNames.bias(number), 1, out));
            case CONVOLUTION_SAGE_MEAN, CONVOLUTION_SAGE_SUM ->
                new SageLayer(
                        convolution,
                        source.parameter(TensorNames.self(number), in, out),
                        source.parameter(TensorNames.neighbor(number), in, out),
                        source.parameter(TensorNames.bias(number), 1, out));
            case CONVOLUTION_SAGE_MAX, CONVOLUTION_SAGE_MIN ->
                new SageExtremumLayer(
                        convolution,
                        source.parameter(TensorNames.self(number), in, out),
                        source.parameter(TensorNames.neighbor(number), in, out),
                        source.parameter(TensorNames.bias(number), 1, out));
            case CONVOLUTION_GAT, CONVOLUTION_GIN, CONVOLUTION_SAGE_POOL, CONVOLUTION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException(
                        "The convolution (%s) of layer (%d) cannot be trained.".formatted(convolution, number));
        };
    }
}
