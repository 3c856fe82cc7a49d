package io.anabranch.serve.predict;

import org.jspecify.annotations.Nullable;

/**
 * Hears of every change of the {@link EmbeddingView}, right after it and on the feed's thread: whatever takes longer than a
 * few microseconds belongs on a thread of the listener's own.
 */
public interface EmbeddingListener {

    /**
     * @param before null: the vertex had no embedding
     * @param now null: it has none any more
     */
    void changed(long version, String vertexId, @Nullable NodeVector before, @Nullable NodeVector now);

    /** The version is retired, and all its embeddings are gone. May come from another thread than changes do. */
    void dropped(long version);
}
