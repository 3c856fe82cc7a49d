package io.anabranch.learn.gnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.gnn.RandomModels.Sample;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.nn.Dropout;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GnnEncoderTest {

    private static ModelSpec spec(FeatureEncoding encoding, Convolution... convolutions) {
        return convolutions.length == 1
                ? RandomModels.spec(encoding, List.of(convolutions), 6, 4)
                : RandomModels.spec(encoding, List.of(convolutions), 6, 5, 3);
    }

    @ParameterizedTest
    @EnumSource(
            value = Convolution.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"CONVOLUTION_UNSPECIFIED", "UNRECOGNIZED"})
    void everyLayerEqualsItsFormulaAndKeepsTheInvariants(Convolution convolution) {
        SplittableRandom random = new SplittableRandom(3);
        for (int run = 0; run < 10; run++) {
            Sample sample = RandomModels.sample(random, 4 + random.nextInt(12), 6, run % 2 == 0);
            ModelSnapshot model = RandomModels.model(
                    random, spec(FeatureEncoding.FEATURE_ENCODING_IDENTITY, convolution), sample.rows());

            LayerInvariants.requireClose(
                    LayerInvariants.embeddings(model, sample.graph(), sample.rows()),
                    NaiveForward.embeddings(model, sample.edges(), sample.features()));
            LayerInvariants.check(model, sample, random);
        }
    }

    @Test
    void refusesRelations() {
        ModelSpec.Builder spec =
                spec(FeatureEncoding.FEATURE_ENCODING_IDENTITY, Convolution.CONVOLUTION_SAGE_MEAN).toBuilder();
        spec.getLayersBuilder(0).addRelations("pays");

        assertThatThrownBy(() -> GnnEncoder.initialised(spec.build(), DataType.FLOAT32, new SplittableRandom(1)))
                .hasMessageContaining("The layer (1) of model (random) is CONVOLUTION_SAGE_MEAN with relations");
    }

    @Test
    void stackedLayersEqualTheFormulas() {
        SplittableRandom random = new SplittableRandom(4);
        for (FeatureEncoding encoding : List.of(
                FeatureEncoding.FEATURE_ENCODING_ROW_NORMALIZED, FeatureEncoding.FEATURE_ENCODING_STANDARDIZED)) {
            Sample sample = RandomModels.sample(random, 15, 6, true);
            ModelSnapshot model = RandomModels.model(
                    random,
                    spec(encoding, Convolution.CONVOLUTION_GCN, Convolution.CONVOLUTION_SAGE_MEAN),
                    sample.rows());

            LayerInvariants.requireClose(
                    LayerInvariants.embeddings(model, sample.graph(), sample.rows()),
                    NaiveForward.embeddings(model, sample.edges(), sample.features()));
            LayerInvariants.check(model, sample, random);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Convolution.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"CONVOLUTION_UNSPECIFIED", "UNRECOGNIZED"})
    void gradientsEqualCentralDifferences(Convolution convolution) {
        SplittableRandom random = new SplittableRandom(5);
        Sample sample = RandomModels.sample(random, 9, 6, convolution == Convolution.CONVOLUTION_GCN);
        ModelSpec spec = spec(FeatureEncoding.FEATURE_ENCODING_IDENTITY, convolution, convolution);
        int compared = 0;
        try (TensorScope scope = TensorScope.open();
                GnnEncoder encoder = GnnEncoder.of(
                        spec, DataType.FLOAT64, ModelTensors.of(RandomModels.model(random, spec, sample.rows())))) {
            GraphInput input = GraphInput.of(scope, DataType.FLOAT64, sample.graph(), sample.rows());
            double[] direction = random.doubles(9 * 3, -1, 1).toArray();
            Tape tape = new Tape(scope);
            Variable loss = loss(tape, encoder, input, direction);
            List<Variable> leaves = encoder.parameters().stream()
                    .map(parameter -> parameter.on(tape))
                    .toList();
            List<Variable> gradients = tape.gradients(loss, leaves, false);

            for (int p = 0; p < gradients.size(); p++) {
                Parameter parameter = encoder.parameters().get(p);
                double[] values = parameter.tensor().toDoubles();
                double[] gradient = gradients.get(p).value().toDoubles();
                for (int i = 0; i < values.length; i++) {
                    double numeric = slope(scope, encoder, input, direction, parameter, values, i);
                    assertThat(gradient[i])
                            .as("%s at %d", parameter.name(), i)
                            .isCloseTo(numeric, within(1e-6 * Math.max(1, Math.abs(numeric))));
                    compared++;
                }
            }
        }
        assertThat(compared).isGreaterThanOrEqualTo(6 * 5 + 5 + 5 * 3 + 3);
    }

    private static double slope(
            TensorScope scope,
            GnnEncoder encoder,
            GraphInput input,
            double[] direction,
            Parameter parameter,
            double[] values,
            int index) {
        double step = 1e-6 * Math.max(1, Math.abs(values[index]));
        double[] moved = values.clone();
        moved[index] = values[index] + step;
        parameter.tensor().assign(moved);
        double above = loss(new Tape(scope), encoder, input, direction).scalar();
        moved[index] = values[index] - step;
        parameter.tensor().assign(moved);
        double below = loss(new Tape(scope), encoder, input, direction).scalar();
        parameter.tensor().assign(values);
        return (above - below) / (2 * step);
    }

    private static Variable loss(Tape tape, GnnEncoder encoder, GraphInput input, double[] direction) {
        Variable embeddings = encoder.embeddings(tape, input, new Dropout(0), Pass.inference());
        return embeddings
                .times(tape.constant(Tensor.of(tape.scope(), embeddings.rows(), embeddings.columns(), direction)))
                .sum();
    }

    @Test
    void startsFromItsSeedAlone() {
        ModelSpec spec = spec(FeatureEncoding.FEATURE_ENCODING_IDENTITY, Convolution.CONVOLUTION_SAGE_SUM);
        try (GnnEncoder one = GnnEncoder.initialised(spec, DataType.FLOAT32, new SplittableRandom(1));
                GnnEncoder same = GnnEncoder.initialised(spec, DataType.FLOAT32, new SplittableRandom(1));
                GnnEncoder other = GnnEncoder.initialised(spec, DataType.FLOAT32, new SplittableRandom(2))) {
            assertThat(one.tensors()).isEqualTo(same.tensors()).isNotEqualTo(other.tensors());
            assertThat(ModelTensors.of(one.tensors()).names())
                    .containsExactly("layer.1.self", "layer.1.neighbor", "layer.1.bias");
            assertThat(ModelTensors.of(one.tensors()).get("layer.1.bias").values())
                    .containsOnly(0);
        }
    }

    @Test
    void dropsInTrainingOnly() {
        SplittableRandom random = new SplittableRandom(6);
        Sample sample = RandomModels.sample(random, 8, 6, true);
        ModelSpec spec = spec(FeatureEncoding.FEATURE_ENCODING_IDENTITY, Convolution.CONVOLUTION_GCN);
        try (TensorScope scope = TensorScope.open();
                GnnEncoder encoder = GnnEncoder.initialised(spec, DataType.FLOAT32, random)) {
            GraphInput input = GraphInput.of(scope, DataType.FLOAT32, sample.graph(), sample.rows());
            Dropout dropout = new Dropout(0.5);
            float[] plain = encoder.embeddings(new Tape(scope), input, dropout, Pass.inference())
                    .value()
                    .toFloats();
            float[] again = encoder.embeddings(new Tape(scope), input, dropout, Pass.inference())
                    .value()
                    .toFloats();
            float[] noisy = encoder.embeddings(new Tape(scope), input, dropout, Pass.training(random))
                    .value()
                    .toFloats();

            assertThat(again).isEqualTo(plain);
            assertThat(noisy).isNotEqualTo(plain);
        }
    }

    @Test
    void refusesFeaturesOfAnotherGraph() {
        SplittableRandom random = new SplittableRandom(7);
        Sample small = RandomModels.sample(random, 4, 6, true);
        Sample large = RandomModels.sample(random, 5, 6, true);
        try (TensorScope scope = TensorScope.open()) {
            assertThatThrownBy(() -> GraphInput.of(scope, DataType.FLOAT32, small.graph(), large.rows()))
                    .hasMessageContaining("features of (5) vertices for a graph of (4)");
        }
    }
}
