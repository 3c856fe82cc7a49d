package io.anabranch.serve.predict;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The current embedding of every vertex under every live model version. One writer, any number of readers; a reader
 * sees each vertex's newest embedding or the one before it, never a mixture. About 100 bytes per vertex and version
 * beside the id and four bytes per column.
 */
public final class EmbeddingView {

    private final ConcurrentHashMap<Long, ConcurrentHashMap<String, NodeVector>> versions = new ConcurrentHashMap<>();

    /** @return what was there before */
    public @Nullable NodeVector put(long version, String vertexId, NodeVector vector) {
        return versions.computeIfAbsent(version, v -> new ConcurrentHashMap<>()).put(vertexId, vector);
    }

    public void remove(long version, String vertexId) {
        ConcurrentHashMap<String, NodeVector> vectors = versions.get(version);
        if (vectors != null) {
            vectors.remove(vertexId);
        }
    }

    /** Forgets a version that is retired. */
    public void drop(long version) {
        versions.remove(version);
    }

    public int size(long version) {
        return of(version).size();
    }

    Map<String, NodeVector> of(long version) {
        ConcurrentHashMap<String, NodeVector> vectors = versions.get(version);
        return vectors == null ? Map.of() : vectors;
    }
}
