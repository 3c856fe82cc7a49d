package io.anabranch.stream.frozen;

/**
 * The weights of a graph attention layer (Velickovic et al., ICLR 2018), padded for the kernels. Immutable by contract: arrays are
 * shared, never written.
 *
 * <pre>
 *   z_k[u]    = h[u] W_k
 *   e_k(u, v) = LeakyReLU(s_k . z_k[u] + t_k . z_k[v])
 *   o_k[v]    = (exp(e_k(v, v)) z_k[v] + sum w exp(e_k(u, v)) z_k[u]) / (exp(e_k(v, v)) + sum w exp(e_k(u, v)))
 *   h'[v]     = act(o_1[v] | .. | o_K[v] + b)   or   act((o_1[v] + .. + o_K[v]) / K + b)
 * </pre>
 *
 * <p>An edge whose weight is not above zero has no share: {@link #share}. LeakyReLU has two linear pieces, and so
 * {@code exp(e_k(u, v))} is a product of a number of u and a number of v on each side of {@code s_k . z_k[u] + t_k . z_k[v] = 0}.
 *
 * <p>Shapes: W [inputWidth, rowStride], s and t [rowStride], a row z of all heads [rowStride]; head k begins at column
 * {@code k headStride} and has zeros behind its {@code headWidth} numbers. Scores [heads].
 */
public final class Attention {
    private final int inputWidth;
    private final int heads;
    private final int headWidth;
    private final int headStride;
    private final boolean averaged;
    private final float slope;
    private final float[] weights;
    private final float[] source;
    private final float[] target;

    /**
     * Weights as the model has them, without padding.
     *
     * @param weights [inputWidth, heads headWidth]
     * @param source [heads, headWidth]
     * @param target [heads, headWidth]
     */
    Attention(HeadShape shape, int inputWidth, float[] weights, float[] source, float[] target) {
        this.inputWidth = inputWidth;
        heads = shape.heads();
        headWidth = shape.width();
        headStride = Rows.stride(headWidth);
        averaged = shape.averaged();
        slope = shape.negativeSlope();
        this.weights = Rows.pad(weights, inputWidth * heads, headWidth);
        this.source = Rows.pad(source, heads, headWidth);
        this.target = Rows.pad(target, heads, headWidth);
    }

    /** What the heads are like and how they become one row. */
    record HeadShape(int heads, int width, boolean averaged, float negativeSlope) {
        int outputWidth() {
            return averaged ? width : heads * width;
        }
    }

    public int heads() {
        return heads;
    }

    public int headWidth() {
        return headWidth;
    }

    /** Floats from one head of a row to the next. */
    public int headStride() {
        return headStride;
    }

    /** Floats of a row of all heads. */
    public int rowStride() {
        return heads * headStride;
    }

    /** Whether the heads are averaged instead of concatenated. */
    public boolean averaged() {
        return averaged;
    }

    /** Slope of the LeakyReLU below zero, from 0 to 1. */
    public float negativeSlope() {
        return slope;
    }

    /** {@code weight(in, column)} of head k of W, for checks. */
    public float weight(int in, int head, int column) {
        return weights[in * rowStride() + head * headStride + column];
    }

    public float sourceWeight(int head, int column) {
        return source[head * headStride + column];
    }

    public float targetWeight(int head, int column) {
        return target[head * headStride + column];
    }

    /** {@code z = h W}, one row of all heads. */
    public void project(float[] h, int hOffset, float[] z, int zOffset) {
        Products.row(h, hOffset, inputWidth, weights, rowStride(), z, zOffset);
    }

    /** {@code s_k . z_k} for each head. */
    public void sourceScores(float[] z, int zOffset, float[] scores, int scoreOffset) {
        scores(source, z, zOffset, scores, scoreOffset);
    }

    /** {@code t_k . z_k} for each head. */
    public void targetScores(float[] z, int zOffset, float[] scores, int scoreOffset) {
        scores(target, z, zOffset, scores, scoreOffset);
    }

    private void scores(float[] vectors, float[] z, int zOffset, float[] scores, int scoreOffset) {
        for (int k = 0; k < heads; k++) {
            scores[scoreOffset + k] = dot(vectors, k * headStride, z, zOffset + k * headStride, headWidth);
        }
    }

    /** In double precision: the error of a score is the relative error of its exponential. */
    private static float dot(float[] x, int xo, float[] y, int yo, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += (double) x[xo + i] * y[yo + i];
        }
        return (float) sum;
    }

    /** LeakyReLU of the sum of two scores. In double precision, for the same reason. */
    public double logit(float sourceScore, float targetScore) {
        double sum = (double) sourceScore + targetScore;
        return sum > 0 ? sum : slope * sum;
    }

    /** What the weight of an edge multiplies its exponential by. */
    public static float share(float weight) {
        return Math.max(weight, 0f);
    }

    /** The outputs of all heads as one row of the layer's output, before bias and activation. */
    void unite(float[] outputs, int offset, float[] out, int outOffset) {
        if (averaged) {
            System.arraycopy(outputs, offset, out, outOffset, headStride);
            for (int k = 1; k < heads; k++) {
                Rows.add(outputs, offset + k * headStride, out, outOffset, headStride);
            }
            Rows.scale(1f / heads, out, outOffset, headStride);
        } else {
            for (int k = 0; k < heads; k++) {
                System.arraycopy(outputs, offset + k * headStride, out, outOffset + k * headWidth, headWidth);
            }
        }
    }
}
