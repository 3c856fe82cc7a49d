package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The halo entries of one partition by ordinal, written through to the state. An entry is there exactly while this partition
 * is subscribed.
 */
final class HaloTable {
    private final PartitionGraph graph;
    private final PartitionState state;
    private final Int2ObjectOpenHashMap<HaloEntry> entries = new Int2ObjectOpenHashMap<>();

    HaloTable(PartitionGraph graph, PartitionState state) {
        this.graph = graph;
        this.state = state;
    }

    void restore(int vertex, HaloEntry entry) {
        entries.put(vertex, entry);
    }

    @Nullable
    HaloEntry get(int vertex) {
        return entries.get(vertex);
    }

    @Nullable
    HaloValue value(int vertex, long modelVersion) {
        var entry = entries.get(vertex);
        return entry == null ? null : entry.value(modelVersion);
    }

    void put(int vertex, HaloEntry entry) {
        entries.put(vertex, entry);
        state.putHaloEntry(graph.vertexId(vertex), entry);
    }

    void remove(int vertex) {
        entries.remove(vertex);
        state.putHaloEntry(graph.vertexId(vertex), null);
    }

    /** Drops the values of versions that will never be live again. */
    void forgetVersions(Set<Long> retired) {
        for (int vertex : vertices()) {
            var entry = entries.get(vertex);
            var kept = entry.without(retired);
            if (kept != entry) {
                put(vertex, kept);
            }
        }
    }

    int size() {
        return entries.size();
    }

    /** Ordinals of all entries, ascending. */
    int[] vertices() {
        int[] vertices = entries.keySet().toIntArray();
        java.util.Arrays.sort(vertices);
        return vertices;
    }
}
