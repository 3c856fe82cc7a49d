package io.anabranch.learn.gnn;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.AllHopsReadout;
import io.anabranch.learn.depth.GateBias;
import io.anabranch.learn.depth.TrajectoryPenalty;
import io.anabranch.learn.history.HistoryReader;
import io.anabranch.learn.model.Levels;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.TensorNames;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.learn.nn.Dropout;
import io.anabranch.learn.nn.Initialiser;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.ParameterSource;
import io.anabranch.learn.nn.Parametric;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.recurrent.HiddenNoise;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.model.v1.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The layers of a spec as parameters that can be learnt: convolutions, and how they are connected along depth. From encoded features
 * [n, feature dimension], and histories where the spec reads them, to embeddings [n, embedding width]. Owns its parameters: close it. Not thread-safe.
 */
public final class GnnEncoder implements Parametric {

    private final List<GraphLayer> layers = new ArrayList<>();
    private final List<StageLayers> stages = new ArrayList<>();
    private final @Nullable AllHopsReadout readout;
    private final @Nullable HistoryReader history;
    private final ModelSpec spec;

    private GnnEncoder(ModelSpec spec, ParameterSource source, HiddenNoise noise) {
        TrainableLayers.require(spec);
        this.spec = spec;
        Levels levels = Levels.of(spec);
        for (int i = 1; i <= spec.getLayersCount(); i++) {
            layers.add(GraphLayers.of(i, spec.getLayers(i - 1), source));
        }
        for (int k = 1; k <= levels.stages(); k++) {
            stages.add(StageLayers.of(spec, k, source));
        }
        readout = Levels.allHops(spec) ? AllHopsReadout.of(spec, source) : null;
        history = spec.hasHistory() ? HistoryReader.of(spec.getHistory(), source, noise) : null;
    }

    /** Matrices drawn from the generator (Glorot uniform), the biases of cells by {@link GateBias}, all else zero. */
    public static GnnEncoder initialised(ModelSpec spec, DataType type, RandomGenerator random) {
        return initialised(spec, type, random, HiddenNoise.none());
    }

    /**
     * The same.
     *
     * @param noise on the state of the history's cell while it learns; without a history there is nothing that it acts on
     */
    public static GnnEncoder initialised(ModelSpec spec, DataType type, RandomGenerator random, HiddenNoise noise) {
        return new GnnEncoder(spec, (name, rows, columns) -> initial(spec, name, type, rows, columns, random), noise);
    }

    private static Parameter initial(
            ModelSpec spec, String name, DataType type, int rows, int columns, RandomGenerator random) {
        if (TensorNames.isHistory(name) && TensorNames.isVector(name)) {
            return Parameter.of(name, type, rows, columns, HistoryReader.initialBias(spec.getHistory()));
        }
        if (TensorNames.isCellBias(name)) {
            return Parameter.of(
                    name,
                    type,
                    rows,
                    columns,
                    GateBias.initial(spec.getDepthConnection(), spec.getLayersCount(), columns));
        }
        Initialiser initialiser = TensorNames.isVector(name) ? Initialiser.zeros() : Initialiser.glorotUniform();
        return Parameter.create(name, type, rows, columns, initialiser, random);
    }

    /** The weights of a finished model. */
    public static GnnEncoder of(ModelSpec spec, DataType type, ModelTensors tensors) {
        return new GnnEncoder(
                spec,
                (name, rows, columns) -> Parameter.of(
                        name, type, rows, columns, tensors.get(name).values()),
                HiddenNoise.none());
    }

    /**
     * The embeddings of all vertices, and the penalty on their way along depth.
     *
     * @param penalty [1, 1]; null where none was asked for
     * @param historyBits what the way back through histories keeps, bits for each number of a cell's state and step; 0 without histories
     */
    public record Encoded(Variable embeddings, @Nullable Variable penalty, double historyBits) {}

    /** The embeddings of all vertices; dropout acts on the input of every layer and in training alone. */
    public Variable embeddings(Tape tape, GraphInput input, Dropout dropout, Pass pass) {
        return encode(tape, input, dropout, pass, true, null).embeddings();
    }

    /**
     * The same with a penalty on the rows of each stage, or of the plain layers that are equally wide.
     *
     * @param storedActivations false: in training, momentum and reversible gates work rows out again on the way back instead of storing them
     */
    public Encoded encode(
            Tape tape,
            GraphInput input,
            Dropout dropout,
            Pass pass,
            boolean storedActivations,
            @Nullable TrajectoryPenalty penalty) {
        EncoderRun run = new EncoderRun(spec, readout, input.graph(), dropout, pass, penalty, storedActivations);
        LayerInput features = input.on(tape);
        if (history == null) {
            return run.encoded(tape, features, layers, stages, 0);
        }
        if (input.histories() == null) {
            throw new IllegalArgumentException(
                    "The model (%s) reads histories, and the input has none.".formatted(spec.getName()));
        }
        HistoryReader.Read read = history.read(tape, input.histories(), pass);
        return run.encoded(tape, features.beside(read.shown()), layers, stages, read.bitsPerNumberAndStep());
    }

    @Override
    public List<Parameter> parameters() {
        return Stream.concat(weights().stream(), vectors().stream()).toList();
    }

    /** All matrices. */
    public List<Parameter> weights() {
        Stream<Parameter> ofReadout = readout == null ? Stream.of() : readout.weights().stream();
        return Stream.of(
                        stages.stream().flatMap(stage -> stage.weights().stream()),
                        layers.stream().flatMap(layer -> layer.weights().stream()),
                        ofReadout,
                        history == null ? Stream.<Parameter>of() : history.weights().stream())
                .flatMap(part -> part)
                .toList();
    }

    /** The weight matrices of one layer, from 1. */
    public List<Parameter> weights(int layer) {
        return layers.get(layer - 1).weights();
    }

    /** All that is no matrix: biases above all. */
    public List<Parameter> vectors() {
        Stream<Parameter> ofReadout = readout == null ? Stream.of() : Stream.of(readout.bias());
        return Stream.of(
                        stages.stream().flatMap(stage -> stage.vectors().stream()),
                        layers.stream().flatMap(layer -> layer.vectors().stream()),
                        ofReadout,
                        history == null ? Stream.<Parameter>of() : history.vectors().stream())
                .flatMap(part -> part)
                .toList();
    }

    /** The matrices of the cell that reads histories; none where there is none. */
    public List<Parameter> historyWeights() {
        return history == null ? List.of() : history.weights();
    }

    /** The matrices whose first rows encoded features are multiplied by, and whose others a history's state. */
    public List<Parameter> featureReaders() {
        if (!stages.isEmpty()) {
            return List.of(stages.getFirst().entry().weight());
        }
        List<Parameter> readers = new ArrayList<>(layers.getFirst().readers());
        if (readout != null) {
            readers.add(readout.weight(0));
        }
        return readers;
    }

    public int layers() {
        return layers.size();
    }

    /** Copies of the current weights under their names in the model. */
    public List<WeightTensor> tensors() {
        List<WeightTensor> tensors = new ArrayList<>();
        weights().forEach(weight -> tensors.add(ParameterTensors.matrix(weight)));
        vectors().forEach(vector -> tensors.add(ParameterTensors.vector(vector)));
        return tensors;
    }
}
