package io.anabranch.stream.propagation;

import io.anabranch.graph.Ownership;
import io.anabranch.graph.PartitionGraph;

/**
 * What a task needs to know of its partition.
 *
 * @param featureDimension width of every feature row of the graph
 * @param maxBatch records after which a batch runs by itself
 * @param guarantee what holds after a crash; the same for all partitions
 * @param emissionLimit records after which one {@link PartitionTask#propagate()} stops sending values and embeddings
 * @param latenessMs how far an update may lie behind the partition's clock, or {@link LogClock#ANY_LATENESS}
 * @param burialLimit most edges that one call looks at to bury them
 * @param histories whether the steps of vertices are kept, for models that read them
 */
public record PartitionConfig(
        Ownership ownership,
        int featureDimension,
        AssertionMode assertionMode,
        int maxBatch,
        Guarantee guarantee,
        int emissionLimit,
        long latenessMs,
        int burialLimit,
        boolean histories) {
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
        if (latenessMs < 0) {
            throw new IllegalArgumentException("The lateness (%d ms) must not be negative.".formatted(latenessMs));
        }
        if (burialLimit < 1) {
            throw new IllegalArgumentException("The burial limit (%d) must be positive.".formatted(burialLimit));
        }
    }

    /** No update is too late, with the default burial limit, without histories. */
    public PartitionConfig(
            Ownership ownership,
            int featureDimension,
            AssertionMode assertionMode,
            int maxBatch,
            Guarantee guarantee,
            int emissionLimit) {
        this(
                ownership,
                featureDimension,
                assertionMode,
                maxBatch,
                guarantee,
                emissionLimit,
                LogClock.ANY_LATENESS,
                PartitionGraph.MOST_BURIALS_AT_ONCE,
                false);
    }

    /** Under exactly-once, with the default emission limit. */
    public PartitionConfig(Ownership ownership, int featureDimension, AssertionMode assertionMode, int maxBatch) {
        this(ownership, featureDimension, assertionMode, maxBatch, Guarantee.EXACTLY_ONCE, DEFAULT_EMISSION_LIMIT);
    }
}
