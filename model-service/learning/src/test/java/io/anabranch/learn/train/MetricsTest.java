package io.anabranch.learn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MetricsTest {

    private static final Offset<Double> EXACT = within(1e-12);

    @Test
    void accuracyCountsHits() {
        assertThat(Metrics.accuracy(new int[] {0, 1, 2, 2}, new int[] {0, 1, 1, 2}))
                .isEqualTo(0.75);
        assertThat(Metrics.accuracy(new int[0], new int[0])).isNaN();
    }

    @Test
    void macroF1IsTheMeanOverClasses() {
        // class 0: tp 1, predicted 2, actual 1 -> 2/3; class 1: tp 1, predicted 1, actual 2 -> 2/3; class 2: 1
        double f1 = Metrics.macroF1(new int[] {0, 0, 1, 2}, new int[] {0, 1, 1, 2}, 4);

        assertThat(f1).isCloseTo((2.0 / 3 + 2.0 / 3 + 1) / 3, EXACT);
    }

    @Test
    void multiLabelF1ByHand() {
        // rows: predicted {a}, {a, b}, {}; truth {a}, {b}, {b}
        boolean[] predicted = {true, false, true, true, false, false};
        boolean[] truth = {true, false, false, true, false, true};

        // all: tp 2, predicted 3, actual 3; a: tp 1, predicted 2, actual 1; b: tp 1, predicted 1, actual 2
        assertThat(Metrics.microF1(predicted, truth)).isCloseTo(2.0 / 3, EXACT);
        assertThat(Metrics.macroF1(predicted, truth, 2)).isCloseTo((2.0 / 3 + 2.0 / 3) / 2, EXACT);
    }

    @Test
    void aucCountsOrderedPairs() {
        // positives 0.9, 0.4; negatives 0.5, 0.1: three of four pairs in order
        assertThat(Metrics.rocAuc(new float[] {0.9f, 0.5f, 0.4f, 0.1f}, new boolean[] {true, false, true, false}))
                .isCloseTo(0.75, EXACT);
        assertThat(Metrics.rocAuc(new float[] {1, 1, 1}, new boolean[] {true, false, true}))
                .isCloseTo(0.5, EXACT);
        assertThat(Metrics.rocAuc(new float[] {1, 2}, new boolean[] {true, true}))
                .isNaN();
        assertThat(Metrics.rocAuc(new float[] {-2, -1, 3}, new boolean[] {false, true, true}))
                .isCloseTo(1, EXACT);
    }

    @Test
    void averagePrecisionStepsThroughThePositives() {
        // found at places 1 and 3: (1/1 + 2/3) / 2
        assertThat(Metrics.averagePrecision(
                        new float[] {0.9f, 0.5f, 0.4f, 0.1f}, new boolean[] {true, false, true, false}))
                .isCloseTo((1 + 2.0 / 3) / 2, EXACT);
        // tie: both rows of 0.5 enter together, precision 2/3 for the second positive
        assertThat(Metrics.averagePrecision(new float[] {0.9f, 0.5f, 0.5f}, new boolean[] {true, false, true}))
                .isCloseTo((1 + 2.0 / 3) / 2, EXACT);
        assertThat(Metrics.averagePrecision(new float[] {1}, new boolean[] {false}))
                .isNaN();
    }

    @Test
    void reciprocalRankTakesTheMeanRankOfTies() {
        // ranks 1 (no rival above), 3 (two above), 2 (one above or equal on either side: 1 + 0.5 + 0.5)
        double mrr = Metrics.meanReciprocalRank(new float[] {3, 1, 2}, new float[] {1, 2, 2, 3, 2, 2});

        assertThat(mrr).isCloseTo((1 + 1.0 / 3 + 1.0 / 2) / 3, EXACT);
        assertThat(Metrics.meanReciprocalRank(new float[0], new float[0])).isNaN();
        assertThatThrownBy(() -> Metrics.meanReciprocalRank(new float[2], new float[3]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rmseByHand() {
        assertThat(Metrics.rmse(new double[] {1, 2, 3}, new double[] {1, 4, 7})).isCloseTo(Math.sqrt(20.0 / 3), EXACT);
    }

    @Test
    void aucEqualsTheCountOverAllPairs() {
        SplittableRandom random = new SplittableRandom(7);
        for (int run = 0; run < 50; run++) {
            int rows = 2 + random.nextInt(40);
            float[] scores = new float[rows];
            boolean[] positive = new boolean[rows];
            for (int i = 0; i < rows; i++) {
                scores[i] = random.nextInt(10) - 5;
                positive[i] = i == 0 || i != 1 && random.nextBoolean();
            }
            double ordered = 0;
            double pairs = 0;
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < rows; j++) {
                    if (positive[i] && !positive[j]) {
                        pairs++;
                        ordered += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                    }
                }
            }
            assertThat(Metrics.rocAuc(scores, positive)).isCloseTo(ordered / pairs, EXACT);
        }
    }

    @Test
    void refusesArraysOfDifferentLengths() {
        assertThatThrownBy(() -> Metrics.accuracy(new int[1], new int[2])).hasMessageContaining("(1) predictions");
    }
}
