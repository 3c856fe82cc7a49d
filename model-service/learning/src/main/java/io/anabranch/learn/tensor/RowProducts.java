package io.anabranch.learn.tensor;

import io.anabranch.learn.tensor.Scratch.Slot;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of rows with a matrix, each sum from its first term to its last with one rounding a term (fused). A row of the result so has the same
 * bits whatever other rows there are, on every machine, and whether it is computed from tensors or from arrays.
 */
public final class RowProducts {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    /** Rows and vectors of a tile, whose sums stay in registers. */
    private static final int TILE_ROWS = 4;

    private RowProducts() {}

    /** x · w: [n, k], [k, m] → [n, m]. */
    public static Tensor multiply(TensorScope scope, Tensor x, Tensor w) {
        Shapes.checkSameType("multiply", x, w);
        if (x.columns() != w.rows()) {
            throw new IllegalArgumentException("Cannot multiply the rows %s with the matrix %s: %d ≠ %d."
                    .formatted(x.shape(), w.shape(), x.columns(), w.rows()));
        }
        Tensor y = Tensor.uninitialised(scope, x.type(), x.rows(), w.columns());
        Scratch scratch = scope.scratch();
        switch (x.type()) {
            case FLOAT32 -> {
                float[] out = scratch.floats(Slot.OUT, y.size());
                multiply(x.floats(scratch, Slot.A), x.rows(), w.floats(scratch, Slot.B), w.rows(), w.columns(), out);
                y.copyFrom(out, 0);
            }
            case FLOAT64 -> {
                double[] out = scratch.doubles(Slot.OUT, y.size());
                multiply(x.doubles(scratch, Slot.A), x.rows(), w.doubles(scratch, Slot.B), w.rows(), w.columns(), out);
                y.copyFrom(out, 0);
            }
        }
        return y;
    }

    /**
     * The same on arrays, row after row.
     *
     * @param x [rows, inner], at the array's beginning
     * @param w [inner, columns]
     * @param out overwritten with [rows, columns]
     */
    public static void multiply(float[] x, int rows, float[] w, int inner, int columns, float[] out) {
        int row = 0;
        for (; row <= rows - TILE_ROWS; row += TILE_ROWS) {
            int column = 0;
            for (; column <= columns - 2 * LANES; column += 2 * LANES) {
                tile(x, row, w, inner, columns, column, out);
            }
            for (int r = row; r < row + TILE_ROWS; r++) {
                strip(x, r, w, inner, columns, column, out);
            }
        }
        for (; row < rows; row++) {
            strip(x, row, w, inner, columns, 0, out);
        }
    }

    /** Four rows, two vectors of columns. */
    private static void tile(float[] x, int row, float[] w, int inner, int columns, int column, float[] out) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector a0 = zero;
        FloatVector a1 = zero;
        FloatVector b0 = zero;
        FloatVector b1 = zero;
        FloatVector c0 = zero;
        FloatVector c1 = zero;
        FloatVector d0 = zero;
        FloatVector d1 = zero;
        int a = row * inner;
        int b = a + inner;
        int c = b + inner;
        int d = c + inner;
        for (int k = 0; k < inner; k++) {
            int at = k * columns + column;
            FloatVector w0 = FloatVector.fromArray(SPECIES, w, at);
            FloatVector w1 = FloatVector.fromArray(SPECIES, w, at + LANES);
            FloatVector xa = FloatVector.broadcast(SPECIES, x[a + k]);
            a0 = xa.fma(w0, a0);
            a1 = xa.fma(w1, a1);
            FloatVector xb = FloatVector.broadcast(SPECIES, x[b + k]);
            b0 = xb.fma(w0, b0);
            b1 = xb.fma(w1, b1);
            FloatVector xc = FloatVector.broadcast(SPECIES, x[c + k]);
            c0 = xc.fma(w0, c0);
            c1 = xc.fma(w1, c1);
            FloatVector xd = FloatVector.broadcast(SPECIES, x[d + k]);
            d0 = xd.fma(w0, d0);
            d1 = xd.fma(w1, d1);
        }
        int to = row * columns + column;
        a0.intoArray(out, to);
        a1.intoArray(out, to + LANES);
        b0.intoArray(out, to + columns);
        b1.intoArray(out, to + columns + LANES);
        c0.intoArray(out, to + 2 * columns);
        c1.intoArray(out, to + 2 * columns + LANES);
        d0.intoArray(out, to + 3 * columns);
        d1.intoArray(out, to + 3 * columns + LANES);
    }

    /** One row from a column on: four vectors at once, then single ones, then single numbers. */
    private static void strip(float[] x, int row, float[] w, int inner, int columns, int first, float[] out) {
        int from = row * inner;
        int to = row * columns;
        FloatVector zero = FloatVector.zero(SPECIES);
        int column = first;
        for (; column <= columns - 4 * LANES; column += 4 * LANES) {
            FloatVector s0 = zero;
            FloatVector s1 = zero;
            FloatVector s2 = zero;
            FloatVector s3 = zero;
            for (int k = 0; k < inner; k++) {
                FloatVector xk = FloatVector.broadcast(SPECIES, x[from + k]);
                int at = k * columns + column;
                s0 = xk.fma(FloatVector.fromArray(SPECIES, w, at), s0);
                s1 = xk.fma(FloatVector.fromArray(SPECIES, w, at + LANES), s1);
                s2 = xk.fma(FloatVector.fromArray(SPECIES, w, at + 2 * LANES), s2);
                s3 = xk.fma(FloatVector.fromArray(SPECIES, w, at + 3 * LANES), s3);
            }
            s0.intoArray(out, to + column);
            s1.intoArray(out, to + column + LANES);
            s2.intoArray(out, to + column + 2 * LANES);
            s3.intoArray(out, to + column + 3 * LANES);
        }
        for (; column <= columns - LANES; column += LANES) {
            FloatVector sum = zero;
            for (int k = 0; k < inner; k++) {
                sum = FloatVector.broadcast(SPECIES, x[from + k])
                        .fma(FloatVector.fromArray(SPECIES, w, k * columns + column), sum);
            }
            sum.intoArray(out, to + column);
        }
        for (; column < columns; column++) {
            float sum = 0;
            for (int k = 0; k < inner; k++) {
                sum = Math.fma(x[from + k], w[k * columns + column], sum);
            }
            out[to + column] = sum;
        }
    }

    private static void multiply(double[] x, int rows, double[] w, int inner, int columns, double[] out) {
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                double sum = 0;
                for (int k = 0; k < inner; k++) {
                    sum = Math.fma(x[row * inner + k], w[k * columns + column], sum);
                }
                out[row * columns + column] = sum;
            }
        }
    }
}
