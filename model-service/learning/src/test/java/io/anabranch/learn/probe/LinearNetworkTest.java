package io.anabranch.learn.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class LinearNetworkTest {

    private static final Reference REFERENCE = Reference.read();
    private static final double DT = 1e-4;

    private record Run(String name, int hops, boolean allHops) {
        LinearNetwork network() {
            return REFERENCE.network(name, hops, allHops);
        }
    }

    private static final List<Run> RUNS = List.of(
            new Run("one", 1, false),
            new Run("two", 2, false),
            new Run("two_all", 2, true),
            new Run("three_all", 3, true));

    @TestFactory
    Stream<DynamicTest> descentIsThatOfTheReferenceAndNeverAboveTheBound() {
        return RUNS.stream()
                .map(run -> DynamicTest.dynamicTest(run.name(), () -> {
                    LinearNetwork network = run.network();
                    double optimum = REFERENCE.number(run.name() + ".optimum");
                    double sigma = REFERENCE.number(run.name() + ".sigma");
                    double start = network.loss() - optimum;
                    double lambda = Double.POSITIVE_INFINITY;
                    for (int step = 0; step <= 20_000; step++) {
                        lambda = Math.min(lambda, network.lambda());
                        if (step % 100 == 0) {
                            double bound = start * Math.exp(-4 * lambda * sigma * step * DT);
                            assertThat(network.loss() - optimum)
                                    .as("step %d", step)
                                    .isLessThanOrEqualTo(bound * (1 + 1e-12));
                        }
                        if (step % 5_000 == 0) {
                            assertThat(network.loss() - optimum)
                                    .isCloseTo(REFERENCE.matrix(run.name() + ".gaps")[0][step / 5_000], within(1e-9));
                        }
                        network.step(DT);
                    }
                    assertThat(lambda).isPositive().isCloseTo(REFERENCE.number(run.name() + ".lambda"), within(1e-12));
                }));
    }

    @TestFactory
    Stream<DynamicTest> theLossFallsAsFastAsTheIdentitySays() {
        return RUNS.stream()
                .map(run -> DynamicTest.dynamicTest(run.name(), () -> {
                    LinearNetwork network = run.network();
                    for (int at = 0; at < 3; at++) {
                        double before = network.loss();
                        double decrease = network.decrease();
                        network.step(1e-6);
                        assertThat((before - network.loss()) / 1e-6)
                                .isCloseTo(decrease, Percentage.withPercentage(0.01));
                        for (int i = 0; i < 500; i++) {
                            network.step(DT);
                        }
                    }
                }));
    }

    /** The same network learns labels that the graph explains faster than the same labels on other vertices. */
    @Test
    void permutedLabelsAreLearntSlower() {
        // What hop 1 shows of the features, with little noise: the rows of G_1 span it.
        double[][] explained =
                Dense.product(new double[][] {{1, -1, 0.5, 0, 2}, {0, 1, 1, -1, 0}}, REFERENCE.matrix("G1"));
        double[][] permuted = new double[2][9];
        for (int k = 0; k < 2; k++) {
            for (int i = 0; i < 9; i++) {
                permuted[k][(i * 4 + 3) % 9] = explained[k][i];
            }
        }
        assertThat(left(permuted)).isGreaterThan(3 * left(explained));
    }

    /** The share of the loss that is left after one unit of time. */
    private static double left(double[][] labels) {
        LinearNetwork network = REFERENCE.network("one", 1, false, labels);
        double start = network.loss();
        for (int i = 0; i < 10_000; i++) {
            network.step(DT);
        }
        return network.loss() / start;
    }

    @Test
    void aNarrowLayerHasNoBound() {
        LinearNetwork narrow = new LinearNetwork(
                REFERENCE.hops(1),
                REFERENCE.matrix("Y"),
                false,
                List.<double[][]>of(new double[][] {{1, 2, 3, 4, 5}}),
                List.of(new double[2][5], new double[2][1]));
        assertThat(narrow.lambda()).isCloseTo(0, within(1e-12));
    }

    @Test
    void refusesPartsThatDoNotFit() {
        assertThatThrownBy(() -> new LinearNetwork(
                        REFERENCE.hops(2),
                        REFERENCE.matrix("Y"),
                        true,
                        List.of(),
                        List.<double[][]>of(new double[2][5])))
                .hasMessage(
                        "There are rows of (3) hops, (0) maps and (1) readouts; of H hops they are H + 1, H and H + 1.");
    }
}
