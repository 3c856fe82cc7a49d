package io.anabranch.learn.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RowProductsTest {

    /** Around the widths and heights at which other loops take over. */
    @Test
    void everySumGoesFromFirstToLastWhereverItsRowAndColumnLie() {
        SplittableRandom random = new SplittableRandom(41);
        for (int run = 0; run < 300; run++) {
            int rows = random.nextInt(1, 11);
            int inner = random.nextInt(1, 20);
            int columns = random.nextInt(1, 150);
            float[] x = floats(random, rows * inner);
            float[] w = floats(random, inner * columns);
            float[] expected = new float[rows * columns];
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    float sum = 0;
                    for (int k = 0; k < inner; k++) {
                        sum = Math.fma(x[row * inner + k], w[k * columns + column], sum);
                    }
                    expected[row * columns + column] = sum;
                }
            }
            float[] found = new float[rows * columns];
            RowProducts.multiply(x, rows, w, inner, columns, found);
            assertThat(found).isEqualTo(expected);
            try (TensorScope scope = TensorScope.open()) {
                assertThat(RowProducts.multiply(
                                        scope, Tensor.of(scope, rows, inner, x), Tensor.of(scope, inner, columns, w))
                                .toFloats())
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void doublesAreMultipliedLikewise() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor x = Tensor.of(scope, 2, 3, new double[] {1, 2, 3, -1, 0.5, 2});
            Tensor w = Tensor.of(scope, 3, 2, new double[] {1, 0, 2, 1, -1, 4});
            assertThat(RowProducts.multiply(scope, x, w).toDoubles()).containsExactly(2, 14, -2, 8.5);
        }
    }

    @Test
    void shapesThatDoNotFitAreRefused() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor x = Tensor.zeros(scope, DataType.FLOAT32, 2, 3);
            assertThatThrownBy(() -> RowProducts.multiply(scope, x, x))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("3 ≠ 2");
        }
    }

    private static float[] floats(SplittableRandom random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextDouble(-2, 2);
        }
        return values;
    }
}
