package io.anabranch.stream.frozen;

/**
 * A map of one row, {@code act(x W + b)}, padded for the kernels. Immutable by contract: arrays are shared, never written.
 *
 * <p>Shapes: W [inputWidth, stride], b [stride], zeros in the padding.
 */
public final class RowMap {
    private final int inputWidth;
    private final int outputWidth;
    private final int stride;
    private final float[] weights;
    private final float[] bias;
    private final Activation activation;

    /**
     * Weights as the model has them, without padding.
     *
     * @param weights [inputWidth, outputWidth]
     * @param bias [outputWidth]
     */
    RowMap(int inputWidth, int outputWidth, float[] weights, float[] bias, Activation activation) {
        this.inputWidth = inputWidth;
        this.outputWidth = outputWidth;
        stride = Rows.stride(outputWidth);
        this.weights = Rows.pad(weights, inputWidth, outputWidth);
        this.bias = Rows.pad(bias, 1, outputWidth);
        this.activation = activation;
    }

    public int inputWidth() {
        return inputWidth;
    }

    public int outputWidth() {
        return outputWidth;
    }

    /** Floats per output row. */
    public int stride() {
        return stride;
    }

    public Activation activation() {
        return activation;
    }

    /** {@code weight(in, out)}, for checks. */
    public float weight(int in, int out) {
        return weights[in * stride + out];
    }

    public float bias(int out) {
        return bias[out];
    }

    /** One row; the two must not be the same. */
    void apply(float[] x, int xo, float[] out, int oo) {
        Products.row(x, xo, inputWidth, weights, stride, out, oo);
        finish(out, oo);
    }

    /** Rows of x that begin {@code xs} floats apart, each to the same bits as alone; out is [rows, stride] and another array than x. */
    void apply(float[] x, int xs, int rows, float[] out) {
        Products.rows(x, 0, xs, rows, inputWidth, weights, stride, out, 0, stride);
        for (int i = 0; i < rows; i++) {
            finish(out, i * stride);
        }
    }

    private void finish(float[] out, int at) {
        Rows.add(bias, 0, out, at, stride);
        activation.apply(out, at, stride);
    }
}
