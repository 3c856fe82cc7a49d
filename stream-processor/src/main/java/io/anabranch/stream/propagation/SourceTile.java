package io.anabranch.stream.propagation;

import io.anabranch.stream.frozen.FrozenLayer;

/**
 * A few vertices with their input rows and what the layer's weights make of them, as products run best on several rows at once. Not
 * thread-safe.
 */
final class SourceTile {
    static final int SIZE = 64;

    private final FrozenLayer layer;
    private final LayerInput input;
    private final int inputStride;
    private final int[] vertices = new int[SIZE];
    private int size;
    private final float[] rows;

    /** Row i is {@code z = h W_neighbor} of the i-th vertex, after {@link #multiply}. */
    final float[] messages;
    /** Row i is {@code h W_self + b}, if that was asked for. */
    final float[] own;

    SourceTile(FrozenLayer layer, LayerInput input) {
        this.layer = layer;
        this.input = input;
        inputStride = layer.inputStride();
        rows = new float[SIZE * inputStride];
        messages = new float[SIZE * layer.outputStride()];
        own = layer.hasSelf() ? new float[SIZE * layer.outputStride()] : new float[0];
    }

    int size() {
        return size;
    }

    boolean full() {
        return size == SIZE;
    }

    int get(int i) {
        return vertices[i];
    }

    void add(int vertex) {
        vertices[size++] = vertex;
    }

    void clear() {
        size = 0;
    }

    void multiply(boolean ownToo) {
        for (int i = 0; i < size; i++) {
            input.copy(vertices[i], rows, i * inputStride);
        }
        layer.messages(rows, inputStride, size, messages);
        if (ownToo) {
            layer.ownParts(rows, inputStride, size, own);
        }
    }
}
