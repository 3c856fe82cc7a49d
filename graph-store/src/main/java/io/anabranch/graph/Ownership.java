package io.anabranch.graph;

/**
 * Which partition owns a vertex, seen from one partition. An edge lives with the owner of its target.
 *
 * <p>Implementations are immutable and may be called from any thread.
 */
public interface Ownership {

    /** How many partitions there are, at least 1. */
    int partitions();

    /** The partition from which this ownership looks, 0 to {@link #partitions()} - 1. */
    int partition();

    /** The partition that owns this vertex id; the same answer in every process, for ever. */
    int ownerOf(String vertexId);

    /** Whether {@link #partition()} owns this vertex id. */
    default boolean owns(String vertexId) {
        return ownerOf(vertexId) == partition();
    }

    /**
     * Ownership by the murmur2 hash of UTF-8 bytes, the hash by which Kafka producers spread keyed records. Hashed is the id's hash
     * tag, the text between its first &#123; and the next &#125;, so that ids with the same tag have the same owner; without a tag, or
     * with an empty one, the whole id.
     *
     * @throws IllegalArgumentException if there is no such partition
     */
    static Ownership byHash(int partitions, int partition) {
        return new HashOwnership(partitions, partition);
    }
}
