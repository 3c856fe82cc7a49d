package io.anabranch.learn.gnn;

import io.anabranch.graph.snapshot.FeatureMatrix;
import io.anabranch.learn.tensor.SparseMatrix;

/**
 * The features of n vertices, a row each: compressed sparse rows or one dense row-major array. A vertex without features
 * has a row of zeros.
 */
public sealed interface FeatureRows {

    int rows();

    int dimension();

    /** The features of a snapshot; shares its arrays. */
    static FeatureRows of(FeatureMatrix features) {
        return switch (features) {
            case FeatureMatrix.Dense dense -> new Dense(dense.rows(), dense.dimension(), dense.values());
            case FeatureMatrix.Sparse sparse ->
                new Sparse(new SparseMatrix(
                        sparse.rows(), sparse.dimension(), sparse.offsets(), sparse.columns(), sparse.values()));
        };
    }

    /** Rows of which most values are zero. */
    record Sparse(SparseMatrix matrix) implements FeatureRows {
        @Override
        public int rows() {
            return matrix.rows();
        }

        @Override
        public int dimension() {
            return matrix.columns();
        }

        public boolean nonNegative() {
            for (int e = 0; e < matrix.pattern().entries(); e++) {
                if (matrix.value(e) < 0) {
                    return false;
                }
            }
            return true;
        }

        Dense dense() {
            float[] values = new float[Math.multiplyExact(rows(), dimension())];
            for (int row = 0; row < rows(); row++) {
                for (int e = matrix.pattern().start(row); e < matrix.pattern().start(row + 1); e++) {
                    values[row * dimension() + matrix.pattern().column(e)] += matrix.value(e);
                }
            }
            return new Dense(rows(), dimension(), values);
        }
    }

    /** Rows one after the other; the array is kept, not copied, and must not change. */
    final class Dense implements FeatureRows {
        private final int rows;
        private final int dimension;
        private final float[] values;

        public Dense(int rows, int dimension, float[] values) {
            if ((long) rows * dimension != values.length) {
                throw new IllegalArgumentException(
                        "The features [%d, %d] cannot have (%d) values.".formatted(rows, dimension, values.length));
            }
            this.rows = rows;
            this.dimension = dimension;
            this.values = values;
        }

        @Override
        public int rows() {
            return rows;
        }

        @Override
        public int dimension() {
            return dimension;
        }

        public float value(int row, int column) {
            return values[row * dimension + column];
        }

        float[] values() {
            return values;
        }
    }
}
