package io.anabranch.stream.propagation;

import io.anabranch.stream.frozen.FrozenLayer;
import io.anabranch.stream.frozen.Rows;
import java.util.Arrays;

/**
 * What one layer keeps per vertex, one row of {@code stride} floats each: the message that sinks' accumulators contain now,
 * the accumulator {@code sum w m[u]} over live in-edges, the own part {@code h W_self + b} (not for GCN), and the value
 * {@code h_l}.
 *
 * <p>Memory: 16 bytes * stride + 4 bytes per vertex (12 * stride for GCN). A vertex without a value has zero rows.
 */
final class LayerSlab {
    final FrozenLayer layer;
    final int stride;
    float[] message = {};
    float[] sum = {};
    float[] own = {};
    float[] value = {};
    /** Deltas added to the accumulator since it was last summed anew. */
    int[] deltas = {};

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
    }

    void clearSum(int vertex) {
        Arrays.fill(sum, vertex * stride, (vertex + 1) * stride, 0f);
        deltas[vertex] = 0;
    }

    /** Adds {@code factor} times the message of the source to the accumulator of the target. */
    void addMessage(float factor, int source, int target) {
        Rows.axpy(factor, message, source * stride, sum, target * stride, stride);
        deltas[target]++;
    }

    /** The value row from the present accumulator, into {@code out[0 .. stride)}. */
    void combine(int vertex, int inDegree, int valued, float[] out) {
        int at = vertex * stride;
        layer.combine(sum, at, own, at, message, at, inDegree, valued, out, 0);
    }
}
