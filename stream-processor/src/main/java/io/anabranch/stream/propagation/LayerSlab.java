package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import io.anabranch.stream.frozen.FrozenLayer;
import io.anabranch.stream.frozen.Rows;
import java.util.Arrays;

/**
 * What one layer keeps per vertex, one row of {@code stride} floats each: the message that sinks' accumulators contain now,
 * the accumulator {@code sum w m[u]} over live in-edges, the own part {@code h W_self + b} (not for GCN), and the value
 * {@code h_l}.
 *
 * <p>Memory: 16 bytes * stride + 8 bytes per vertex (12 * stride for GCN). A vertex without a value has zero rows.
 */
final class LayerSlab {
    private static final int MIN_DELTAS_BEFORE_RESUM = 64;
    private static final float SHRINK = 4;
    /** Errors below this times the rounding unit don't matter: differences are relative to 1 + |h|. */
    private static final float SHRINK_FLOOR = 0.25f;

    final FrozenLayer layer;
    final int stride;
    float[] message = {};
    float[] sum = {};
    float[] own = {};
    float[] value = {};
    /** Deltas added to the accumulator since it was last summed anew. */
    private int[] deltas = {};
    /** Greatest number that the accumulator, or a delta to it, has held since then: what rounding errors are in proportion to. */
    private float[] peak = {};

    LayerSlab(FrozenLayer layer) {
        this.layer = layer;
        this.stride = layer.outputStride();
    }

    void grow(int vertices) {
        int floats = Math.multiplyExact(vertices, stride);
        message = Arrays.copyOf(message, floats);
        sum = Arrays.copyOf(sum, floats);
        own = layer.hasSelf() ? Arrays.copyOf(own, floats) : own;
        value = Arrays.copyOf(value, floats);
        deltas = Arrays.copyOf(deltas, vertices);
        peak = Arrays.copyOf(peak, vertices);
    }

    /** Forgets the rows of an owned vertex that is gone; its message is left to whoever takes it out of the sinks. */
    void forget(int vertex) {
        int at = vertex * stride;
        Arrays.fill(sum, at, at + stride, 0f);
        Arrays.fill(value, at, at + stride, 0f);
        if (layer.hasSelf()) {
            Arrays.fill(own, at, at + stride, 0f);
        }
        deltas[vertex] = 0;
        peak[vertex] = 0;
    }

    void clearSum(int vertex) {
        Arrays.fill(sum, vertex * stride, (vertex + 1) * stride, 0f);
        deltas[vertex] = 0;
        peak[vertex] = 0;
    }

    /** Puts the sum of the messages of all in-edges in place of what deltas have made of it. */
    void sumAnew(PartitionGraph graph, int vertex) {
        clearSum(vertex);
        for (int e = 0; e < graph.inDegree(vertex); e++) {
            Rows.axpy(
                    graph.inWeight(vertex, e),
                    message,
                    graph.inSource(vertex, e) * stride,
                    sum,
                    vertex * stride,
                    stride);
        }
    }

    /**
     * Whether rounding may have added up: many deltas, or an accumulator that has shrunk to a fraction of what it held (a sum of
     * small numbers keeps the absolute error of the great ones that went through it). Call once after the deltas of a batch.
     */
    boolean hasDrifted(int vertex, int inDegree) {
        float now = Rows.maxAbs(sum, vertex * stride, stride);
        peak[vertex] = Math.max(peak[vertex], now);
        return deltas[vertex] > Math.max(MIN_DELTAS_BEFORE_RESUM, inDegree)
                || deltas[vertex] > 0 && peak[vertex] > SHRINK * (now + SHRINK_FLOOR);
    }

    /** Adds {@code factor} times the message of the source to the accumulator of the target. */
    void addMessage(float factor, int source, int target) {
        add(factor, message, source * stride, Rows.maxAbs(message, source * stride, stride), target);
    }

    /** Adds {@code factor} times a row to the accumulator of the target; {@code greatest} is the row's greatest absolute value. */
    void add(float factor, float[] row, int at, float greatest, int target) {
        Rows.axpy(factor, row, at, sum, target * stride, stride);
        deltas[target]++;
        peak[target] = Math.max(peak[target], Math.abs(factor) * greatest);
    }

    /** The value row from the present accumulator, into {@code out[0 .. stride)}. */
    void combine(int vertex, int inDegree, int valued, float[] out) {
        int at = vertex * stride;
        layer.combine(sum, at, own, at, message, at, inDegree, valued, out, 0);
    }
}
