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

    /** The mean of the rows' squared Euclidean norms, of those that are not zero throughout; 0 where there are none. */
    double meanSquareNorm();

    /** All values times this; these rows themselves where that is 1. */
    FeatureRows times(float factor);

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

        @Override
        public double meanSquareNorm() {
            double sum = 0;
            int rows = 0;
            for (int row = 0; row < rows(); row++) {
                double square = 0;
                for (int e = matrix.pattern().start(row); e < matrix.pattern().start(row + 1); e++) {
                    square += (double) matrix.value(e) * matrix.value(e);
                }
                sum += square;
                rows += square > 0 ? 1 : 0;
            }
            return rows == 0 ? 0 : sum / rows;
        }

        @Override
        public FeatureRows times(float factor) {
            if (factor == 1) {
                return this;
            }
            float[] values = new float[matrix.pattern().entries()];
            for (int e = 0; e < values.length; e++) {
                values[e] = matrix.value(e) * factor;
            }
            return new Sparse(new SparseMatrix(matrix.pattern(), values));
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

        @Override
        public double meanSquareNorm() {
            double sum = 0;
            int counted = 0;
            for (int row = 0; row < rows; row++) {
                double square = 0;
                for (int j = 0; j < dimension; j++) {
                    square += (double) value(row, j) * value(row, j);
                }
                sum += square;
                counted += square > 0 ? 1 : 0;
            }
            return counted == 0 ? 0 : sum / counted;
        }

        @Override
        public FeatureRows times(float factor) {
            if (factor == 1) {
                return this;
            }
            float[] scaled = new float[values.length];
            for (int i = 0; i < scaled.length; i++) {
                scaled[i] = values[i] * factor;
            }
            return new Dense(rows, dimension, scaled);
        }

        public float value(int row, int column) {
            return values[row * dimension + column];
        }

        float[] values() {
            return values;
        }
    }
}
