package io.anabranch.learn.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StabilityExponentTest {

    private final SplittableRandom random = new SplittableRandom(71);

    /** dh = a h dt + s h dB with a > 0 grows without noise, and dies out at the rate a - s²/2 with enough of it. */
    @Test
    void noiseStabilisesWhatGrows() {
        double a = 0.5;
        double s = 2;
        double time = 2e-3;
        int steps = 10_000;
        int paths = 200;
        // A = 2 B = 0.5 and W = 0.
        try (TensorScope scope = TensorScope.open();
                LipschitzCell cell = LipschitzCell.create(
                        "cell",
                        DataType.FLOAT64,
                        1,
                        1,
                        time,
                        new StructuredMatrix(0, 0),
                        new StructuredMatrix(1, 0),
                        random)) {
            cell.parameters().get(0).tensor().fill(a / 2);
            StabilityExponent exponent = StabilityExponent.of(cell);
            assertThat(exponent.withoutNoise()).isCloseTo(a, within(1e-12));
            assertThat(exponent.withNoise(s, s)).isCloseTo(-1.5, within(1e-12));

            int[] lengths = new int[paths];
            Arrays.fill(lengths, steps);
            NoiseSource noise = new NoiseSource(
                    new HiddenNoise(NoiseMode.EULER_MARUYAMA, 0, s / a), 3, PackedSequences.of(lengths));
            Tensor state = Tensor.filled(scope, DataType.FLOAT64, paths, 1, 1);
            double still = 1;
            for (int step = 0; step < steps; step++) {
                try (TensorScope trial = scope.openChild()) {
                    Tape tape = new Tape(trial);
                    Variable none = tape.constant(Tensor.zeros(trial, DataType.FLOAT64, paths, 1));
                    state.copyFrom(cell.on(tape)
                            .next(none, tape.constant(state), noise.at(step))
                            .value());
                    still += time * a * still;
                }
            }
            double slope = Arrays.stream(state.toDoubles())
                    .map(h -> Math.log(Math.abs(h)) / (steps * time))
                    .average()
                    .orElseThrow();
            assertThat(slope).isCloseTo(-1.5, within(0.15));
            assertThat(Math.log(still) / (steps * time)).isCloseTo(a, within(1e-3));
        }
    }

    @Test
    void aSkewMatrixDoesNotGrowAndOthersByTheirSymmetricPart() {
        int width = 6;
        try (LipschitzCell skew = cell(width, new StructuredMatrix(1, 0));
                LipschitzCell damped = cell(width, new StructuredMatrix(1, 0.4));
                LipschitzCell mixed = cell(width, new StructuredMatrix(0.7, 0.2));
                LipschitzCell none =
                        LipschitzCell.antisymmetric("cell", DataType.FLOAT64, 2, width, 0.1, 0.3, random)) {
            assertThat(StabilityExponent.of(skew).linear()).isZero();
            assertThat(StabilityExponent.of(damped).linear()).isCloseTo(-0.4, within(1e-12));
            assertThat(StabilityExponent.of(none).linear()).isZero();
            // By power iteration on 0.3 (B + Bᵀ) - 0.2 I + 10 I.
            double[] b = mixed.parameters().getFirst().tensor().toDoubles();
            double[] v = random.doubles(width, -1, 1).toArray();
            double greatest = 0;
            for (int iteration = 0; iteration < 5_000; iteration++) {
                double[] next = new double[width];
                for (int i = 0; i < width; i++) {
                    next[i] = 9.8 * v[i];
                    for (int j = 0; j < width; j++) {
                        next[i] += 0.3 * (b[i * width + j] + b[j * width + i]) * v[j];
                    }
                }
                double norm = Math.sqrt(Arrays.stream(next).map(x -> x * x).sum());
                v = Arrays.stream(next).map(x -> x / norm).toArray();
                greatest = norm - 10;
            }
            assertThat(StabilityExponent.of(mixed).linear()).isCloseTo(greatest, within(1e-6));
        }
    }

    /** A state without input and noise never grows faster than the bound, along a way that comes close to it. */
    @Test
    void statesStayBelowTheBound() {
        try (TensorScope scope = TensorScope.open();
                LipschitzCell cell = cell(5, new StructuredMatrix(0.8, 0.5))) {
            double bound = StabilityExponent.of(cell).withoutNoise();
            double time = 0.1;
            Tape tape = new Tape(scope);
            RecurrentCell.Transition transition = cell.on(tape);
            Variable state = tape.constant(
                    Tensor.of(scope, 1, 5, random.doubles(5, -1e-3, 1e-3).toArray()));
            Variable none = tape.constant(Tensor.zeros(scope, DataType.FLOAT64, 1, 2));
            double before = norm(state);
            for (int step = 0; step < 200; step++) {
                state = transition.next(none, state, StepNoise.none());
            }
            // Steps of 0.1 are a little off the differential equation.
            assertThat(Math.log(norm(state) / before) / (200 * time)).isLessThan(bound + 0.1);
        }
    }

    @Test
    void boundsOfNoiseThatCannotBeAreRefused() {
        StabilityExponent exponent = new StabilityExponent(0.1, 0.2);
        assertThatThrownBy(() -> exponent.withNoise(1, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 ≤ s2 ≤ s1");
    }

    private LipschitzCell cell(int width, StructuredMatrix linear) {
        LipschitzCell cell = LipschitzCell.create(
                "cell", DataType.FLOAT64, 2, width, 0.1, linear, new StructuredMatrix(0.7, 0.2), random);
        for (Parameter parameter : cell.parameters().subList(0, 2)) {
            parameter
                    .tensor()
                    .assign(random.doubles((long) width * width, -0.5, 0.5).toArray());
        }
        return cell;
    }

    private static double norm(Variable state) {
        return Math.sqrt(
                Arrays.stream(state.value().toDoubles()).map(x -> x * x).sum());
    }

    /** The candidate's block alone counts, of the half where it is larger. */
    @Test
    void aReversibleGruGrowsByItsCandidateAtMost() {
        try (ReversibleGru cell = ReversibleGru.create("cell", DataType.FLOAT64, 1, 4, ForgetLimit.none(), random)) {
            for (int half = 0; half < ReversibleCell.HALVES; half++) {
                double largest = half == 0 ? 0.5 : 3;
                // Columns z, z, r, r, n, n.
                cell.parameters(half).get(1).tensor().assign(new double[] {9, 9, 9, 9, largest, 0, 9, 9, 9, 9, 0, -0.25
                });
            }

            assertThat(StabilityExponent.of(cell).withoutNoise()).isCloseTo(3 - 1, within(1e-12));
        }
    }
}
