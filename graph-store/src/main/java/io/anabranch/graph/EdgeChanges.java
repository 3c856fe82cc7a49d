package io.anabranch.graph;

import java.util.Arrays;

/**
 * A growing list of edges with the weights before and after, that its owner clears and fills again. Readers must not keep it.
 * Edges of different type between the same ends are separate entries.
 */
public final class EdgeChanges {

    private int[] sources = new int[16];
    private int[] targets = new int[16];
    private int[] types = new int[16];
    private float[] oldWeights = new float[16];
    private float[] weights = new float[16];
    private int size;

    EdgeChanges() {}

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** Ordinal of the i-th edge's source, owned or halo. */
    public int source(int i) {
        return sources[i];
    }

    /** Ordinal of the i-th edge's target, owned. */
    public int target(int i) {
        return targets[i];
    }

    /** Number of the i-th edge's type: see {@link PartitionGraph#typeName}. */
    public int type(int i) {
        return types[i];
    }

    /** Weight before the batch; 0 where the edge did not live. */
    public float oldWeight(int i) {
        return oldWeights[i];
    }

    /** Weight after the batch; 0 where the edge does not live. */
    public float weight(int i) {
        return weights[i];
    }

    void add(int source, int target, int type, float oldWeight, float weight) {
        if (size == sources.length) {
            int capacity = 2 * size;
            sources = Arrays.copyOf(sources, capacity);
            targets = Arrays.copyOf(targets, capacity);
            types = Arrays.copyOf(types, capacity);
            oldWeights = Arrays.copyOf(oldWeights, capacity);
            weights = Arrays.copyOf(weights, capacity);
        }
        sources[size] = source;
        targets[size] = target;
        types[size] = type;
        oldWeights[size] = oldWeight;
        weights[size++] = weight;
    }

    void clear() {
        size = 0;
    }
}
