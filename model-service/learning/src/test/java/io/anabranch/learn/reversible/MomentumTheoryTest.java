package io.anabranch.learn.reversible;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.Block;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Sander et al. (ICML 2021) prove of momentum networks, on our layers. */
class MomentumTheoryTest {

    private static final int LAYERS = 1_000;

    /** f without parameters. */
    private record Field(Function<Variable, Variable> f) implements Block {
        @Override
        public Variable apply(Tape tape, Variable visible) {
            return f.apply(visible);
        }

        @Override
        public List<Parameter> parameters() {
            return List.of();
        }
    }

    /** Layers of step 1 / N with γ = 1 - 1 / (N ε) approach ε x'' + x' = θ x, whose solution at time 1 is Ψ(θ) x(0). */
    @ParameterizedTest
    @CsvSource({"1, 1, 1.397297", "1, -5, -0.232632", "2, -20, -0.779422", "0.2, 0.3, 1.260811"})
    void deepLinearLayersApproachTheDifferentialEquation(double epsilon, double theta, double golden) {
        assertThat(psi(theta, epsilon)).isCloseTo(golden, within(1e-6));
        assertThat(linear(theta, epsilon)).isCloseTo(golden, within(2e-3));
    }

    @ParameterizedTest
    @CsvSource({"0.1, -0.0108", "0.25, -0.155", "0.5, -0.383", "1, -0.614", "2, -0.781", "5, -0.905", "20, -0.975"})
    void factorsDownToLambdaAreReached(double epsilon, double golden) {
        double least = 0;
        for (int i = 0; i <= 20_000; i++) {
            least = Math.min(least, psi(-i / 20_000.0 * (40 * epsilon + 3 / epsilon + 20), epsilon));
        }
        assertThat(least).isCloseTo(golden, within(1e-3));
    }

    /** A residual network of real weights |h θ| &lt; 1 has positive factors alone; a momentum network turns x into -x / 2. */
    @Test
    void aNegativeFactorIsReached() {
        double best = 0;
        for (double theta = 0; theta > -12; theta -= 0.01) {
            best = Math.abs(psi(theta, 1) + 0.5) < Math.abs(psi(best, 1) + 0.5) ? theta : best;
        }
        assertThat(linear(best, 1)).isCloseTo(-0.5, within(5e-3));
        assertThat(Math.pow(1 + best / LAYERS, LAYERS)).isPositive();
    }

    /** f(x) = -0.1 A (x - x*) with A symmetric and positive: layers come to rest at x*. */
    @Test
    void layersComeToRestWhereTheIncrementVanishes() {
        double[] a = {2, 0.5, 0, 0.5, 1, 0.3, 0, 0.3, 1.5};
        double[] rest = {0.3, -0.8, 1.1};
        try (TensorScope scope = TensorScope.open()) {
            Block descent = new Field(x -> {
                Variable target = x.tape().constant(Tensor.of(x.tape().scope(), 1, 3, rest));
                return x.minus(target)
                        .matmul(x.tape().constant(Tensor.of(x.tape().scope(), 3, 3, a)))
                        .times(-0.1);
            });
            double[] end = run(scope, 0.9, Collections.nCopies(500, descent), 2, 2, -3, 0.3, -0.8, 1.1);
            for (int i = 0; i < end.length; i++) {
                assertThat(end[i]).isCloseTo(rest[i % 3], within(1e-8));
            }
        }
    }

