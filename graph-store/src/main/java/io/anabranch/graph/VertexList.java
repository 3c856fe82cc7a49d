package io.anabranch.graph;

import java.util.Arrays;

/** A growing list of vertex ordinals that its owner clears and fills again. Readers must not keep it. */
public final class VertexList {

    private int[] vertices = new int[16];
    private int size;

    VertexList() {}

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** The i-th vertex; {@code i} must be below {@link #size()}. */
    public int vertex(int i) {
        return vertices[i];
    }

    /** The vertices as a new array. */
    public int[] toArray() {
        return Arrays.copyOf(vertices, size);
    }

    void add(int vertex) {
        if (size == vertices.length) {
            vertices = Arrays.copyOf(vertices, 2 * size);
        }
        vertices[size++] = vertex;
    }

    void clear() {
        size = 0;
    }
}
