package io.anabranch.stream.frozen;

/**
 * The weights of a gated cell, {@code y W + h U + b} for each gate, padded for the kernels. Immutable by contract: arrays are shared, never
 * written.
 *
 * <p>Gates stand side by side in a row of {@code gates * stride} floats, each with zeros behind its {@code width} numbers. In a cell that
 * resets, the last gate is the candidate, which sees {@code r o h} in the place of h; its part of U is kept apart.
 *
 * <p>Shapes: W [inputWidth, gates stride], U [width, gates stride] or [width, (gates - 1) stride] and [width, stride], b [gates stride].
 */
public final class Cell {
    private final int inputWidth;
    private final int width;
    private final int gates;
    private final int stride;
    /** Gates that see h itself. */
    private final int direct;

    private final float[] input;
    private final float[] recurrent;
    private final float[] candidate;
    private final float[] bias;

    /**
     * Weights as the model has them, without padding.
     *
     * @param resets whether the last gate sees {@code r o h}
     * @param input [inputWidth, gates width]
     * @param recurrent [width, gates width]
     * @param bias [gates width]
     */
    Cell(int inputWidth, int width, int gates, boolean resets, float[] input, float[] recurrent, float[] bias) {
        this.inputWidth = inputWidth;
        this.width = width;
        this.gates = gates;
        stride = Rows.stride(width);
        direct = resets ? gates - 1 : gates;
        this.input = columns(input, inputWidth, 0, gates);
        this.recurrent = columns(recurrent, width, 0, direct);
        candidate = columns(recurrent, width, direct, gates);
        this.bias = columns(bias, 1, 0, gates);
    }

    /** The columns of some gates, each padded. */
    private float[] columns(float[] matrix, int rows, int from, int to) {
        float[] padded = new float[rows * (to - from) * stride];
        for (int r = 0; r < rows; r++) {
            for (int gate = from; gate < to; gate++) {
                int at = (r * (to - from) + gate - from) * stride;
                System.arraycopy(matrix, (r * gates + gate) * width, padded, at, width);
            }
        }
        return padded;
    }

    public int inputWidth() {
        return inputWidth;
    }

    /** Numbers of h, of c, and of each gate. */
    public int width() {
        return width;
    }

    public int gates() {
        return gates;
    }

    /** {@code weight(in, column)} of a gate's W, for checks. */
    public float inputWeight(int gate, int in, int column) {
        return input[(in * gates + gate) * stride + column];
    }

    /** {@code weight(in, column)} of a gate's U, for checks. */
    public float recurrentWeight(int gate, int in, int column) {
        return gate < direct ? recurrent[(in * direct + gate) * stride + column] : candidate[in * stride + column];
    }

    public float bias(int gate, int column) {
        return bias[gate * stride + column];
    }

    /** Floats of all gates of a row. */
    int rowStride() {
        return gates * stride;
    }

    int stride() {
        return stride;
    }

    /**
     * {@code gates = y W + h U + b}, without {@code (r o h) U} of a cell that resets.
     *
     * @param y rows that begin {@code ys} floats apart
     * @param h [rows, stride]
     * @param sums gets [rows, gates stride]
     * @param scratch of the same size
     */
    void preactivate(float[] y, int ys, float[] h, int rows, float[] sums, float[] scratch) {
        Products.rows(y, 0, ys, rows, inputWidth, input, rowStride(), sums, 0, rowStride());
        Products.rows(h, 0, stride, rows, width, recurrent, direct * stride, scratch, 0, direct * stride);
        for (int i = 0; i < rows; i++) {
            Rows.add(scratch, i * direct * stride, sums, i * rowStride(), direct * stride);
            Rows.add(bias, 0, sums, i * rowStride(), rowStride());
        }
    }

    /** Adds {@code (r o h) U} to the last gate; {@code reset} is [rows, stride]. */
    void addCandidate(float[] reset, int rows, float[] sums, float[] scratch) {
        Products.rows(reset, 0, stride, rows, width, candidate, stride, scratch, 0, stride);
        for (int i = 0; i < rows; i++) {
            Rows.add(scratch, i * stride, sums, i * rowStride() + (gates - 1) * stride, stride);
        }
    }
}
