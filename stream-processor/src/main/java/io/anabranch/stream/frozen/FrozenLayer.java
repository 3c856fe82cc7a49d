package io.anabranch.stream.frozen;

import org.jspecify.annotations.Nullable;

/**
 * One layer's weights, padded for the kernels. Immutable by contract: arrays are shared, never written.
 *
 * <p>Shapes: self and neighbor [inputWidth, outputStride], bias [outputStride], zeros in the padding.
 */
public final class FrozenLayer {
    private final Aggregation aggregation;
    private final Activation activation;
    private final int inputWidth;
    private final int outputWidth;
    private final int outputStride;
    private final float @Nullable [] self;
    private final float[] neighbor;
    private final float[] bias;

    FrozenLayer(
            Aggregation aggregation,
            Activation activation,
            int inputWidth,
            int outputWidth,
            float @Nullable [] self,
            float[] neighbor,
            float[] bias) {
        this.aggregation = aggregation;
        this.activation = activation;
        this.inputWidth = inputWidth;
        this.outputWidth = outputWidth;
        this.outputStride = Rows.stride(outputWidth);
        this.self = self == null ? null : Rows.pad(self, inputWidth, outputWidth);
        this.neighbor = Rows.pad(neighbor, inputWidth, outputWidth);
        this.bias = Rows.pad(bias, 1, outputWidth);
    }

    public Aggregation aggregation() {
        return aggregation;
    }

    public Activation activation() {
        return activation;
    }

    public int inputWidth() {
        return inputWidth;
    }

    public int outputWidth() {
        return outputWidth;
    }

    /** Floats per stored output row. */
    public int outputStride() {
        return outputStride;
    }

    /** False for GCN, whose self-loop is part of the aggregation. */
    public boolean hasSelf() {
        return self != null;
    }

    /** {@code weight(in, out)} of W_neighbor, for checks. */
    public float neighborWeight(int in, int out) {
        return neighbor[in * outputStride + out];
    }

    /** {@code weight(in, out)} of W_self, zero where the layer has none, for checks. */
    public float selfWeight(int in, int out) {
        return self == null ? 0 : self[in * outputStride + out];
    }

    public float bias(int out) {
        return bias[out];
    }

    /** The factor by which a source's {@code z} enters its message: c_u for GCN, else 1. */
    public float sourceFactor(int inDegree) {
        return aggregation == Aggregation.GCN ? Rows.inverseRoot(inDegree) : 1f;
    }

    /** {@code out = factor * (h W_neighbor)}: the message of a source, one stored row. */
    public void message(float[] h, int hOffset, float factor, float[] out, int outOffset) {
        Products.row(h, hOffset, inputWidth, neighbor, outputStride, out, outOffset);
        if (factor != 1f) {
            Rows.scale(factor, out, outOffset, outputStride);
        }
    }

    /** {@code out = h W_self + b}: the own part of a row; for GCN just b. */
    public void own(float[] h, int hOffset, float[] out, int outOffset) {
        if (self == null) {
            System.arraycopy(bias, 0, out, outOffset, outputStride);
            return;
        }
        Products.row(h, hOffset, inputWidth, self, outputStride, out, outOffset);
        Rows.add(bias, 0, out, outOffset, outputStride);
    }

    /**
     * The layer's output row from its parts.
     *
     * @param sum the accumulated messages {@code sum w m[u]}
     * @param ownPart what {@link #own} gave (not read for GCN)
     * @param message the vertex's own message (read for GCN only)
     * @param inDegree structural in-degree
     * @param valued in-edges whose source has a value
     */
    public void combine(
            float[] sum,
            int sumOffset,
            float[] ownPart,
            int ownOffset,
            float[] message,
            int messageOffset,
            int inDegree,
            int valued,
            float[] out,
            int outOffset) {
        switch (aggregation) {
            case SUM -> Rows.combine(1f, sum, sumOffset, ownPart, ownOffset, out, outOffset, outputStride);
            case MEAN -> {
                float share = valued == 0 ? 0f : 1f / valued;
                Rows.combine(share, sum, sumOffset, ownPart, ownOffset, out, outOffset, outputStride);
            }
            case GCN -> {
                System.arraycopy(sum, sumOffset, out, outOffset, outputStride);
                Rows.add(message, messageOffset, out, outOffset, outputStride);
                Rows.combine(Rows.inverseRoot(inDegree), out, outOffset, bias, 0, out, outOffset, outputStride);
            }
        }
        if (activation == Activation.RELU) {
            Rows.relu(out, outOffset, outputStride);
        }
    }
}
