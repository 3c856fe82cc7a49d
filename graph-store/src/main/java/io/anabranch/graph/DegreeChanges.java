package io.anabranch.graph;

import java.util.Arrays;

/** A growing list of vertices with their in-degree before, that its owner clears and fills again. Readers must not keep it. */
public final class DegreeChanges {

    private final VertexList vertices = new VertexList();
    private int[] oldInDegrees = new int[16];

    DegreeChanges() {}

    public int size() {
        return vertices.size();
    }

    public boolean isEmpty() {
        return vertices.isEmpty();
    }

    public int vertex(int i) {
        return vertices.vertex(i);
    }

    /** In-degree before the batch, 0 for a vertex that did not exist; the one after is {@link PartitionGraph#inDegree}. */
    public int oldInDegree(int i) {
        return oldInDegrees[i];
    }

    void add(int vertex, int oldInDegree) {
        if (vertices.size() == oldInDegrees.length) {
            oldInDegrees = Arrays.copyOf(oldInDegrees, 2 * oldInDegrees.length);
        }
        oldInDegrees[vertices.size()] = oldInDegree;
        vertices.add(vertex);
    }

    void clear() {
        vertices.clear();
    }
}
