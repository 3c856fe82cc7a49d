package io.anabranch.learn.tensor;

import org.jspecify.annotations.Nullable;

/**
 * The greatest or least of some rows of a matrix, column by column, as of the neighbours in a graph: {@code y_rj = f · x_hj} of the row h that
 * holds the extremum, x [inputs, width], y [outputs, width]. An output of no rows is zero.
 *
 * <p>Which row holds it is piecewise constant in x, so that gradients go back to the holders alone; of equal ones to the lowest.
 */
public interface RowMaximum {

    /** Rows of x. */
    int inputs();

    /** Rows of y. */
    int outputs();

    /** Overwrites y, whatever it holds. <b>May use x as scratch memory</b>: its content is lost. */
    void apply(float[] x, int width, float[] y);

    /** The holders of the extrema of x; leaves x as it is. */
    Holders holders(float[] x, int width);

    /** The same in double precision, for checks. */
    Holders holders(double[] x, int width);

    /**
     * Who holds the extrema.
     *
     * @param rows [outputs, width], row by row: the row of x; −1 where there is none
     * @param factors what it is multiplied by; null: 1
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, shared for the length of one pass
    record Holders(int[] rows, float @Nullable [] factors) {

        /** What the row of the holder is multiplied by, for one number of y. */
        public float factor(int at) {
            return factors == null ? 1 : factors[at];
        }
    }
}
