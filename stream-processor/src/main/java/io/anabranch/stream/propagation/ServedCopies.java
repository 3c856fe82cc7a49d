package io.anabranch.stream.propagation;

import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.BitSet;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who has been sent the complete VALUE of which vertex, by version, in this life and since its last SUBSCRIBE. Everybody else gets a
 * complete one when the vertex is next sent. In memory only: a new life knows of nobody.
 */
final class ServedCopies {
    private final TreeMap<Long, Int2ObjectOpenHashMap<BitSet>> byVersion = new TreeMap<>();

    boolean serves(long modelVersion, int u, int partition) {
        var ofVersion = byVersion.get(modelVersion);
        var partitions = ofVersion == null ? null : ofVersion.get(u);
        return partitions != null && partitions.get(partition);
    }

    void served(long modelVersion, int u, int partition) {
        byVersion
                .computeIfAbsent(modelVersion, version -> new Int2ObjectOpenHashMap<>())
                .computeIfAbsent(u, vertex -> new BitSet())
                .set(partition);
    }

    /** The partition's subscription began anew, or ended. */
    void forget(int u, int partition) {
        forgetAllBut(Set.of(), u, partition);
    }

    /** The partition holds values of these versions only. */
    void forgetAllBut(Set<Long> held, int u, int partition) {
        byVersion.forEach((version, ofVersion) -> {
            var partitions = held.contains(version) ? null : ofVersion.get(u);
            if (partitions != null) {
                partitions.clear(partition);
                if (partitions.isEmpty()) {
                    ofVersion.remove(u);
                }
            }
        });
    }

    void forgetVersion(long modelVersion) {
        byVersion.remove(modelVersion);
    }
}
