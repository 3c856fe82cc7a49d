package io.anabranch.stream.propagation;

/** What is known of a vertex's embedding on the embeddings topic; decides who needs a tombstone after a restart. */
public enum PublishedMark {
    /** A record that can make the vertex exist was read; a later batch may publish it. */
    MAYBE,
    /** An embedding was published. */
    LIVE,
    /** The last thing published was a tombstone. */
    GONE
}
