package io.anabranch.stream;

import io.anabranch.stream.propagation.AssertionMode;
import java.time.Duration;

/**
 * How updates are batched into propagation.
 *
 * @param maxBatch number of records after which a batch runs at once
 * @param latencyTarget how long an update waits at most for its batch, while the partition is in step
 * @param maxDelay how long it waits at most when the partition lags and batches grow
 * @param clockInterval how often ingest tells all partitions how far it has come, while events arrive
 * @param assertionMode how much of the result is recomputed and compared
 */
public record PropagationSettings(
        int maxBatch, Duration latencyTarget, Duration maxDelay, Duration clockInterval, AssertionMode assertionMode) {}
