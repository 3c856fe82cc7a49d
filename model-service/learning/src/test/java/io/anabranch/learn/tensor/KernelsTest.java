package io.anabranch.learn.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.testkit.Randomized;
import io.anabranch.learn.autodiff.DenseMap;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Kernels by hand, and the two precisions against each other at widths around those of a vector. */
class KernelsTest {

    private final TensorScope scope = TensorScope.open();

    @AfterEach
    void close() {
        scope.close();
    }

    private Tensor matrix(int rows, int columns, double... values) {
        return Tensor.of(scope, rows, columns, values);
    }

    @Test
    void neighbourSumsByHand() {
        // Row 0 takes column 1 twice and column 2; row 1 takes nothing; row 2 takes column 0.
        SparsePattern pattern = new SparsePattern(3, 3, new int[] {0, 3, 3, 4}, new int[] {1, 2, 1, 0});
        SparseMatrix matrix = new SparseMatrix(pattern, new float[] {1, 10, 2, -1});
        Tensor x = matrix(3, 2, 1, 2, 3, 4, 5, 6);

        assertThat(SparseProducts.multiply(scope, matrix, x).toDoubles()).containsExactly(59, 72, 0, 0, -1, -2);
        assertThat(SparseProducts.aggregate(scope, pattern, matrix(4, 1, 1, 10, 2, -1), x)
                        .toDoubles())
                .containsExactly(59, 72, 0, 0, -1, -2);
        assertThat(SparseProducts.multiply(scope, matrix.transposed(), x).toDoubles())
                .containsExactly(-5, -6, 3, 6, 10, 20);
        assertThat(SparseProducts.edgeDot(scope, pattern, x, x).toDoubles()).containsExactly(11, 17, 11, 17);
        assertThat(matrix.transposed().transposed()).isSameAs(matrix);
    }

    @Test
    void rowsAndColumnsByHand() {
        Tensor x = matrix(2, 3, 1, 2, 3, 4, 5, 6);

        assertThat(Rows.gather(scope, x, new int[] {1, 1, 0}).toDoubles()).containsExactly(4, 5, 6, 4, 5, 6, 1, 2, 3);
        assertThat(Rows.scatterAdd(scope, x, 3, new int[] {2, 2}).toDoubles())
                .containsExactly(0, 0, 0, 0, 0, 0, 5, 7, 9);
        assertThat(Rows.dot(scope, x, x).toDoubles()).containsExactly(14, 77);
        assertThat(Products.transpose(scope, x).toDoubles()).containsExactly(1, 4, 2, 5, 3, 6);
        assertThat(Columns.concat(scope, List.of(x, matrix(2, 1, 8, 9))).toDoubles())
                .containsExactly(1, 2, 3, 8, 4, 5, 6, 9);
        assertThat(Columns.slice(scope, x, 1, 3).toDoubles()).containsExactly(2, 3, 5, 6);
        assertThat(Columns.pad(scope, matrix(2, 1, 8, 9), 1, 3).toDoubles()).containsExactly(0, 8, 0, 0, 9, 0);
        assertThat(Reductions.sumTo(scope, x, 2, 1).toDoubles()).containsExactly(6, 15);
        assertThat(Reductions.sumTo(scope, x, 1, 3).toDoubles()).containsExactly(5, 7, 9);
    }

    @Test
    void functionsAreSafeAtTheirEnds() {
        Tensor ends = matrix(1, 3, -800, 0, 800);

        assertThat(Elementwise.softplus(scope, ends).toDoubles()).containsExactly(0, Math.log(2), 800);
        assertThat(Elementwise.sigmoid(scope, ends).toDoubles()).containsExactly(0, 0.5, 1);
        assertThat(Rows.softmax(scope, ends).toDoubles()).containsExactly(0, 0, 1);
        assertThat(Rows.logSoftmax(scope, ends).toDoubles()).containsExactly(-1600, -800, 0);
        assertThat(Elementwise.relu(scope, ends).toDoubles()).containsExactly(0, 0, 800);
        assertThat(Elementwise.gate(scope, matrix(1, 3, 5, 6, 7), ends).toDoubles())
                .containsExactly(0, 0, 7);
    }

