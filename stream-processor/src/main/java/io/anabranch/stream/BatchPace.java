package io.anabranch.stream;

import java.time.Duration;

/**
 * Decides when the next batch of a partition is due. It is looked at every multiple of the latency target, the same moments for
 * all partitions, so that those of one thread share a commit. While the input is fresh a batch is due at the first look. When the
 * input lags, or batches take longer than the target, it waits and grows as long as records keep coming, because a large batch
 * costs less an update than a small one: a vertex that changes a hundred times in it is computed and sent once. The wait has a
 * bound, and so has the number of records.
 *
 * <p>The lag is the age of the newest record read, by the time at which its event was accepted. A quarter of it goes to the
 * wait: a partition that is in step has a lag of little more than a commit or two and keeps the target.
 *
 * <p>A function of the times it is told. Not thread-safe.
 */
final class BatchPace {

    private static final int LAG_SHARE = 4;
    /** Of the wait, in looks: so often nothing may have come before the input is taken for drained. */
    private static final int QUIET_SHARE = 4;
    /** Looks, not time: between two of them the thread has read at least once, however busy it is. */
    private static final int MOST_QUIET_LOOKS = 5;

    private final long targetMs;
    private final long boundMs;
    private final int maxBatch;
    private int records;
    private int recordsAtLook;
    private long firstReadMs;
    private int quietLooks;
    private long lagMs;
    private long lastRunMs;

    BatchPace(PropagationSettings settings) {
        this.targetMs = settings.latencyTarget().toMillis();
        this.boundMs = Math.max(targetMs, settings.maxDelay().toMillis());
        this.maxBatch = settings.maxBatch();
    }

    /** A record was read, or one that stands for many. */
    void read(long nowMs, long acceptedTimeMs, int standsFor) {
        if (records == 0) {
            firstReadMs = nowMs;
        }
        records += standsFor;
        lagMs = nowMs - acceptedTimeMs;
    }

    /** Records read since the last batch. */
    int records() {
        return records;
    }

    /** Whether so many records wait for their batch that it is due at once. */
    boolean full() {
        return records >= maxBatch;
    }

    /** How long until the next look; above zero. */
    Duration untilLook(long nowMs) {
        return Duration.ofMillis(targetMs - Math.floorMod(nowMs, targetMs));
    }

    /** A look: whether the batch is due. */
    boolean due(long nowMs) {
        long wait = Math.min(boundMs, Math.max(targetMs, Math.max(lagMs / LAG_SHARE, lastRunMs)));
        quietLooks = records == recordsAtLook ? quietLooks + 1 : 0;
        recordsAtLook = records;
        boolean quiet = quietLooks >= Math.clamp(wait / (QUIET_SHARE * targetMs), 1, MOST_QUIET_LOOKS);
        return quiet || full() || nowMs - firstReadMs >= wait - targetMs;
    }

    /** The batch has run. */
    void ran(Duration duration) {
        settled();
        lastRunMs = duration.toMillis();
    }

    /** What was read needs no batch. */
    void settled() {
        records = 0;
        recordsAtLook = 0;
        quietLooks = 0;
    }
}
