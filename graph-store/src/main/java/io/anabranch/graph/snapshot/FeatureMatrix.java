package io.anabranch.graph.snapshot;

import java.util.Arrays;

/**
 * The features of all nodes, a row each, dense or sparse by what takes less room. Arrays are shared: read them, never write.
 * Safe for any thread.
 */
public sealed interface FeatureMatrix {

    int rows();

    int dimension();

    /** Writes the whole row, zeros included, to {@code target[offset]} and on. */
    void copyRow(int row, float[] target, int offset);

    /** Row-major: the value of (row, column) is {@code values()[row * dimension + column]}. */
    final class Dense implements FeatureMatrix {

        private final int rows;
        private final int dimension;
        private final float[] values;

        Dense(int rows, int dimension, float[] values) {
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

        /** Shared. */
        public float[] values() {
            return values;
        }

        @Override
        public void copyRow(int row, float[] target, int offset) {
            System.arraycopy(values, row * dimension, target, offset, dimension);
        }
    }

    /** Compressed sparse rows: row r holds the entries {@code offsets()[r]} to {@code offsets()[r + 1] - 1}, columns ascending. */
    final class Sparse implements FeatureMatrix {

        private final int dimension;
        private final int[] offsets;
        private final int[] columns;
        private final float[] values;

        Sparse(int dimension, int[] offsets, int[] columns, float[] values) {
            this.dimension = dimension;
            this.offsets = offsets;
            this.columns = columns;
            this.values = values;
        }

        @Override
        public int rows() {
            return offsets.length - 1;
        }

        @Override
        public int dimension() {
            return dimension;
        }

        /** rows + 1 ascending offsets; shared. */
        public int[] offsets() {
            return offsets;
        }

        /** Shared. */
        public int[] columns() {
            return columns;
        }

        /** Shared. */
        public float[] values() {
            return values;
        }

        @Override
        public void copyRow(int row, float[] target, int offset) {
            Arrays.fill(target, offset, offset + dimension, 0f);
            for (int i = offsets[row]; i < offsets[row + 1]; i++) {
                target[offset + columns[i]] = values[i];
            }
        }
    }
}
