package io.anabranch.stream.frozen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The vector kernels against plain double loops, at widths around every tile edge. */
class KernelTest {
    private static final int[] WIDTHS = {1, 7, 15, 16, 17, 40, 64, 65, 100, 130};
    private final SplittableRandom random = new SplittableRandom(3);

    @Test
    void productEqualsThePlainLoop() {
        for (int in : WIDTHS) {
            for (int out : WIDTHS) {
                int stride = Rows.stride(out);
                float[] x = Snapshots.gaussians(random, in + 3, 1);
                x[3] = 0;
                float[] matrix = Snapshots.gaussians(random, in * out, 1);
                float[] result = new float[stride + 5];
                Products.row(x, 3, in, Rows.pad(matrix, in, out), stride, result, 5);
                for (int j = 0; j < out; j++) {
                    double expected = 0;
                    double size = 1;
                    for (int k = 0; k < in; k++) {
                        expected += (double) x[3 + k] * matrix[k * out + j];
                        size += Math.abs((double) x[3 + k] * matrix[k * out + j]);
                    }
                    assertThat(Math.abs(result[5 + j] - expected) / size).isLessThan(1e-6);
                }
                for (int j = out; j < stride; j++) {
                    assertThat(result[5 + j]).isZero();
                }
            }
        }
    }

    @Test
    void rowOperationsEqualThePlainLoop() {
        for (int width : WIDTHS) {
            int n = Rows.stride(width);
            float[] x = Snapshots.gaussians(random, n + 1, 1);
            float[] y = Snapshots.gaussians(random, n + 2, 1);
            float[] sum = y.clone();
            Rows.add(x, 1, sum, 2, n);
            float[] scaled = y.clone();
            Rows.axpy(0.75f, x, 1, scaled, 2, n);
            float[] difference = new float[n];
            Rows.subtract(x, 1, y, 2, difference, 0, n);
            float[] combined = new float[n];
            Rows.combine(-1.5f, x, 1, y, 2, combined, 0, n);
            float[] rectified = y.clone();
            Rows.rectify(rectified, 2, rectified, 2, n);
            float[] product = y.clone();
            Rows.scale(3f, product, 2, n);
            for (int i = 0; i < n; i++) {
                assertThat(sum[2 + i]).isEqualTo(y[2 + i] + x[1 + i]);
                assertThat(scaled[2 + i]).isEqualTo(Math.fma(0.75f, x[1 + i], y[2 + i]));
                assertThat(difference[i]).isEqualTo(x[1 + i] - y[2 + i]);
                assertThat(combined[i]).isEqualTo(Math.fma(-1.5f, x[1 + i], y[2 + i]));
                assertThat(rectified[2 + i]).isEqualTo(Math.max(y[2 + i], 0f));
                assertThat(product[2 + i]).isEqualTo(3f * y[2 + i]);
            }
        }
    }

    @Test
    void sameComparesBits() {
        float[] x = {0, 1, 2, 3};
        float[] y = {9, 1, 2, 3};
        assertThat(Rows.same(x, 1, y, 1, 3)).isTrue();
        assertThat(Rows.same(x, 0, y, 0, 4)).isFalse();
    }

    @Test
    void manyRowsHaveTheBitsOfEachAlone() {
        int rows = 7;
        for (int in : WIDTHS) {
            for (int out : WIDTHS) {
                int stride = Rows.stride(out);
                float[] x = Snapshots.gaussians(random, rows * (in + 3), 1);
                // Two rows of a tile are sparse: zeros may be skipped, which must not show.
                java.util.Arrays.fill(x, 0, in - 1, 0f);
                float[] w = Rows.pad(Snapshots.gaussians(random, in * out, 1), in, out);
                float[] together = new float[rows * stride];
                float[] alone = new float[stride];
                Products.rows(x, 0, in + 3, rows, in, w, stride, together, 0, stride);
                for (int r = 0; r < rows; r++) {
                    Products.row(x, r * (in + 3), in, w, stride, alone, 0);
                    assertThat(java.util.Arrays.copyOfRange(together, r * stride, (r + 1) * stride))
                            .isEqualTo(alone);
                }
            }
        }
    }
}
