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

    /**
     * Everything below this offset of a partition of the embeddings topic has been read; what it changed was told before. On the feed's
     * thread.
     *
     * @param live whether the last record was appended after the feed had begun: what lies before may have lost records to compaction
     */
    default void read(int partition, long nextOffset, boolean live) {}

    /** The version is retired, and all its embeddings are gone. May come from another thread than changes do. */
    void dropped(long version);
}
