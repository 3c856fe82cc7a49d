package io.anabranch.learn.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.learn.autodiff.GradientCheck;
import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NoiseTest implements GradientCheck {

    private static final double TIME = 0.25;
    private static final int WIDTH = 6;

    private final SplittableRandom random = new SplittableRandom(12);

    /** With d as it began and no noise, training is inference to the last bit: the Lipschitz network without noise. */
    @ParameterizedTest
    @EnumSource
    void noNoiseIsNone(Cells kind) {
        PackedSequences packed = PackedSequences.of(4, 2);
        try (TensorScope scope = TensorScope.open();
                RecurrentCell cell = kind.create(DataType.FLOAT32)) {
            Tape tape = new Tape(scope);
            Variable events = random(tape, DataType.FLOAT32, packed.total(), Cells.IN);
            for (NoiseMode mode : NoiseMode.values()) {
                Recurrence recurrence = new Recurrence(cell, new HiddenNoise(mode, 0, 0));
                Variable initial = recurrence.zeroState(tape, 2);
                assertThat(recurrence
                                .last(Pass.training(random), packed, events, initial)
                                .value()
                                .toFloats())
                        .isEqualTo(recurrence
                                .last(Pass.inference(), packed, events, initial)
                                .value()
                                .toFloats());
            }
        }
    }

    @Test
    void aStepWithoutNoiseIsTheFormula() {
        try (TensorScope scope = TensorScope.open();
                LipschitzCell cell = lipschitz(DataType.FLOAT64)) {
            Tape tape = new Tape(scope);
            Variable x = random(tape, DataType.FLOAT64, 3, 2);
            Variable h = random(tape, DataType.FLOAT64, 3, WIDTH);
            double[] next = cell.on(tape).next(x, h, StepNoise.none()).value().toDoubles();
            double[] b = cell.parameters().get(0).tensor().toDoubles();
            double[] c = cell.parameters().get(1).tensor().toDoubles();
            Tensor e = cell.parameters().get(2).tensor();
            for (int row = 0; row < 3; row++) {
                for (int j = 0; j < WIDTH; j++) {
                    double linear = 0;
                    double bent = 0;
                    for (int i = 0; i < WIDTH; i++) {
                        double hi = h.value().get(row, i);
                        double diagonal = i == j ? 1 : 0;
                        linear += hi
                                * (0.75 * (b[i * WIDTH + j] - b[j * WIDTH + i])
                                        + 0.25 * (b[i * WIDTH + j] + b[j * WIDTH + i])
                                        - 0.1 * diagonal);
                        bent += hi
                                * (0.6 * (c[i * WIDTH + j] - c[j * WIDTH + i])
                                        + 0.4 * (c[i * WIDTH + j] + c[j * WIDTH + i])
                                        - 0.2 * diagonal);
                    }
                    for (int i = 0; i < 2; i++) {
                        bent += x.value().get(row, i) * e.get(i, j);
                    }
                    assertThat(next[row * WIDTH + j])
                            .isCloseTo(h.value().get(row, j) + TIME * (linear + Math.tanh(bent)), within(1e-12));
                }
            }
        }
    }

    /** Mean and deviation of one step's states over 40,000 sequences that differ in nothing but their keys. */
    @ParameterizedTest
    @CsvSource({
        "RELEASED, 0.3, 0",
        "RELEASED, 0, 0.6",
        "RELEASED, 0.2, 0.5",
        "EULER_MARUYAMA, 0.3, 0",
        "EULER_MARUYAMA, 0, 0.6",
        "EULER_MARUYAMA, 0.2, 0.5"
    })
    void oneStepHasTheMomentsOfItsDistribution(NoiseMode mode, double additive, double multiplicative) {
        int n = 40_000;
        int[] lengths = new int[n];
        Arrays.fill(lengths, 1);
        PackedSequences packed = PackedSequences.of(lengths);
        try (TensorScope scope = TensorScope.open();
                LipschitzCell cell = lipschitz(DataType.FLOAT64)) {
            Tape tape = new Tape(scope);
            Variable x = random(tape, DataType.FLOAT64, 1, 2);
            Variable h = random(tape, DataType.FLOAT64, 1, WIDTH);
            Variable noisy = new Recurrence(cell, new HiddenNoise(mode, additive, multiplicative))
                    .last(Pass.training(new SplittableRandom(3)), packed, x.broadcastTo(n, 2), h.broadcastTo(n, WIDTH));
            Variable base = cell.on(tape).next(x, h, StepNoise.none());
            for (int j = 0; j < WIDTH; j++) {
                double moved = base.value().get(0, j) - h.value().get(0, j);
                double drift = moved / TIME;
                double mean = moment(noisy, j, value -> value);
                double variance = moment(noisy, j, value -> (value - mean) * (value - mean));
                double strength = additive + multiplicative * drift;
                double expectedMean = switch (mode) {
                    case RELEASED -> h.value().get(0, j) + moved * (1 - multiplicative / 2);
                    case EULER_MARUYAMA -> base.value().get(0, j);
                };
                double expected = switch (mode) {
                    case RELEASED -> additive * additive + moved * moved * multiplicative * multiplicative / 12;
                    case EULER_MARUYAMA -> TIME * strength * strength;
                };
                assertThat(mean).isCloseTo(expectedMean, within(5 * Math.sqrt(expected / n) + 1e-12));
                assertThat(variance).isCloseTo(expected, within(0.04 * expected + 1e-12));
            }
        }
    }

    /** The same for every pair of units and of steps: no two draws are one. */
    @Test
    void drawsOfUnitsStepsSequencesAndSeedsAreUncorrelated() {
        int n = 20_000;
        int[] lengths = new int[n];
        Arrays.fill(lengths, 2);
        PackedSequences packed = PackedSequences.of(lengths);
        try (TensorScope scope = TensorScope.open()) {
            Tape tape = new Tape(scope);
            Variable shape = tape.constant(Tensor.zeros(scope, DataType.FLOAT64, n, 5));
            HiddenNoise levels = new HiddenNoise(NoiseMode.RELEASED, 1, 0.5);
            NoiseSource source = new NoiseSource(levels, 9, packed);
            Variable draws = source.normal(shape, 0, 0)
                    .concatColumns(
                            source.normal(shape, 0, 5),
                            source.normal(shape, 1, 0),
                            new NoiseSource(levels, 10, packed).normal(shape, 0, 0),
                            source.uniform(shape, 0, 0).times(2).plus(-1));
            Variable covariance = draws.matmul(draws, true, false).times(1.0 / n);
            for (int i = 0; i < 25; i++) {
                for (int j = 0; j < 25; j++) {
                    double expected = i != j ? 0 : i < 20 ? 1 : 1.0 / 3;
                    assertThat(covariance.value().get(i, j)).as("%d, %d", i, j).isCloseTo(expected, within(0.05));
                }
            }
            double[] first = source.normal(shape, 0, 0).value().toDoubles();
            assertThat(source.normal(shape, 0, 0).value().toDoubles()).isEqualTo(first);
            assertThat(Arrays.stream(first).map(v -> v * v * v * v).average().orElseThrow())
                    .isCloseTo(3, within(0.15));
        }
    }

    @ParameterizedTest
    @EnumSource
    void gradientsThroughNoiseAgreeWithFiniteDifferences(NoiseMode mode) {
        PackedSequences packed = PackedSequences.of(3, 2);
        try (TensorScope scope = TensorScope.open();
                LipschitzCell cell = lipschitz(DataType.FLOAT64)) {
            Recurrence recurrence = new Recurrence(cell, new HiddenNoise(mode, 0.1, 0.4));
            assertGradients(
                    random,
                    inputs -> lastStates(recurrence, packed, inputs.getFirst()),
                    Matrix.random(random, packed.total(), 2, -1, 1));

            Tape tape = new Tape(scope);
            Variable events = random(tape, DataType.FLOAT64, packed.total(), 2);
            Parameter sizes = cell.parameters().getLast();
            Tensor found = tape.gradients(
                            lastStates(recurrence, packed, events).square().sum(), List.of(sizes.on(tape)), false)
                    .getFirst()
                    .value();
            double[] values = sizes.tensor().toDoubles();
            for (int unit = 0; unit < WIDTH; unit++) {
                double[] losses = new double[2];
                for (int side = 0; side < 2; side++) {
                    double[] moved = values.clone();
                    moved[unit] += side == 0 ? 1e-5 : -1e-5;
                    sizes.tensor().assign(moved);
                    losses[side] = lastStates(recurrence, packed, events)
                            .square()
                            .sum()
                            .scalar();
                }
                sizes.tensor().assign(values);
                assertThat(found.get(0, unit)).isCloseTo((losses[0] - losses[1]) / 2e-5, within(1e-7));
            }
        }
    }

    @Test
    void aFullySkewMatrixIsSkewExactlyAndOthersHaveTheirSymmetricPart() {
        try (TensorScope scope = TensorScope.open()) {
            Tape tape = new Tape(scope);
            Variable free = random(tape, DataType.FLOAT32, 7, 7);
            Variable skew = new StructuredMatrix(1, 0).of(free);
            assertThat(skew.plus(skew.transpose()).value().toFloats()).containsOnly(0f);
            assertThat(skew.value().toFloats()).isNotEqualTo(new float[49]);

            Variable mixed = new StructuredMatrix(0.7, 0.3).of(free);
            Tensor symmetric = mixed.plus(mixed.transpose()).times(0.5).value();
            for (int i = 0; i < 7; i++) {
                for (int j = 0; j < 7; j++) {
                    double expected =
                            0.3 * (free.value().get(i, j) + free.value().get(j, i)) - (i == j ? 0.3 : 0);
                    assertThat(symmetric.get(i, j)).isCloseTo(expected, within(1e-6));
                }
            }
        }
    }

    @Test
    void levelsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new HiddenNoise(NoiseMode.RELEASED, -1, 0))
                .hasMessageContaining("additive noise (-1.0)");
        assertThatThrownBy(() -> new HiddenNoise(NoiseMode.RELEASED, 0, 1.5)).hasMessageContaining("at most 1");
        assertThatThrownBy(() -> new HiddenNoise(NoiseMode.EULER_MARUYAMA, 0, Double.NaN))
                .hasMessageContaining("multiplicative noise (NaN)");
        try (RecurrentCell cell = Cells.REVERSIBLE_GRU.create(DataType.FLOAT32)) {
            assertThatThrownBy(() -> new Recurrence(cell, new HiddenNoise(NoiseMode.RELEASED, 0.1, 0.1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("step size");
        }
    }

    private static Variable lastStates(Recurrence recurrence, PackedSequences packed, Variable events) {
        return recurrence.last(
                Pass.training(new SplittableRandom(2)),
                packed,
                events,
                recurrence.zeroState(events.tape(), packed.sequences()));
    }

    private static double moment(Variable states, int column, DoubleUnaryOperator of) {
        double sum = 0;
        for (int row = 0; row < states.rows(); row++) {
            sum += of.applyAsDouble(states.value().get(row, column));
        }
        return sum / states.rows();
    }

    private LipschitzCell lipschitz(DataType type) {
        LipschitzCell cell = LipschitzCell.create(
                "cell", type, 2, WIDTH, TIME, new StructuredMatrix(0.75, 0.1), new StructuredMatrix(0.6, 0.2), random);
        for (Parameter parameter : cell.parameters().subList(0, 2)) {
            parameter.tensor().assign(random.doubles(WIDTH * WIDTH, -0.5, 0.5).toArray());
        }
        return cell;
    }

    private Variable random(Tape tape, DataType type, int rows, int columns) {
        return tape.constant(Tensor.of(
                tape.scope(),
                type,
                rows,
                columns,
                random.doubles((long) rows * columns, -1, 1).toArray()));
    }
}
