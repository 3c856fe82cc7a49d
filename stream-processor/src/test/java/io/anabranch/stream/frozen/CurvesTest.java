package io.anabranch.stream.frozen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class CurvesTest {
    private static final int N = 16;

    private interface Curve {
        void apply(float[] x, int at, int n);
    }

    @Test
    void logisticIsThatOfDoublePrecision() {
        assertCurve(Curves::logistic, x -> 1 / (1 + Math.exp(-x)));
        assertThat(at(Curves::logistic, 0)).isEqualTo(0.5f);
        assertThat(at(Curves::logistic, 60)).isEqualTo(1f);
        assertThat(at(Curves::logistic, 1000)).isEqualTo(1f);
        assertThat(at(Curves::logistic, -1000)).isBetween(0f, 1e-37f);
    }

    @Test
    void tangentIsThatOfDoublePrecision() {
        assertCurve(Curves::tanh, Math::tanh);
        assertThat(at(Curves::tanh, 30)).isEqualTo(1f);
        assertThat(at(Curves::tanh, -1000)).isEqualTo(-1f);
        // No cancellation near zero.
        for (float x = 1e-12f; x < 1; x *= 1.7f) {
            assertThat(at(Curves::tanh, x) / Math.tanh(x)).isBetween(1 - 3e-7, 1 + 3e-7);
            assertThat(at(Curves::tanh, -x) / Math.tanh(-x)).isBetween(1 - 3e-7, 1 + 3e-7);
        }
    }

    @Test
    void exponentialUnitIsThatOfDoublePrecision() {
        assertCurve(Curves::elu, x -> x > 0 ? x : Math.expm1(x));
        assertThat(at(Curves::elu, 1234.5f)).isEqualTo(1234.5f);
        assertThat(at(Curves::elu, -1234.5f)).isEqualTo(-1f);
        for (float x = 1e-12f; x < 0.5f; x *= 1.7f) {
            assertThat(at(Curves::elu, -x) / Math.expm1(-x)).isBetween(1 - 3e-7, 1 + 3e-7);
        }
    }

    /** Padding stays zero, and what is no number is not made one. */
    @Test
    void zeroStaysZeroAndNaNStaysNaN() {
        for (Curve curve : new Curve[] {Curves::tanh, Curves::elu}) {
            assertThat(at(curve, 0)).isZero();
            assertThat(at(curve, Float.NaN)).isNaN();
        }
        assertThat(at(Curves::logistic, Float.NaN)).isNaN();
    }

    @Test
    void nothingBesideIsTouched() {
        float[] row = new float[3 * N];
        Arrays.fill(row, 2f);
        Curves.tanh(row, N, N);
        for (int i = 0; i < N; i++) {
            assertThat(row[i]).isEqualTo(2f);
            assertThat(row[2 * N + i]).isEqualTo(2f);
        }
    }

    private static void assertCurve(Curve curve, DoubleUnaryOperator expected) {
        var random = new SplittableRandom(1);
        float[] row = new float[N];
        for (int round = 0; round < 20_000; round++) {
            float[] x = new float[N];
            for (int i = 0; i < N; i++) {
                x[i] = (float) (random.nextGaussian() * (round % 3 == 0 ? 30 : 2));
            }
            System.arraycopy(x, 0, row, 0, N);
            curve.apply(row, 0, N);
            for (int i = 0; i < N; i++) {
                double exact = expected.applyAsDouble(x[i]);
                if (!(Math.abs(row[i] - exact) <= 2.5e-7 * Math.max(1, Math.abs(exact)))) {
                    throw new AssertionError("%s: %s instead of %s".formatted(x[i], row[i], exact));
                }
            }
        }
    }

    private static float at(Curve curve, float x) {
        float[] row = new float[N];
        Arrays.fill(row, x);
        curve.apply(row, 0, N);
        for (float y : row) {
            assertThat(Float.floatToIntBits(y)).isEqualTo(Float.floatToIntBits(row[0]));
        }
        return row[0];
    }
}
