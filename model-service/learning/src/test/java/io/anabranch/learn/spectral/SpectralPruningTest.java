package io.anabranch.learn.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The exact tests T1 to T5 of spectral pruning, and what users can get wrong. */
class SpectralPruningTest {

    private static final double TAU = 1e-10;

    /** T1: of eight units three are copies. Five that are chosen greedily are one of each, and answer as all eight do. */
    @Test
    void copiesAreLeftOutWithoutATrace() {
        TanhNetwork whole = TanhNetwork.withCopies(5, 3, new SplittableRandom(7));
        double[][] inputs = inputs(500, new SplittableRandom(8));
        double[][] states = whole.states(inputs);
        KeptUnits kept = greedy(whole, states, 5);

        assertThat(Arrays.stream(kept.units()).map(unit -> unit % 5).distinct().count())
                .isEqualTo(5);
        assertThat(whole.distance(whole.pruned(kept, true), inputs)).isLessThan(1e-7);
        assertThat(whole.distance(whole.pruned(kept, false), inputs)).isGreaterThan(0.1);
    }

    /** T1: four cannot stand for five. */
    @Test
    void oneUnitTooFewIsSeen() {
        TanhNetwork whole = TanhNetwork.withCopies(5, 3, new SplittableRandom(7));
        double[][] inputs = inputs(500, new SplittableRandom(8));
        KeptUnits kept = greedy(whole, whole.states(inputs), 4);

        assertThat(whole.distance(whole.pruned(kept, true), inputs)).isGreaterThan(0.1);
    }

    /** T2. */
    @Test
    void statesOfRankFourAreGivenBackByFourUnits() {
        double[][] states = ofRank(4, 9, 400, new SplittableRandom(3));
        double[][] moments = moments(states);
        KeptUnits kept = pruning(9, 1, 1e-9).choose(moments, 4, UnitStrategy.GREEDY, new double[9], 0);

        double worst = 0;
        for (double[] state : states) {
            for (int i = 0; i < state.length; i++) {
                double back = 0;
                for (int k = 0; k < kept.count(); k++) {
                    back += kept.reconstruction()[i][k] * state[kept.units()[k]];
                }
                worst = Math.max(worst, Math.abs(back - state[i]));
            }
        }
        assertThat(worst).isLessThan(1e-6);
        assertThat(SpectralPruning.degreesOfFreedom(moments, 1e-6)).isCloseTo(4, within(1e-4));
    }

    /** T3. */
    @Test
    void allUnitsGiveBackThemselves() {
        double[][] moments = moments(ofRank(6, 6, 100, new SplittableRandom(4)));
        KeptUnits kept = pruning(6, 0.5, 1e-14).choose(moments, 6, UnitStrategy.GREEDY, new double[6], 0);

        for (int i = 0; i < 6; i++) {
            for (int k = 0; k < 6; k++) {
                assertThat(kept.reconstruction()[i][k]).isCloseTo(i == k ? 1 : 0, within(1e-9));
            }
        }
    }

    /** T4. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 1})
    void moreUnitsLoseLess(double theta) {
        double[][] moments = moments(ofRank(12, 12, 300, new SplittableRandom(5)));
        SpectralPruning pruning = pruning(12, theta, 1e-3);
        double before = Double.POSITIVE_INFINITY;
        for (int count = 1; count <= 12; count++) {
            KeptUnits kept = pruning.choose(moments, count, UnitStrategy.GREEDY, new double[12], 0);
            double loss = theta * kept.inputLoss() + (1 - theta) * kept.outputLoss();
            assertThat(loss).isLessThan(before);
            before = loss;
        }
    }

    /** T5: the traces are the least squares that they stand for, with A put in. */
    @Test
    void theTracesAreLeastSquares() {
        int m = 8;
        double tau = 0.02;
        SplittableRandom random = new SplittableRandom(6);
        double[][] states = ofRank(m, m, 200, random);
        double[][] reader = new double[m][3];
        for (double[] row : reader) {
            Arrays.setAll(row, i -> random.nextGaussian());
        }
        SpectralPruning pruning = new SpectralPruning(SpectralPruning.readers(List.<double[][]>of(reader)), 0.5, tau);
        KeptUnits kept = pruning.kept(moments(states), new int[] {0, 2, 5, 7});

        assertThat(kept.inputLoss()).isCloseTo(squares(states, kept, identity(m), tau), within(1e-12));
        assertThat(kept.outputLoss()).isCloseTo(squares(states, kept, reader, tau), within(1e-12));
    }

    /** The mean of |Z (h - A h_J)|² and τ |Z A|². */
    private static double squares(double[][] states, KeptUnits kept, double[][] reader, double tau) {
        double[][] through = kept.reading(reader);
        double sum = 0;
        for (double[] state : states) {
            for (int o = 0; o < reader[0].length; o++) {
                double error = 0;
                for (int i = 0; i < state.length; i++) {
                    error += state[i] * reader[i][o];
                }
                for (int k = 0; k < kept.count(); k++) {
                    error -= state[kept.units()[k]] * through[k][o];
                }
                sum += error * error / states.length;
            }
        }
        for (double[] row : through) {
            for (double value : row) {
                sum += tau * value * value;
            }
        }
        return sum;
    }

