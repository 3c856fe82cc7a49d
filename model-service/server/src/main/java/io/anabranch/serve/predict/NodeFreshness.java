package io.anabranch.serve.predict;

/**
 * How fresh an embedding is.
 *
 * @param eventTimeMs greatest event time reflected
 * @param acceptedTimeMs when the oldest event of the batch that made it was accepted
 * @param partition partition of the updates topic that owns the vertex
 * @param position next offset there when it was made
 */
public record NodeFreshness(long eventTimeMs, long acceptedTimeMs, int partition, long position) {

    /** Of a vertex that is not stored: nothing can be said. */
    public static final NodeFreshness UNSEEN = new NodeFreshness(0, 0, -1, 0);

    /** The one that reflects less: the smaller event time, at equal ones the smaller accepted time. */
    public NodeFreshness staler(NodeFreshness other) {
        if (this == UNSEEN || other == UNSEEN) {
            return this == UNSEEN ? other : this;
        }
        if (eventTimeMs != other.eventTimeMs) {
            return eventTimeMs < other.eventTimeMs ? this : other;
        }
        return acceptedTimeMs <= other.acceptedTimeMs ? this : other;
    }
}
