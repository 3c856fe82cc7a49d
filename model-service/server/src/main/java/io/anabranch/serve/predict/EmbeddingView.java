package io.anabranch.serve.predict;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The current embedding of every vertex under every live model version. One writer, any number of readers; a reader
 * sees each vertex's newest embedding or the one before it, never a mixture. About 100 bytes per vertex and version
 * beside the id and four bytes per column.
 */
public final class EmbeddingView {

    private final ConcurrentHashMap<Long, ConcurrentHashMap<String, NodeVector>> versions = new ConcurrentHashMap<>();
    private final List<EmbeddingListener> listeners = new CopyOnWriteArrayList<>();

    /** Tells the listener of every change from now on. Before the feed starts, or it misses some. */
    public void listen(EmbeddingListener listener) {
        listeners.add(listener);
    }

    /** @return what was there before */
    public @Nullable NodeVector put(long version, String vertexId, NodeVector vector) {
        NodeVector before = versions.computeIfAbsent(version, v -> new ConcurrentHashMap<>())
                .put(vertexId, vector);
        for (EmbeddingListener listener : listeners) {
            listener.changed(version, vertexId, before, vector);
        }
        return before;
    }

    public void remove(long version, String vertexId) {
        ConcurrentHashMap<String, NodeVector> vectors = versions.get(version);
        NodeVector before = vectors == null ? null : vectors.remove(vertexId);
        if (before != null) {
            for (EmbeddingListener listener : listeners) {
                listener.changed(version, vertexId, before, null);
            }
        }
    }

    /** Everything below this offset of a partition of the embeddings topic has been taken; see {@link EmbeddingListener#read}. */
    public void read(int partition, long nextOffset, boolean live) {
        for (EmbeddingListener listener : listeners) {
            listener.read(partition, nextOffset, live);
        }
    }

    /** Forgets a version that is retired. */
    public void drop(long version) {
        if (versions.remove(version) != null) {
            for (EmbeddingListener listener : listeners) {
                listener.dropped(version);
            }
        }
    }

    public int size(long version) {
        return of(version).size();
    }

    /** The embeddings of a version: a view that goes on moving, to read only. */
    public Map<String, NodeVector> of(long version) {
        ConcurrentHashMap<String, NodeVector> vectors = versions.get(version);
        return vectors == null ? Map.of() : vectors;
    }
}