    @Randomized(runs = 40)
    void singleAndDoublePrecisionAgree(RandomGenerator random) {
        int n = 1 + random.nextInt(20);
        int width = 1 + random.nextInt(40);
        float[] a = values(random, n * width);
        float[] b = values(random, n * width);
        int entries = random.nextInt(3 * n);
        SparseMatrix sparse = new SparseMatrix(
                SparsePattern.ofPairs(
                        n,
                        n,
                        random.ints(entries, 0, n).toArray(),
                        random.ints(entries, 0, n).toArray()),
                values(random, entries));
        int[] rows = random.ints(n, 0, n).toArray();

        DenseMap map = DenseMap.random(random, n, n, values(random, n * n));

        List<Tensor> narrow = results(DataType.FLOAT32, n, width, a, b, sparse, map, rows);
        List<Tensor> wide = results(DataType.FLOAT64, n, width, a, b, sparse, map, rows);

        for (int i = 0; i < narrow.size(); i++) {
            double[] expected = wide.get(i).toDoubles();
            double[] found = narrow.get(i).toDoubles();
            assertThat(found).as("result %d", i).hasSameSizeAs(expected);
            for (int k = 0; k < expected.length; k++) {
                assertThat(found[k])
                        .as("element %d of result %d", k, i)
                        .isEqualTo(expected[k], within(1e-5 * (1 + Math.abs(expected[k]))));
            }
        }
    }

    private List<Tensor> results(
            DataType type,
            int n,
            int width,
            float[] aValues,
            float[] bValues,
            SparseMatrix sparse,
            DenseMap map,
            int[] rows) {
        Tensor a = Tensor.of(scope, type, n, width, aValues);
        Tensor b = Tensor.of(scope, type, n, width, bValues);
        Tensor column = Columns.slice(scope, b, 0, 1);
        Tensor row = Rows.gather(scope, b, new int[] {0});
        int[] classes = new int[n];
        Arrays.setAll(classes, i -> rows[i] % width);
        return List.of(
                Elementwise.add(scope, a, b),
                Elementwise.subtract(scope, a, column),
                Elementwise.multiply(scope, column, b),
                Elementwise.divide(scope, a, Elementwise.affine(scope, Elementwise.square(scope, b), 1, 1)),
                Elementwise.relu(scope, a),
                Elementwise.gate(scope, a, b),
                Elementwise.add(scope, a, row),
                Elementwise.subtract(scope, row, b),
                Elementwise.multiply(scope, Reductions.sumTo(scope, a, 1, 1), b),
                Elementwise.subtract(scope, column, row),
                MapProducts.multiply(scope, map, a, null, null, false),
                MapProducts.multiply(scope, map, a, row, null, true),
                MapProducts.multiply(scope, map, a, null, b, true),
                MapProducts.multiply(scope, map, a, row, b, false),
                MapProducts.multiply(scope, map.transposed(), a, row, b, true),
                LossKernels.crossEntropySlope(scope, a, rows, classes),
                Elementwise.tanh(scope, a),
                Elementwise.sigmoid(scope, a),
                Elementwise.softplus(scope, a),
                Elementwise.exp(scope, a),
                Products.matmul(scope, a, false, b, true),
                Products.matmul(scope, a, true, b, false),
                Products.transpose(scope, a),
                SparseProducts.multiply(scope, sparse, a),
                SparseProducts.multiply(scope, sparse.transposed(), a),
                SparseProducts.edgeDot(scope, sparse.pattern(), a, b),
                Rows.softmax(scope, a),
                Rows.logSoftmax(scope, a),
                Rows.dot(scope, a, b),
                Rows.gather(scope, a, rows),
                Rows.scatterAdd(scope, a, n + 2, rows),
                Reductions.sumTo(scope, a, 1, width),
                Reductions.sumTo(scope, a, n, 1),
                Reductions.broadcastTo(scope, column, n, 7));
    }

    @Test
    void patternsAreChecked() {
        assertThatThrownBy(() -> new SparsePattern(2, 2, new int[] {0, 1}, new int[] {0}))
                .hasMessageContaining("2 rows");
        assertThatThrownBy(() -> new SparsePattern(1, 2, new int[] {0, 1}, new int[] {2}))
                .hasMessage("The column (2) of entry (0) is outside the shape [1, 2].");
        assertThatThrownBy(() -> new SparsePattern(2, 2, new int[] {0, 2, 1}, new int[] {0}))
                .hasMessageContaining("row (1) ends before");
        SparseMatrix one = new SparseMatrix(1, 2, new int[] {0, 1}, new int[] {0}, new float[] {1});
        assertThatThrownBy(() -> SparseProducts.multiply(scope, one, matrix(3, 1, 1, 2, 3)))
                .hasMessageContaining("[3, 1]", "2 ≠ 3");
    }

    private static float[] values(RandomGenerator random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextFloat(-2, 2);
        }
        return values;
    }
}
