package io.anabranch.stream.propagation;

import io.anabranch.stream.frozen.FrozenLayer;
import io.anabranch.stream.frozen.Rows;
import java.util.Arrays;

/**
 * Per owned vertex the own part {@code h W_self + b}, where the layer has W_self, and the value {@code h_l}.
 *
 * <p>Memory: 8 bytes * stride per ordinal, 4 without W_self. Not thread-safe.
 */
final class LayerOutputs {
    private final FrozenLayer layer;
    private final int stride;
    private float[] own = {};
    private float[] value = {};

    LayerOutputs(FrozenLayer layer) {
        this.layer = layer;
        stride = layer.outputStride();
    }

    void grow(int vertices) {
        int floats = Math.multiplyExact(vertices, stride);
        own = layer.hasSelf() ? Arrays.copyOf(own, floats) : own;
        value = Arrays.copyOf(value, floats);
    }

    /** Takes up the vertex's own row of the layer below. */
    void setOwn(int vertex, float[] h) {
        layer.own(h, 0, own, vertex * stride);
    }

    void copyOwn(int vertex, float[] out) {
        System.arraycopy(own, vertex * stride, out, 0, stride);
    }

    /** Makes this row the value. @return whether its bits are others than before */
    boolean store(int vertex, float[] row) {
        int at = vertex * stride;
        if (Rows.same(row, 0, value, at, stride)) {
            return false;
        }
        System.arraycopy(row, 0, value, at, stride);
        return true;
    }

    void forget(int vertex) {
        int at = vertex * stride;
        Arrays.fill(value, at, at + stride, 0f);
        if (layer.hasSelf()) {
            Arrays.fill(own, at, at + stride, 0f);
        }
    }

    void copyValue(int vertex, float[] target, int at) {
        System.arraycopy(value, vertex * stride, target, at, layer.outputWidth());
    }
}
