package io.anabranch.stream.propagation;

import io.anabranch.graph.Ownership;

/**
 * What a task needs to know of its partition.
 *
 * @param featureDimension width of every feature row of the graph
 * @param maxBatch records after which a batch runs by itself
 */
public record PartitionConfig(Ownership ownership, int featureDimension, AssertionMode assertionMode, int maxBatch) {
    public PartitionConfig {
        if (featureDimension < 1) {
            throw new IllegalArgumentException(
                    "The feature dimension (%d) must be positive.".formatted(featureDimension));
        }
        if (maxBatch < 1) {
            throw new IllegalArgumentException("The batch limit (%d) must be positive.".formatted(maxBatch));
        }
    }
}
