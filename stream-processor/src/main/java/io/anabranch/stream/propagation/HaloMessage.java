package io.anabranch.stream.propagation;

import java.util.Set;

/** What one partition says to another. */
public sealed interface HaloMessage {
    /**
     * All that a sink needs of a source, for one model version. Layers that did not change may be left out, but only towards a receiver that
     * this incarnation has sent the whole since it last subscribed; so a receiver never waits for a second one.
     *
     * @param inDegree live in-edges of the vertex, pending ones included
     * @param deleteTime greatest accepted delete time, {@link HaloEntry#NEVER_DELETED} if none
     * @param layers {@code h_0 .. h_{L-1}}
     */
    record Value(String vertexId, long modelVersion, int inDegree, long deleteTime, LayerValues layers)
            implements HaloMessage {}

    /** The sender has its first live in-edge from this vertex, which the receiver owns. */
    record Subscribe(String vertexId) implements HaloMessage {}

    /** The sender's last live in-edge from this vertex is gone. */
    record Unsubscribe(String vertexId) implements HaloMessage {}

    /** To its own partition: the offset of this record is to be the sender's epoch. */
    record Hello(long nonce) implements HaloMessage {}

    /**
     * The sender has started anew and wants this vertex, which the receiver owns.
     *
     * @param held the versions of which it holds a value
     */
    record Sync(String vertexId, Set<Long> held) implements HaloMessage {
        public Sync {
            held = Set.copyOf(held);
        }
    }

    /**
     * The sender has started anew and asks for marks.
     *
     * @param synced whether a {@link Sync} for everything that it wants came before; what did not come so is not wanted any more
     */
    record End(boolean synced) implements HaloMessage {}

    /** The sender will never again accept an update that is older than this time less the lateness. */
    record Gossip(long timeMs) implements HaloMessage {}

    /** The sender's {@code h_0 .. h_level} of this version are exact and were sent before this record. */
    record Mark(long modelVersion, int level) implements HaloMessage {}

    /**
     * The sender has reached this level for all events below the positions, and everything that this means for the receiver was sent
     * before this record; see {@link io.anabranch.stream.propagation.Frontier}. Replaces what the sender said of the level before.
     */
    record Frontier(int level, EventPositions positions) implements HaloMessage {}
}
