package io.anabranch.stream.propagation;

import java.util.Arrays;

/**
 * One next offset for each partition of the events topic: it stands for all events below. Immutable; a partial order, in which one
 * covers another iff it does so in every partition.
 */
public final class EventPositions {
    private final long[] next;

    private EventPositions(long[] next) {
        this.next = next;
    }

    /** Of no event at all. */
    public static EventPositions none(int eventsPartitions) {
        return new EventPositions(new long[eventsPartitions]);
    }

    /** By events partition. */
    public static EventPositions of(long... next) {
        for (long position : next) {
            if (position < 0) {
                throw new IllegalArgumentException("The position (%d) must not be negative.".formatted(position));
            }
        }
        return new EventPositions(next.clone());
    }

    /** Number of partitions of the events topic. */
    public int size() {
        return next.length;
    }

    /** Next offset of one events partition. */
    public long at(int eventsPartition) {
        return next[eventsPartition];
    }

    /** Raised, in one partition, to at least this position. */
    EventPositions reaching(int eventsPartition, long position) {
        if (position <= next[eventsPartition]) {
            return this;
        }
        long[] raised = next.clone();
        raised[eventsPartition] = position;
        return new EventPositions(raised);
    }

    /** What both cover. */
    EventPositions min(EventPositions other) {
        long[] least = next.clone();
        for (int e = 0; e < least.length; e++) {
            least[e] = Math.min(least[e], other.next[e]);
        }
        return new EventPositions(least);
    }

    boolean covers(EventPositions other) {
        for (int e = 0; e < next.length; e++) {
            if (next[e] < other.next[e]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EventPositions that && Arrays.equals(next, that.next);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(next);
    }

    @Override
    public String toString() {
        return Arrays.toString(next);
    }
}
