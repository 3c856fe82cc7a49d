package io.anabranch.serve.registry;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which partitions have said that their embeddings of a version are exact. What a partition said in an earlier
 * incarnation counts no more: after a restart it says so again. One writer; any number of readers.
 */
public final class CoverageTable {

    private static final long NEVER = Long.MIN_VALUE;

    private final AtomicLongArray epochs;
    private final ConcurrentHashMap<Long, AtomicLongArray> covered = new ConcurrentHashMap<>();

    public CoverageTable(int partitions) {
        if (partitions < 1) {
            throw new IllegalArgumentException("The number of partitions (%d) must be positive.".formatted(partitions));
        }
        epochs = unset(partitions);
    }

    public int partitions() {
        return epochs.length();
    }

    /** A record of this incarnation of the partition was read. */
    public void saw(int partition, long epoch) {
        if (epochs.get(partition) < epoch) {
            epochs.set(partition, epoch);
        }
    }

    /** The partition said that all its embeddings of the version are exact and were read before. */
    public void cover(long version, int partition, long epoch) {
        saw(partition, epoch);
        covered.computeIfAbsent(version, v -> unset(partitions())).set(partition, epoch);
    }

    /** Whether the partition's present incarnation, if that is this epoch, has covered the version. */
    public boolean covers(long version, int partition, long epoch) {
        AtomicLongArray of = covered.get(version);
        return of != null && of.get(partition) >= epoch && of.get(partition) != NEVER;
    }

    /** Number of partitions whose present incarnation has covered the version. */
    public int count(long version) {
        int count = 0;
        for (int p = 0; p < partitions(); p++) {
            if (covers(version, p, epochs.get(p))) {
                count++;
            }
        }
        return count;
    }

    public boolean complete(long version) {
        return count(version) == partitions();
    }

    public void forget(long version) {
        covered.remove(version);
    }

    private static AtomicLongArray unset(int partitions) {
        long[] never = new long[partitions];
        Arrays.fill(never, NEVER);
        return new AtomicLongArray(never);
    }
}
