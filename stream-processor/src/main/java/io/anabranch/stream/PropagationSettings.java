package io.anabranch.stream;

import io.anabranch.stream.propagation.AssertionMode;
import java.time.Duration;

/**
 * How updates are batched into propagation.
 *
 * @param maxBatch number of records after which a batch runs at once
 * @param flushInterval after how long a batch runs that is not full
 * @param clockInterval how often ingest tells all partitions how far it has come, while events arrive
 * @param assertionMode how much of the result is recomputed and compared
 */
public record PropagationSettings(
        int maxBatch, Duration flushInterval, Duration clockInterval, AssertionMode assertionMode) {}
