package io.anabranch.stream.propagation;

import io.anabranch.graph.Ownership;

/**
 * What a task needs to know of its partition.
 *
 * @param featureDimension width of every feature row of the graph
 * @param maxBatch records after which a batch runs by itself
 * @param guarantee what holds after a crash; the same for all partitions
 * @param emissionLimit records after which one {@link PartitionTask#propagate()} stops sending values and embeddings
 */
public record PartitionConfig(
        Ownership ownership,
        int featureDimension,
        AssertionMode assertionMode,
        int maxBatch,
        Guarantee guarantee,
        int emissionLimit) {
    /** About 100 ms of sending; long enough to be cheap, short enough for commits and heartbeats to come in between. */
    public static final int DEFAULT_EMISSION_LIMIT = 10_000;

    public PartitionConfig {
        if (featureDimension < 1) {
            throw new IllegalArgumentException(
                    "The feature dimension (%d) must be positive.".formatted(featureDimension));
        }
        if (maxBatch < 1) {
            throw new IllegalArgumentException("The batch limit (%d) must be positive.".formatted(maxBatch));
        }
        if (emissionLimit < 1) {
            throw new IllegalArgumentException("The emission limit (%d) must be positive.".formatted(emissionLimit));
        }
    }

    /** Under exactly-once, with the default emission limit. */
    public PartitionConfig(Ownership ownership, int featureDimension, AssertionMode assertionMode, int maxBatch) {
        this(ownership, featureDimension, assertionMode, maxBatch, Guarantee.EXACTLY_ONCE, DEFAULT_EMISSION_LIMIT);
    }
}