    /** Undone in floating point, rounding grows by 1 / γ per layer; in fixed point the way back is exact, which the stack checks itself. */
    @Test
    void floatsDoNotComeBackButFixedPointDoes() {
        int layers = 200;
        SplittableRandom random = new SplittableRandom(9);
        assertThat(floatError(10, 0.9f)).isLessThan(1e-5);
        assertThat(floatError(layers, 0.9f)).isGreaterThan(1);
        assertThat(floatError(layers, 0.99f)).isBetween(1e-7, 1e-2);

        List<TanhBlock> blocks = TanhBlock.stack(layers, DataType.FLOAT32, 16, 16, 16, random);
        try (TensorScope scope = TensorScope.open()) {
            Tape tape = new Tape(scope);
            Variable start = tape.variable(Tensor.of(
                    scope, DataType.FLOAT32, 1, 16, random.doubles(16, -1, 1).toArray()));
            Variable zero = tape.constant(Tensor.zeros(scope, DataType.FLOAT32, 1, 16));
            ReversibleStack.Result result =
                    ReversibleStack.apply(tape, new MomentumRule(0.9), blocks, start, zero, List.of(), null);
            assertThat((double) result.store().bufferBits() / 16).isCloseTo(200 * 0.2, within(3.0));
            tape.gradients(result.visible().sum(), List.of(start), false);
            assertThat(result.store().levels()).isZero();
            assertThat(result.store().bufferBits()).isZero();
        }
    }

    /** The largest error in x_0 after as many layers of width 16 in float and back. */
    private static double floatError(int layers, float gamma) {
        int width = 16;
        SplittableRandom random = new SplittableRandom(10);
        float[][][] weights = new float[layers][width][width];
        for (float[][] layer : weights) {
            for (float[] row : layer) {
                for (int j = 0; j < width; j++) {
                    row[j] = (float) (random.nextGaussian() * 0.5 / Math.sqrt(width));
                }
            }
        }
        float[] x = new float[width];
        for (int i = 0; i < width; i++) {
            x[i] = (float) random.nextGaussian();
        }
        float[] start = x.clone();
        float[] v = new float[width];
        for (float[][] layer : weights) {
            float[] y = tanh(layer, x);
            for (int i = 0; i < width; i++) {
                v[i] = gamma * v[i] + (1 - gamma) * y[i];
                x[i] += v[i];
            }
        }
        for (int layer = layers - 1; layer >= 0; layer--) {
            for (int i = 0; i < width; i++) {
                x[i] -= v[i];
            }
            float[] y = tanh(weights[layer], x);
            for (int i = 0; i < width; i++) {
                v[i] = (v[i] - (1 - gamma) * y[i]) / gamma;
            }
        }
        double error = 0;
        for (int i = 0; i < width; i++) {
            error = Math.max(error, Math.abs(x[i] - start[i]));
        }
        return error;
    }

    private static float[] tanh(float[][] weights, float[] x) {
        float[] y = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            float sum = 0;
            for (int j = 0; j < x.length; j++) {
                sum += weights[i][j] * x[j];
            }
            y[i] = (float) Math.tanh(sum);
        }
        return y;
    }

    private static double linear(double theta, double epsilon) {
        try (TensorScope scope = TensorScope.open()) {
            Block block = new Field(x -> x.times(theta / LAYERS));
            return run(scope, 1 - 1 / (LAYERS * epsilon), Collections.nCopies(LAYERS, block), 1)[0];
        }
    }

    /** The visible rows after all blocks, from rows as wide as the field with zero velocity. */
    private static double[] run(TensorScope scope, double gamma, List<Block> blocks, double... start) {
        int width = start.length == 1 ? 1 : 3;
        Tape tape = new Tape(scope);
        Variable visible = tape.constant(Tensor.of(scope, start.length / width, width, start));
        Variable hidden = tape.constant(Tensor.zeros(scope, DataType.FLOAT64, visible.rows(), width));
        return ReversibleStack.apply(tape, new MomentumRule(gamma), blocks, visible, hidden, List.of(), null)
                .visible()
                .value()
                .toDoubles();
    }

    private static double psi(double theta, double epsilon) {
        double square = 1 / (4 * epsilon * epsilon) + theta / epsilon;
        double s = Math.sqrt(Math.abs(square));
        double wave = square >= 0
                ? Math.cosh(s) + (s == 0 ? 1 : Math.sinh(s) / s) / (2 * epsilon)
                : Math.cos(s) + Math.sin(s) / s / (2 * epsilon);
        return Math.exp(-1 / (2 * epsilon)) * wave;
    }
}
