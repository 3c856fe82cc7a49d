package io.anabranch.learn.gnn;

import io.anabranch.learn.tensor.SparseMatrix;
import io.anabranch.learn.tensor.SparsePattern;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Products of features with weights on heap arrays, row after row. One row of the right side is added at a time, so narrow results stay cheap. */
final class RowKernels {

    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;

    private RowKernels() {}

    /** out[rows, width] += matrix[rows, columns] · right[columns, width] */
    static void addProduct(SparseMatrix matrix, float[] right, int width, float[] out) {
        SparsePattern pattern = matrix.pattern();
        for (int row = 0; row < matrix.rows(); row++) {
            for (int e = pattern.start(row); e < pattern.start(row + 1); e++) {
                addScaledRow(matrix.value(e), right, pattern.column(e) * width, out, row * width, width);
            }
        }
    }

    /** out[rows, width] += left[rows, columns] · right[columns, width] */
    static void addProduct(float[] left, int rows, int columns, float[] right, int width, float[] out) {
        for (int row = 0; row < rows; row++) {
            for (int k = 0; k < columns; k++) {
                float factor = left[row * columns + k];
                // Rectified activations are zero about half of the time.
                if (factor != 0) {
                    addScaledRow(factor, right, k * width, out, row * width, width);
                }
            }
        }
    }

    private static void addScaledRow(float factor, float[] from, int fromAt, float[] to, int toAt, int width) {
        int i = 0;
        for (int bound = LANES.loopBound(width); i < bound; i += LANES.length()) {
            FloatVector.fromArray(LANES, from, fromAt + i)
                    .fma(FloatVector.broadcast(LANES, factor), FloatVector.fromArray(LANES, to, toAt + i))
                    .intoArray(to, toAt + i);
        }
        for (; i < width; i++) {
            to[toAt + i] += factor * from[fromAt + i];
        }
    }
}
