package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Which partitions subscribe to which owned vertices, written through to the state. */
final class Subscribers {
    private final PartitionGraph graph;
    private final PartitionState state;
    private final Int2ObjectOpenHashMap<BitSet> byVertex = new Int2ObjectOpenHashMap<>();
    private int size;

    Subscribers(PartitionGraph graph, PartitionState state) {
        this.graph = graph;
        this.state = state;
    }

    void restore(int vertex, int partition) {
        add(vertex, partition);
    }

    void subscribe(int vertex, int partition) {
        add(vertex, partition);
        state.putSubscriber(graph.vertexId(vertex), partition, true);
    }

    private void add(int vertex, int partition) {
        var partitions = byVertex.computeIfAbsent(vertex, v -> new BitSet());
        if (!partitions.get(partition)) {
            partitions.set(partition);
            size++;
        }
    }

    void unsubscribe(int vertex, int partition) {
        var partitions = byVertex.get(vertex);
        if (partitions == null || !partitions.get(partition)) {
            return;
        }
        partitions.clear(partition);
        size--;
        if (partitions.isEmpty()) {
            byVertex.remove(vertex);
        }
        state.putSubscriber(graph.vertexId(vertex), partition, false);
    }

    boolean contains(int vertex, int partition) {
        var partitions = byVertex.get(vertex);
        return partitions != null && partitions.get(partition);
    }

    /** The partitions that subscribe to the vertex; null if none. Not to be written to. */
    @Nullable
    BitSet of(int vertex) {
        return byVertex.get(vertex);
    }

    /** Vertices that have a subscriber, ascending. */
    int[] vertices() {
        int[] vertices = byVertex.keySet().toIntArray();
        Arrays.sort(vertices);
        return vertices;
    }

    int size() {
        return size;
    }
}
