package io.anabranch.stream;

/**
 * Names of the topics, all with one prefix.
 *
 * @param prefix what every name begins with, without the dot, such as {@code anabranch}
 */
public record Topics(String prefix) {

    /** What producers say, in any order, on any partition. */
    public String events() {
        return prefix + ".events";
    }

    /** Rejected events with the reason in their headers. */
    public String deadLetters() {
        return prefix + ".dead-letters";
    }

    /** Normalised updates, each in the partition that owns its vertex. */
    public String updates() {
        return prefix + ".updates";
    }

    /** What partitions say to each other, each record in the partition that it is addressed to. */
    public String halo() {
        return prefix + ".halo";
    }

    /** The clean, current graph, compacted. */
    public String graph() {
        return prefix + ".graph";
    }

    /** The current embeddings, compacted. */
    public String embeddings() {
        return prefix + ".embeddings";
    }

    /** Models in chunks with manifests and aliases, compacted. */
    public String models() {
        return prefix + ".models";
    }

    /** How each stream processor is doing, compacted. */
    public String processors() {
        return prefix + ".processors";
    }
}
