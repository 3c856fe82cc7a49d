package io.anabranch.serve.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ScoresTest {

    private static float[] random(SplittableRandom random, int width) {
        float[] values = new float[width];
        for (int i = 0; i < width; i++) {
            values[i] = (float) random.nextDouble(-3, 3);
        }
        return values;
    }

    @Test
    void theBitsAreThoseOfEightPartialSumsOnAnyMachine() {
        SplittableRandom random = new SplittableRandom(7);
        for (int width = 1; width <= 70; width++) {
            float[] a = random(random, width);
            float[] b = random(random, width);
            double[] products = new double[8];
            double[] squares = new double[8];
            for (int i = 0; i < width; i++) {
                products[i % 8] += (double) a[i] * (double) b[i];
                double gap = (double) a[i] - (double) b[i];
                squares[i % 8] += gap * gap;
            }
            assertThat(Scores.dot(a, b)).isEqualTo(tree(products)).isEqualTo(Scores.dotPlain(a, b));
            assertThat(Scores.squaredDistance(a, b)).isEqualTo(tree(squares)).isEqualTo(Scores.distancePlain(a, b));
        }
    }

    private static double tree(double[] s) {
        return ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
    }

    @Test
    void theValuesAreThoseOfExactArithmetic() {
        SplittableRandom random = new SplittableRandom(8);
        for (int width : new int[] {1, 7, 8, 9, 64, 100}) {
            float[] a = random(random, width);
            float[] b = random(random, width);
            BigDecimal dot = BigDecimal.ZERO;
            BigDecimal square = BigDecimal.ZERO;
            for (int i = 0; i < width; i++) {
                BigDecimal x = new BigDecimal(a[i]);
                BigDecimal y = new BigDecimal(b[i]);
                dot = dot.add(x.multiply(y));
                square = square.add(x.subtract(y).pow(2));
            }
            assertThat(Scores.dot(a, b)).isCloseTo(dot.doubleValue(), within(1e-12));
            assertThat(Scores.squaredDistance(a, b)).isCloseTo(square.doubleValue(), within(1e-11));
        }
    }

    @Test
    void theCosineOfAZeroVectorIsZero() {
        float[] zero = new float[3];
        float[] other = {1, 2, 3};
        assertThat(SimilarityMetric.COSINE.score(zero, SimilarityMetric.norm(zero), other))
                .isZero();
        assertThat(SimilarityMetric.COSINE.score(other, SimilarityMetric.norm(other), zero))
                .isZero();
        assertThat(SimilarityMetric.COSINE.score(other, SimilarityMetric.norm(other), other))
                .isCloseTo(1, within(1e-15));
        assertThat(SimilarityMetric.EUCLIDEAN.rank(2)).isLessThan(SimilarityMetric.EUCLIDEAN.rank(1));
    }
}
