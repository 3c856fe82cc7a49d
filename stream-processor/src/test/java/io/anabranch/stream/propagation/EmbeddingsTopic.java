package io.anabranch.stream.propagation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The embeddings topic as its readers see it: the last of each key. */
final class EmbeddingsTopic {
    private final int partitions;
    private final Map<Long, Map<String, float[]>> byVersion = new HashMap<>();
    private final Map<Long, Set<Integer>> covered = new HashMap<>();
    private final Set<String> gone = new HashSet<>();
    private final Simulation world;

    EmbeddingsTopic(Simulation world, int partitions) {
        this.world = world;
        this.partitions = partitions;
    }

    void put(long version, String vertexId, float @Nullable [] vector) {
        var ofVersion = byVersion.computeIfAbsent(version, v -> new HashMap<>());
        if (vector == null) {
            if (ofVersion.remove(vertexId) != null) {
                gone.add(vertexId);
            }
        } else {
            ofVersion.put(vertexId, vector);
            if (gone.remove(vertexId)) {
                world.saw(Sight.RECREATION);
            }
        }
    }

    Map<String, float[]> of(long version) {
        return byVersion.getOrDefault(version, Map.of());
    }

    void cover(int partition, long version) {
        covered.computeIfAbsent(version, v -> new HashSet<>()).add(partition);
    }

    /** Coverage counts only by the present incarnation; a state that may have gone back alone vouches for nothing. */
    void uncover(int partition) {
        covered.values().forEach(partitionsOfVersion -> partitionsOfVersion.remove(partition));
    }

    boolean complete(long version) {
        return covered.getOrDefault(version, Set.of()).size() == partitions;
    }
}
