package io.anabranch.learn.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.SparseMatrix;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class LayersTest {

    @Test
    void linearByHandOnDenseAndSparseInput() {
        try (TensorScope scope = TensorScope.open();
                Linear linear = Linear.create(
                        "head", DataType.FLOAT32, 2, 3, true, Initialiser.zeros(), new SplittableRandom(1))) {
            linear.weight().load(new float[] {1, 2, 3, 4, 5, 6});
            linear.parameters().getLast().load(new float[] {10, 20, 30});
            Tape tape = new Tape(scope);
            SparseMatrix sparse = new SparseMatrix(2, 2, new int[] {0, 1, 2}, new int[] {1, 0}, new float[] {2, -1});

            Variable dense = linear.apply(tape.constant(sparse.toDense(scope, DataType.FLOAT32)));

            assertThat(dense.value().toFloats()).containsExactly(18, 30, 42, 9, 18, 27);
            assertThat(linear.apply(tape, sparse).value().toFloats())
                    .isEqualTo(dense.value().toFloats());
            assertThat(linear.parameters().stream().map(Parameter::name)).containsExactly("head.weight", "head.bias");
        }
    }

    @Test
    void initialisersHaveTheirSpreadAndFollowTheSeed() {
        float[] glorot = drawn(Initialiser.glorotUniform(), 5);
        float[] he = drawn(Initialiser.heNormal(), 5);
        double bound = Math.sqrt(6.0 / 300);

        assertThat(glorot)
                .isEqualTo(drawn(Initialiser.glorotUniform(), 5))
                .isNotEqualTo(drawn(Initialiser.glorotUniform(), 6));
        for (float value : glorot) {
            assertThat((double) value).isBetween(-bound, bound);
        }
        // Uniform in ±b has the variance b² / 3; He's is 2 / in.
        assertThat(variance(glorot)).isEqualTo(bound * bound / 3, within(2e-4));
        assertThat(variance(he)).isEqualTo(2.0 / 200, within(3e-4));
    }

    @Test
    void dropoutKeepsTheMeanAndDoesNothingInInference() {
        Dropout dropout = new Dropout(0.4);
        RandomGenerator random = new SplittableRandom(2);
        try (TensorScope scope = TensorScope.open()) {
            Tape tape = new Tape(scope);
            Variable ones = tape.constant(Tensor.filled(scope, DataType.FLOAT32, 300, 100, 1));

            Variable dropped = dropout.apply(ones, Pass.training(random));

            assertThat(dropped.mean().scalar()).isEqualTo(1, within(0.02));
            for (float value : dropped.value().toFloats()) {
                assertThat(value).isIn(0f, (float) (1 / 0.6));
            }
            assertThat(dropout.apply(ones, Pass.inference())).isSameAs(ones);
        }
    }

    @Test
    void dropoutOfASparseMatrixIsTheSameTransposed() {
        SparseMatrix x = new SparseMatrix(2, 3, new int[] {0, 2, 4}, new int[] {0, 2, 1, 2}, new float[] {1, 2, 3, 4});
        SparseMatrix dropped = new Dropout(0.5).apply(x, Pass.training(new SplittableRandom(4)));
        try (TensorScope scope = TensorScope.open()) {
            Tape tape = new Tape(scope);
            Variable dense = tape.constant(dropped.toDense(scope, DataType.FLOAT32));

            assertThat(dropped.transposed().toDense(scope, DataType.FLOAT32).toFloats())
                    .isEqualTo(dense.transpose().value().toFloats());
            for (int e = 0; e < 4; e++) {
                assertThat(dropped.value(e)).isIn(0f, 2 * x.value(e));
            }
        }
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> new Dropout(1)).hasMessage("The dropout rate (1.0) must be in [0, 1).");
        try (Parameter parameter = Parameter.of("w", DataType.FLOAT32, 1, 2, new float[2])) {
            assertThatThrownBy(() -> parameter.load(new float[3])).hasMessageContaining("(3)", "w [1, 2]");
        }
    }

    private static float[] drawn(Initialiser initialiser, long seed) {
        try (Parameter parameter =
                Parameter.create("w", DataType.FLOAT32, 200, 100, initialiser, new SplittableRandom(seed))) {
            return parameter.values();
        }
    }

    private static double variance(float[] values) {
        double[] wide = new double[values.length];
        Arrays.setAll(wide, i -> values[i]);
        double mean = Arrays.stream(wide).average().orElseThrow();
        return Arrays.stream(wide).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    }
}
