package io.anabranch.learn.tensor;

import org.jspecify.annotations.Nullable;

/**
 * A constant linear map y = M · x on the rows of a matrix, however it is computed: x [inputs, width], y [outputs, width], row after
 * row, for any width. What a sum over the neighbours in a graph is. Arrays may be longer than their shape.
 *
 * <p>M = diag(after) · A · diag(before). The factors stand apart, so that they are multiplied where rows are moved anyway.
 */
public interface LinearMap {

    /** Rows of x. */
    int inputs();

    /** Rows of y. */
    int outputs();

    /** The factor of each row of x; null where all are 1. Shared, not a copy. */
    float @Nullable [] before();

    /** The factor of each row of y; null where all are 1. Shared, not a copy. */
    float @Nullable [] after();

    /** y = A · x, without the factors. Overwrites y, whatever it holds. */
    void applyUnscaled(float[] x, int width, float[] y);

    /** y = M · x in double precision, for checks. <b>May use x as scratch memory</b>: its content is lost. */
    void apply(double[] x, int width, double[] y);

    /** The map Mᵀ, which carries gradients back; its own transposed map equals this one. */
    LinearMap transposed();
}
