package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Which partitions subscribe to which owned vertices, and in which of their epochs each said so last. Written through to the state. A
 * subscription takes about 40 bytes.
 */
final class Subscribers {
    private final PartitionGraph graph;
    private final PartitionState state;
    private final Int2ObjectOpenHashMap<BitSet> byVertex = new Int2ObjectOpenHashMap<>();
    /** By vertex in the upper half and partition in the lower. */
    private final Long2LongOpenHashMap epochs = new Long2LongOpenHashMap();

    Subscribers(PartitionGraph graph, PartitionState state) {
        this.graph = graph;
        this.state = state;
    }

    void restore(int vertex, int partition, long epoch) {
        byVertex.computeIfAbsent(vertex, v -> new BitSet()).set(partition);
        epochs.put(key(vertex, partition), epoch);
    }

    void subscribe(int vertex, int partition, long epoch) {
        restore(vertex, partition, epoch);
        state.putSubscriber(graph.vertexId(vertex), partition, epoch);
    }

    void unsubscribe(int vertex, int partition) {
        var partitions = byVertex.get(vertex);
        if (partitions == null || !partitions.get(partition)) {
            return;
        }
        partitions.clear(partition);
        epochs.remove(key(vertex, partition));
        if (partitions.isEmpty()) {
            byVertex.remove(vertex);
        }
        state.removeSubscriber(graph.vertexId(vertex), partition);
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

    /** Vertices to which the partition subscribes, but has not said so in this epoch; ascending. */
    int[] unacknowledged(int partition, long epoch) {
        return Arrays.stream(vertices())
                .filter(u -> contains(u, partition) && epochs.get(key(u, partition)) != epoch)
                .toArray();
    }

    int size() {
        return epochs.size();
    }

    private static long key(int vertex, int partition) {
        return (long) vertex << 32 | partition;
    }
}
