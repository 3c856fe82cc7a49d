package io.anabranch.graph;

import java.util.Arrays;

/** A growing list of vertices and of the first step of each that is not as it was. Readers must not keep it. */
public final class HistoryChanges {

    private final VertexList vertices = new VertexList();
    private int[] firsts = new int[16];

    HistoryChanges() {}

    public int size() {
        return vertices.size();
    }

    public boolean isEmpty() {
        return vertices.isEmpty();
    }

    public int vertex(int i) {
        return vertices.vertex(i);
    }

    /** As many steps from the beginning are as they were; from there on any may differ, be new or be gone. */
    public int unchanged(int i) {
        return firsts[i];
    }

    void add(int vertex, int unchanged) {
        if (vertices.size() == firsts.length) {
            firsts = Arrays.copyOf(firsts, 2 * firsts.length);
        }
        firsts[vertices.size()] = unchanged;
        vertices.add(vertex);
    }

    void clear() {
        vertices.clear();
    }
}