    @ParameterizedTest
    @EnumSource(UnitStrategy.class)
    void everyStrategyChoosesAsManyDistinctUnits(UnitStrategy strategy) {
        double[][] moments = moments(ofRank(9, 9, 200, new SplittableRandom(9)));
        double[] magnitudes = {1, 9, 2, 8, 3, 7, 4, 6, 5};
        KeptUnits kept = pruning(9, 0.5, 1e-6).choose(moments, 4, strategy, magnitudes, 3);

        assertThat(kept.units()).hasSize(4).doesNotHaveDuplicates().isSorted();
        if (strategy == UnitStrategy.MAGNITUDE) {
            assertThat(kept.units()).containsExactly(1, 3, 5, 7);
        }
    }

    /** Eigenvalues of what is written down here: leverage of a diagonal Σ is s / (s + λ). */
    @Test
    void leverageAndDegreesOfFreedomOfADiagonal() {
        double[][] moments = {{4, 0, 0}, {0, 1, 0}, {0, 0, 0}};

        assertThat(SpectralPruning.leverage(moments, 1)).containsExactly(new double[] {0.8, 0.5, 0}, within(1e-12));
        assertThat(SpectralPruning.degreesOfFreedom(moments, 1)).isCloseTo(1.3, within(1e-12));
    }

    @Test
    void momentsAreMeansAndForgetWhenTheyShould() {
        SecondMoments all = SecondMoments.of(2);
        SecondMoments last = SecondMoments.forgetting(2, 0.5);
        for (float[] state : new float[][] {{9, 1, 2}, {9, 3, -4}}) {
            all.add(state, 1);
            last.add(state, 1);
        }

        assertThat(all.matrix()).isDeepEqualTo(new double[][] {{5, -5}, {-5, 10}});
        // Weights 1/2 and 1.
        assertThat(last.matrix()[0][0]).isCloseTo((0.5 * 1 + 9) / 1.5, within(1e-12));
        assertThat(last.matrix()[1][0]).isCloseTo((0.5 * 2 - 12) / 1.5, within(1e-12));
        assertThat(all.block(1, 2)).isDeepEqualTo(new double[][] {{10}});
        assertThat(all.count()).isEqualTo(2);
    }

    @Test
    void whatCannotBeAskedIsNamed() {
        double[][] moments = {{1, 0}, {0, 1}};
        assertThatThrownBy(() -> SecondMoments.of(2).matrix())
                .hasMessage("No state was seen yet: there are no moments.");
        assertThatThrownBy(() -> SecondMoments.of(0)).hasMessage("The number of units (0) must be at least 1.");
        assertThatThrownBy(() -> SecondMoments.forgetting(2, 1))
                .hasMessage("The share that is forgotten per state (1.0) must be from 0 to less than 1.");
        assertThatThrownBy(() -> pruning(2, 1, 0)).hasMessage("The ridge (0.0) must be more than 0.");
        assertThatThrownBy(() -> pruning(2, 2, 1))
                .hasMessage("The share (2.0) of the input's loss must be from 0 to 1.");
        assertThatThrownBy(() -> pruning(2, 1, 1).choose(moments, 3, UnitStrategy.GREEDY, new double[2], 0))
                .hasMessage("The number of units (3) that stay must be from 1 to (2).");
        assertThatThrownBy(() -> SpectralPruning.degreesOfFreedom(moments, 0))
                .hasMessage("The scale (0.0) must be more than 0.");
    }

    private static KeptUnits greedy(TanhNetwork network, double[][] states, int count) {
        SpectralPruning pruning = new SpectralPruning(SpectralPruning.readers(network.readers()), 0.5, TAU);
        return pruning.choose(moments(states), count, UnitStrategy.GREEDY, new double[states[0].length], 0);
    }

    private static SpectralPruning pruning(int units, double theta, double tau) {
        return new SpectralPruning(identity(units), theta, tau);
    }

    private static double[][] identity(int n) {
        double[][] identity = new double[n][n];
        for (int i = 0; i < n; i++) {
            identity[i][i] = 1;
        }
        return identity;
    }

    private static double[][] moments(double[][] states) {
        int m = states[0].length;
        double[][] moments = new double[m][m];
        for (double[] state : states) {
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < m; j++) {
                    moments[i][j] += state[i] * state[j] / states.length;
                }
            }
        }
        return moments;
    }

    private static double[][] ofRank(int rank, int units, int count, SplittableRandom random) {
        double[][] mix = new double[rank][units];
        for (double[] row : mix) {
            Arrays.setAll(row, i -> random.nextGaussian());
        }
        double[][] states = new double[count][units];
        for (double[] state : states) {
            for (double[] row : mix) {
                double factor = random.nextGaussian();
                for (int i = 0; i < units; i++) {
                    state[i] += factor * row[i];
                }
            }
        }
        return states;
    }

    private static double[][] inputs(int count, SplittableRandom random) {
        double[][] inputs = new double[count][2];
        for (double[] input : inputs) {
            Arrays.setAll(input, i -> random.nextGaussian());
        }
        return inputs;
    }
}
