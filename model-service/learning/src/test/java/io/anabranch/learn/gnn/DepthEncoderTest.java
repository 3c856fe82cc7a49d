package io.anabranch.learn.gnn;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.FeatureFlow;
import io.anabranch.learn.gnn.RandomModels.Sample;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.ModelWriter;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.learn.nn.Dropout;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class DepthEncoderTest {

    private static final int DIMENSION = 6;

    static Stream<Arguments> everyConnectionAndConvolution() {
        return Stream.of(DepthConnection.values())
                .filter(connection -> connection != DepthConnection.UNRECOGNIZED)
                .flatMap(connection -> TrainableLayers.CONVOLUTIONS.stream()
                        .map(convolution -> Arguments.of(connection, convolution)));
    }

    private static ModelSpec spec(
            SplittableRandom random, DepthConnection connection, Convolution convolution, int... layersOfStages) {
        if (connection.getNumber() <= DepthConnection.DEPTH_CONNECTION_PLAIN_VALUE) {
            return RandomModels.spec(
                            FeatureEncoding.FEATURE_ENCODING_IDENTITY,
                            List.of(convolution, Convolution.CONVOLUTION_GCN, convolution),
                            DIMENSION,
                            5,
                            5,
                            4)
                    .toBuilder()
                    .setDepthConnection(connection)
                    .build();
        }
        return RandomModels.staged(
                random, connection, List.of(convolution, Convolution.CONVOLUTION_GCN), DIMENSION, layersOfStages);
    }

    @ParameterizedTest
    @MethodSource("everyConnectionAndConvolution")
    void equalsTheFormulas(DepthConnection connection, Convolution convolution) {
        SplittableRandom random = new SplittableRandom(21);
        for (int run = 0; run < 6; run++) {
            Sample sample = RandomModels.sample(random, 5 + random.nextInt(12), DIMENSION, run % 2 == 0);
            ModelSpec spec = run % 3 == 0
                    ? spec(random, connection, convolution, 3)
                    : spec(random, connection, convolution, 2, 1);
            spec = run < 3 ? spec : RandomModels.readingAllHops(spec, 4);
            ModelSnapshot model = RandomModels.model(random, spec, sample.rows());

            LayerInvariants.requireClose(
                    LayerInvariants.embeddings(model, sample.graph(), sample.rows()),
                    NaiveForward.embeddings(model, sample.edges(), sample.features()));
            Parity.requireEqual(
                    ForwardPass.of(model).embeddings(sample.graph(), sample.rows()),
                    NaiveForward.embeddings(model, sample.edges(), sample.features()),
                    1e-4);
        }
    }

    @ParameterizedTest
    @EnumSource(value = DepthConnection.class, mode = EnumSource.Mode.EXCLUDE, names = "UNRECOGNIZED")
    void gradientsEqualCentralDifferences(DepthConnection connection) {
        SplittableRandom random = new SplittableRandom(22);
        Sample sample = RandomModels.sample(random, 7, DIMENSION, false);
        ModelSpec spec =
                RandomModels.readingAllHops(spec(random, connection, Convolution.CONVOLUTION_SAGE_MEAN, 2, 2), 3);
        requireGradients(random, sample, spec);
    }

    @ParameterizedTest
    @EnumSource(
            value = Convolution.class,
            names = {"CONVOLUTION_GAT", "CONVOLUTION_GIN", "CONVOLUTION_SAGE_POOL"})
    void gradientsOfConvolutionsEqualCentralDifferences(Convolution convolution) {
        SplittableRandom random = new SplittableRandom(23);
        Sample sample = RandomModels.sample(random, 7, DIMENSION, true);
        requireGradients(random, sample, spec(random, DepthConnection.DEPTH_CONNECTION_RESIDUAL, convolution, 2));
        requireGradients(random, sample, spec(random, DepthConnection.DEPTH_CONNECTION_PLAIN, convolution));
    }

    /** Rows are rounded to 2^-40 in between, so the two ways agree to about that. */
    @ParameterizedTest
    @EnumSource(
            value = DepthConnection.class,
            names = {"DEPTH_CONNECTION_MOMENTUM", "DEPTH_CONNECTION_REVERSIBLE_GATE"})
    void gradientsWithoutStoredActivationsAreTheSame(DepthConnection connection) {
        SplittableRandom random = new SplittableRandom(25);
        Sample sample = RandomModels.sample(random, 9, DIMENSION, true);
        for (int run = 0; run < 4; run++) {
            ModelSpec spec =
                    RandomModels.readingAllHops(spec(random, connection, Convolution.CONVOLUTION_GCN, 3, 2), 3);
            spec = run % 2 == 0
                    ? spec
                    : spec.toBuilder().clearReadout().clearReadoutWidth().build();
            try (TensorScope scope = TensorScope.open();
                    GnnEncoder encoder = GnnEncoder.of(
                            spec, DataType.FLOAT64, ModelTensors.of(RandomModels.model(random, spec, sample.rows())))) {
                GraphInput input = GraphInput.of(scope, DataType.FLOAT64, sample.graph(), sample.rows());
                List<double[]> stored = gradients(scope, encoder, input, true);
                List<double[]> worked = gradients(scope, encoder, input, false);
                for (int p = 0; p < stored.size(); p++) {
                    for (int i = 0; i < stored.get(p).length; i++) {
                        assertThat(worked.get(p)[i])
                                .as("%s at %d", encoder.parameters().get(p).name(), i)
                                .isCloseTo(stored.get(p)[i], within(1e-5 * Math.max(1, Math.abs(stored.get(p)[i]))));
                    }
                }
                assertThat(stored.getFirst()).isNotEqualTo(new double[stored.getFirst().length]);
            }
        }
    }

    private static List<double[]> gradients(
            TensorScope scope, GnnEncoder encoder, GraphInput input, boolean storedActivations) {
        Tape tape = new Tape(scope);
        GnnEncoder.Encoded encoded = encoder.encode(
                tape,
                input,
                new Dropout(0),
                Pass.training(new SplittableRandom(3)),
                storedActivations,
                FeatureFlow.of(0.3));
        Variable loss = encoded.embeddings().square().sum().plus(requireNonNull(encoded.penalty()));
        List<Variable> leaves = encoder.parameters().stream()
                .map(parameter -> parameter.on(tape))
                .toList();
        return tape.gradients(loss, leaves, false).stream()
                .map(gradient -> gradient.value().toDoubles())
                .toList();
    }

    /** What is dropped is drawn from the pass's seed, and is the same on the way back. */
    @Test
    void dropoutIsTheSameOnTheWayBack() {
        SplittableRandom random = new SplittableRandom(26);
        Sample sample = RandomModels.sample(random, 9, DIMENSION, false);
        ModelSpec spec = spec(random, DepthConnection.DEPTH_CONNECTION_MOMENTUM, Convolution.CONVOLUTION_SAGE_SUM, 4);
        try (TensorScope scope = TensorScope.open();
                GnnEncoder encoder = GnnEncoder.of(
                        spec, DataType.FLOAT64, ModelTensors.of(RandomModels.model(random, spec, sample.rows())))) {
            GraphInput input = GraphInput.of(scope, DataType.FLOAT64, sample.graph(), sample.rows());
            Parameter parameter = encoder.weights(2).getFirst();
            double[] values = parameter.tensor().toDoubles();
            Tape tape = new Tape(scope);
            double gradient = tape.gradients(noisy(tape, encoder, input), List.of(parameter.on(tape)), false)
                    .getFirst()
                    .value()
                    .toDoubles()[0];
            double[] moved = values.clone();
            moved[0] = values[0] + 1e-4;
            parameter.tensor().assign(moved);
            double above = noisy(new Tape(scope), encoder, input).scalar();
            moved[0] = values[0] - 1e-4;
            parameter.tensor().assign(moved);
            double below = noisy(new Tape(scope), encoder, input).scalar();

            assertThat(gradient).isCloseTo((above - below) / 2e-4, within(1e-4 * Math.max(1, Math.abs(gradient))));
        }
    }

    private static Variable noisy(Tape tape, GnnEncoder encoder, GraphInput input) {
        return encoder.encode(tape, input, new Dropout(0.4), Pass.training(new SplittableRandom(4)), false, null)
                .embeddings()
                .square()
                .sum();
    }

    private static void requireGradients(SplittableRandom random, Sample sample, ModelSpec spec) {
        int compared = 0;
        try (TensorScope scope = TensorScope.open();
                GnnEncoder encoder = GnnEncoder.of(
                        spec, DataType.FLOAT64, ModelTensors.of(RandomModels.model(random, spec, sample.rows())))) {
            GraphInput input = GraphInput.of(scope, DataType.FLOAT64, sample.graph(), sample.rows());
            Tape tape = new Tape(scope);
            Variable embeddings = embeddings(tape, encoder, input);
            double[] direction =
                    random.doubles(embeddings.value().size(), -1, 1).toArray();
            List<Variable> leaves = encoder.parameters().stream()
                    .map(parameter -> parameter.on(tape))
                    .toList();
            List<Variable> gradients = tape.gradients(along(embeddings, direction), leaves, false);
            for (int p = 0; p < gradients.size(); p++) {
                Parameter parameter = encoder.parameters().get(p);
                double[] values = parameter.tensor().toDoubles();
                double[] gradient = gradients.get(p).value().toDoubles();
                for (int i = 0; i < values.length; i += 1 + values.length / 6) {
                    double numeric = slope(scope, encoder, input, direction, parameter, values, i);
                    assertThat(gradient[i])
                            .as("%s at %d", parameter.name(), i)
                            .isCloseTo(numeric, within(1e-6 * Math.max(1, Math.abs(numeric))));
                    compared++;
                }
            }
        }
        assertThat(compared).isGreaterThan(20);
    }

    private static double slope(
            TensorScope scope,
            GnnEncoder encoder,
            GraphInput input,
            double[] direction,
            Parameter parameter,
            double[] values,
            int index) {
        double step = 1e-6;
        double[] moved = values.clone();
        moved[index] = values[index] + step;
        parameter.tensor().assign(moved);
        double above =
                along(embeddings(new Tape(scope), encoder, input), direction).scalar();
        moved[index] = values[index] - step;
        parameter.tensor().assign(moved);
        double below =
                along(embeddings(new Tape(scope), encoder, input), direction).scalar();
        parameter.tensor().assign(values);
        return (above - below) / (2 * step);
    }

    private static Variable embeddings(Tape tape, GnnEncoder encoder, GraphInput input) {
        return encoder.embeddings(tape, input, new Dropout(0), Pass.inference());
    }

    private static Variable along(Variable rows, double[] direction) {
        return rows.times(rows.tape().constant(Tensor.of(rows.tape().scope(), rows.rows(), rows.columns(), direction)))
                .sum();
    }

    @Test
    void aClosedGateKeepsEveryLevelBitForBit() {
        SplittableRandom random = new SplittableRandom(24);
        Sample sample = RandomModels.sample(random, 9, DIMENSION, false);
        ModelSpec deep = RandomModels.staged(
                random, DepthConnection.DEPTH_CONNECTION_GRU, List.of(Convolution.CONVOLUTION_GCN), DIMENSION, 10);
        ModelSpec.Builder own = deep.toBuilder();
        own.getStagesBuilder(0).setSharedCell(false);
        deep = own.build();
        ModelSnapshot model = withGates(RandomModels.model(random, deep, sample.rows()), -60);

        assertThat(ForwardPass.of(model)
                        .embeddings(sample.graph(), sample.rows())
                        .toArray())
                .isEqualTo(ForwardPass.of(cutTo(model, 1))
                        .embeddings(sample.graph(), sample.rows())
                        .toArray());
    }

    /** z of the layers' cells so that its bias alone decides. */
    private static ModelSnapshot withGates(ModelSnapshot model, float bias) {
        ModelSnapshot.Builder gated = model.toBuilder();
        ModelTensors tensors = ModelTensors.of(model);
        List<WeightTensor> changed = new ArrayList<>();
        for (var tensor : tensors.list()) {
            if (tensor.name().startsWith("layer") && tensor.name().contains(".cell.")) {
                float[] values = tensor.values();
                int columns = tensor.extent(tensor.rank() - 1);
                for (int i = 0; i < values.length; i++) {
                    if (i % columns < columns / 3) {
                        values[i] = tensor.rank() == 1 ? bias : 0;
                    }
                }
                changed.add(WeightTensor.of(tensor.name(), tensor.shape(), values));
            } else {
                changed.add(tensor);
            }
        }
        return ModelWriter.write(gated.getSpec(), changed, gated.getProvenance());
    }

    /** The model's first layers alone, of one stage. */
    private static ModelSnapshot cutTo(ModelSnapshot model, int layers) {
        ModelSpec.Builder spec = model.getSpec().toBuilder();
        while (spec.getLayersCount() > layers) {
            spec.removeLayers(spec.getLayersCount() - 1);
        }
        spec.getStagesBuilder(0).setLayers(layers);
        return ModelWriter.write(
                spec.build(),
                ModelTensors.of(model).list().stream()
                        .filter(tensor -> !tensor.name().matches("layer\\.([2-9]|10)\\..*"))
                        .toList(),
                model.getProvenance());
    }
}
