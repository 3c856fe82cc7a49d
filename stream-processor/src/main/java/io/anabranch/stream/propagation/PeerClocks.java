package io.anabranch.stream.propagation;

import java.util.Arrays;

/**
 * How far the clocks of the peers have come, for good: each gossips the time of its last commit that is known to have succeeded, so that no
 * crash takes it back. Gossip stands behind the peer's subscriptions in the same log, so that whoever has read it has answered every edge that
 * the peer accepted before. In memory only: after a restart nothing is known until every peer has gossiped again.
 */
final class PeerClocks {
    static final long NO_TIME = Long.MIN_VALUE;

    private final long[] times;
    private final int partition;

    PeerClocks(int partitions, int partition) {
        this.partition = partition;
        times = new long[partitions];
        Arrays.fill(times, NO_TIME);
    }

    void gossip(int from, long timeMs) {
        times[from] = Math.max(times[from], timeMs);
    }

    /** The least of the peers' times and this partition's own. */
    long least(long own) {
        long least = own;
        for (int p = 0; p < times.length; p++) {
            if (p != partition) {
                least = Math.min(least, times[p]);
            }
        }
        return least;
    }
}
