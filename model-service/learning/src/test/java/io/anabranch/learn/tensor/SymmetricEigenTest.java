package io.anabranch.learn.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SymmetricEigenTest {

    @Test
    void valuesAreThoseThatAreKnown() {
        double[][] matrix = {{2, 1}, {1, 2}};
        SymmetricEigen eigen = SymmetricEigen.of(matrix, new double[][] {{1, 1}, {1, -1}});
        assertThat(eigen.values()[0]).isCloseTo(1, within(1e-15));
        assertThat(eigen.values()[1]).isCloseTo(3, within(1e-15));
        assertThat(Math.abs(eigen.rows()[0][1])).isCloseTo(Math.sqrt(2), within(1e-15));
        assertThat(eigen.rows()[0][0]).isCloseTo(0, within(1e-15));
        assertThat(Math.abs(eigen.rows()[1][0])).isCloseTo(Math.sqrt(2), within(1e-15));
        assertThat(matrix).isDeepEqualTo(new double[][] {{2, 1}, {1, 2}});
        assertThat(SymmetricEigen.of(new double[0][0], new double[0][]).values())
                .isEmpty();
        assertThat(SymmetricEigen.of(new double[][] {{-7}}, new double[][] {{3}})
                        .values())
                .containsExactly(-7);
    }

    /** The path graph's Laplacian: 2 - 2 cos(k π / n). */
    @Test
    void valuesOfAPathAreItsCosines() {
        int n = 50;
        double[][] path = new double[n][n];
        for (int i = 0; i + 1 < n; i++) {
            path[i][i]++;
            path[i + 1][i + 1]++;
            path[i][i + 1]--;
            path[i + 1][i]--;
        }
        double[] values = SymmetricEigen.of(path, new double[0][]).values();
        for (int k = 0; k < n; k++) {
            assertThat(values[k]).isCloseTo(2 - 2 * Math.cos(k * Math.PI / n), within(1e-13));
        }
    }

    /** A = V diag(values) Vᵀ and Vᵀ V = I, for matrices that are dense, of low rank, diagonal, blocks, and zero. */
    @Test
    void theFactorsGiveTheMatrixBack() {
        SplittableRandom random = new SplittableRandom(5);
        for (int n : new int[] {1, 2, 3, 7, 30}) {
            for (int rank : new int[] {n, Math.max(1, n / 3), 0}) {
                for (boolean sparse : new boolean[] {false, true}) {
                    assertGivenBack(random(random, n, rank, sparse));
                }
            }
        }
        assertGivenBack(new double[][] {{4, 0, 0, 0}, {0, -1, 2, 0}, {0, 2, -1, 0}, {0, 0, 0, 4}});
    }

    private static double[][] random(SplittableRandom random, int n, int rank, boolean sparse) {
        double[][] matrix = new double[n][n];
        for (int k = 0; k < rank; k++) {
            double[] vector = random.doubles(n, -1, 1).toArray();
            double sign = k % 3 == 2 ? -1 : 1;
            for (int i = 0; i < n; i++) {
                vector[i] = sparse && (i + k) % 4 != 0 ? 0 : vector[i];
            }
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    matrix[i][j] += sign * Math.pow(10, -k) * vector[i] * vector[j];
                }
            }
        }
        return matrix;
    }

    private static void assertGivenBack(double[][] matrix) {
        int n = matrix.length;
        double[][] identity = new double[n][n];
        for (int i = 0; i < n; i++) {
            identity[i][i] = 1;
        }
        SymmetricEigen eigen = SymmetricEigen.of(matrix, identity);
        assertThat(eigen.values()).isSorted();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double product = 0;
                double scalar = 0;
                for (int k = 0; k < n; k++) {
                    product += eigen.rows()[i][k] * eigen.values()[k] * eigen.rows()[j][k];
                    scalar += eigen.rows()[k][i] * eigen.rows()[k][j];
                }
                assertThat(product).isCloseTo(matrix[i][j], within(1e-13 * n));
                assertThat(scalar).isCloseTo(i == j ? 1 : 0, within(1e-13 * n));
            }
        }
    }

    @Test
    void refusesWhatHasNoValues() {
        assertThatThrownBy(() -> SymmetricEigen.of(new double[][] {{1, 2}}, new double[0][]))
                .hasMessage("The matrix of (1) rows has (2) columns in row (0).");
        double[][] broken = {{1, Double.NaN, 0}, {Double.NaN, 1, 0}, {0, 0, 1}};
        assertThatThrownBy(() -> SymmetricEigen.of(broken, new double[0][]))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("not finite");
    }
}
