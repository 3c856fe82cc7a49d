package io.anabranch.graph;

import io.anabranch.graph.feature.FeatureSlab;
import java.util.Arrays;

/**
 * What the open batch has met, and how it was before: one entry per edge register and per vertex at first touch.
 * Parallel arrays that are kept between batches; not thread-safe.
 */
final class BatchBaselines {

    /** In the place of a feature row: the batch has not changed it. */
    static final int UNCHANGED = FeatureSlab.NO_ROW - 1;

    /** In the place of a step: the batch has changed none. */
    static final int ALL_STEPS = Integer.MAX_VALUE;

    static final int EXISTED = 1;
    static final int DELETE_RAISED = 2;
    static final int WANTED = 4;

    int[] edges = new int[16];
    /** NaN where the edge did not live. */
    float[] oldWeights = new float[16];

    int edgeCount;

    int[] vertices = new int[16];
    int[] oldInDegrees = new int[16];
    int[] oldRows = new int[16];
    /** How many of the first steps are as they were. */
    int[] unchangedSteps = new int[16];

    byte[] flags = new byte[16];
    int vertexCount;

    void addEdge(int slot, float oldWeight) {
        if (edgeCount == edges.length) {
            edges = Arrays.copyOf(edges, 2 * edgeCount);
            oldWeights = Arrays.copyOf(oldWeights, 2 * edgeCount);
        }
        edges[edgeCount] = slot;
        oldWeights[edgeCount++] = oldWeight;
    }

    /** Returns the entry's index plus 1. */
    int addVertex(int vertex, int oldInDegree, int oldFlags) {
        if (vertexCount == vertices.length) {
            int capacity = 2 * vertexCount;
            vertices = Arrays.copyOf(vertices, capacity);
            oldInDegrees = Arrays.copyOf(oldInDegrees, capacity);
            oldRows = Arrays.copyOf(oldRows, capacity);
            unchangedSteps = Arrays.copyOf(unchangedSteps, capacity);
            flags = Arrays.copyOf(flags, capacity);
        }
        vertices[vertexCount] = vertex;
        oldInDegrees[vertexCount] = oldInDegree;
        oldRows[vertexCount] = UNCHANGED;
        unchangedSteps[vertexCount] = ALL_STEPS;
        flags[vertexCount] = (byte) oldFlags;
        return ++vertexCount;
    }

    void clear() {
        edgeCount = 0;
        vertexCount = 0;
    }

    long memoryBytes() {
        return 8L * edges.length + 17L * vertices.length;
    }
}
