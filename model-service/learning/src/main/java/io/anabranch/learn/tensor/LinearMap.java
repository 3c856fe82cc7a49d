package io.anabranch.learn.tensor;

/**
 * A constant linear map y = M · x on the rows of a matrix, however it is computed: x [inputs, width], y [outputs, width], row after
 * row, for any width. What a sum over the neighbours in a graph is. Arrays may be longer than their shape.
 */
public interface LinearMap {

    /** Rows of x. */
    int inputs();

    /** Rows of y. */
    int outputs();

    /** Overwrites y, whatever it holds. <b>May use x as scratch memory</b>: its content is lost. */
    void apply(float[] x, int width, float[] y);

    /** The same in double precision, for checks. */
    void apply(double[] x, int width, double[] y);

    /** The map Mᵀ, which carries gradients back; its own transposed map equals this one. */
    LinearMap transposed();
}
