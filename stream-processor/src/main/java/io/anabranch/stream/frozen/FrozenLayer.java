package io.anabranch.stream.frozen;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One layer's weights, padded for the kernels. Immutable by contract: arrays are shared, never written.
 *
 * <p>Shapes: self and each relation's neighbor [inputWidth, outputStride], bias [outputStride], zeros in the padding. A layer that
 * is not relational has one relation, number 0, to which all edges belong. An attention layer keeps its weights in
 * {@link #attention()} and has no neighbor. A pooling layer aggregates {@link #pool(float[], float[]) what it makes} of a source's row, and
 * its neighbor is [messageWidth, outputStride].
 */
public final class FrozenLayer {
    /** Of an edge that takes no part in the layer. */
    public static final int NO_RELATION = -1;

    private final LayerShape shape;
    private final int inputStride;
    private final int outputStride;
    private final @Nullable RowMap pool;
    private final List<String> relations;
    private final float @Nullable [] self;
    private final float[][] neighbor;
    private final float[] bias;
    private final @Nullable Attention attention;

    private FrozenLayer(
            LayerShape shape,
            @Nullable RowMap pool,
            List<String> relations,
            float @Nullable [] self,
            List<float[]> neighbor,
            float[] bias,
            @Nullable Attention attention) {
        this.shape = shape;
        this.pool = pool;
        inputStride = Rows.stride(shape.inputWidth());
        outputStride = Rows.stride(shape.outputWidth());
        this.relations = List.copyOf(relations);
        this.self = self == null ? null : Rows.pad(self, shape.inputWidth(), shape.outputWidth());
        this.neighbor = new float[neighbor.size()][];
        for (int r = 0; r < this.neighbor.length; r++) {
            this.neighbor[r] = Rows.pad(neighbor.get(r), messageWidth(), shape.outputWidth());
        }
        this.bias = Rows.pad(bias, 1, shape.outputWidth());
        this.attention = attention;
    }

    /** A layer of one set of weights, without attention; {@code self} is null for GCN. */
    FrozenLayer(
            Aggregation aggregation,
            Activation activation,
            int inputWidth,
            int outputWidth,
            float @Nullable [] self,
            float[] neighbor,
            float[] bias) {
        this(
                new LayerShape(aggregation, activation, inputWidth, outputWidth),
                null,
                List.of(),
                self,
                List.of(neighbor),
                bias,
                null);
    }

    /** A layer of which each relation has weights of its own; the empty name is the relation of all types not listed. */
    static FrozenLayer relational(
            LayerShape shape, List<String> relations, float[] self, List<float[]> neighbor, float[] bias) {
        return new FrozenLayer(shape, null, relations, self, neighbor, bias, null);
    }

    /** A layer that aggregates what a map makes of the rows of sources. */
    static FrozenLayer pooling(LayerShape shape, RowMap pool, float[] self, float[] neighbor, float[] bias) {
        return new FrozenLayer(shape, pool, List.of(), self, List.of(neighbor), bias, null);
    }

    static FrozenLayer attention(LayerShape shape, Attention attention, float[] bias) {
        return new FrozenLayer(shape, null, List.of(), null, List.of(), bias, attention);
    }

    public Aggregation aggregation() {
        return shape.aggregation();
    }

    public Activation activation() {
        return shape.activation();
    }

    public int inputWidth() {
        return shape.inputWidth();
    }

    /** Floats per stored row of the layer's input. */
    public int inputStride() {
        return inputStride;
    }

    /** The map through which rows of sources go before they are aggregated, if there is one. */
    public @Nullable RowMap pool() {
        return pool;
    }

    /** Width of what is aggregated, where a layer aggregates before it transforms. */
    public int messageWidth() {
        return pool == null ? shape.inputWidth() : pool.outputWidth();
    }

    /** Floats per stored row of that. */
    public int messageStride() {
        return Rows.stride(messageWidth());
    }

    public int outputWidth() {
        return shape.outputWidth();
    }

    /** Floats per stored output row. */
    public int outputStride() {
        return outputStride;
    }

    /** False for GCN, whose self-loop is part of the aggregation, and for attention, in which the vertex itself takes part. */
    public boolean hasSelf() {
        return self != null;
    }

    /** Whether edge types have weights of their own. */
    public boolean relational() {
        return !relations.isEmpty();
    }

    /** Number of relations, at least 1. */
    public int relations() {
        return Math.max(1, relations.size());
    }

    /** The relation to which edges of this type belong, or {@link #NO_RELATION}. */
    public int relationOf(String edgeType) {
        if (relations.isEmpty()) {
            return 0;
        }
        int named = relations.indexOf(edgeType);
        return named >= 0 ? named : relations.indexOf("");
    }

    /** The attention's weights. Only for layers whose aggregation is attention. */
    public Attention attention() {
        if (attention == null) {
            throw new IllegalStateException("A layer of aggregation %s has no attention.".formatted(aggregation()));
        }
        return attention;
    }

    /** {@code weight(in, out)} of a relation's W_neighbor, for checks. */
    public float neighborWeight(int relation, int in, int out) {
        return neighbor[relation][in * outputStride + out];
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
        return aggregation() == Aggregation.GCN ? Rows.inverseRoot(inDegree) : 1f;
    }

    /** {@code out = factor * (h W_neighbor)}: the message of a source, one stored row. For layers that transform first. */
    public void message(float[] h, int hOffset, float factor, float[] out, int outOffset) {
        Products.row(h, hOffset, inputWidth(), neighbor[0], outputStride, out, outOffset);
        if (factor != 1f) {
            Rows.scale(factor, out, outOffset, outputStride);
        }
    }

    /** {@code out = relu(h W_pool + b_pool)}, one stored row: what is aggregated of a source, for layers with a {@link #pool()}. */
    public void pool(float[] h, float[] out) {
        if (pool == null) {
            throw new IllegalStateException("A layer of aggregation %s has no pool.".formatted(aggregation()));
        }
        pool.apply(h, 0, out, 0);
    }

    /**
     * {@code out = h W_neighbor} for rows of h that begin {@code hStride} floats apart; out is [rows, outputStride]. Each row has the
     * same bits as alone.
     */
    public void messages(float[] h, int hStride, int rows, float[] out) {
        Products.rows(h, 0, hStride, rows, inputWidth(), neighbor[0], outputStride, out, 0, outputStride);
    }

    /** {@code out = h W_self + b} for rows of h that begin {@code hStride} floats apart; for layers with {@link #hasSelf}. */
    public void ownParts(float[] h, int hStride, int rows, float[] out) {
        if (self == null) {
            throw new IllegalStateException("A layer of aggregation %s has no own part.".formatted(aggregation()));
        }
        Products.rows(h, 0, hStride, rows, inputWidth(), self, outputStride, out, 0, outputStride);
        for (int i = 0; i < rows; i++) {
            Rows.add(bias, 0, out, i * outputStride, outputStride);
        }
    }

    /** The bias, padded to the stride; read only. */
    public float[] biasRow() {
        return bias;
    }

    /** {@code out = h W_self + b}: the own part of a row; just b where the layer has no W_self. */
    public void own(float[] h, int hOffset, float[] out, int outOffset) {
        if (self == null) {
            System.arraycopy(bias, 0, out, outOffset, outputStride);
            return;
        }
        Products.row(h, hOffset, inputWidth(), self, outputStride, out, outOffset);
        Rows.add(bias, 0, out, outOffset, outputStride);
    }

    /**
     * The layer's output row from its parts, for linear layers that transform first.
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
        switch (aggregation()) {
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
            case MAX, MIN, ATTENTION ->
                throw new IllegalStateException(
                        "A layer of aggregation %s does not add messages up.".formatted(aggregation()));
        }
        activate(out, outOffset);
    }

    /**
     * {@code out += factor * (aggregate W_neighbor)} of one relation, for layers that aggregate first. What the relations of a row
     * have added goes through {@link #activate} at the end.
     *
     * @param aggregate messageWidth numbers
     * @param scratch at least outputStride floats, overwritten
     */
    public void addNeighbor(
            int relation, float factor, float[] aggregate, int offset, float[] scratch, float[] out, int outOffset) {
        Products.row(aggregate, offset, messageWidth(), neighbor[relation], outputStride, scratch, 0);
        Rows.axpy(factor, scratch, 0, out, outOffset, outputStride);
    }

    /** The layer's output row from the outputs of the attention's heads, [rowStride]. */
    public void unite(float[] outputs, int offset, float[] out, int outOffset) {
        attention().unite(outputs, offset, out, outOffset);
        Rows.add(bias, 0, out, outOffset, outputStride);
        activate(out, outOffset);
    }

    /** Applies the activation to one stored row. */
    public void activate(float[] out, int outOffset) {
        activation().apply(out, outOffset, outputStride);
    }
}
