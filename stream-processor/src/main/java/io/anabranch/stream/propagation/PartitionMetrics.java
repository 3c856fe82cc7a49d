package io.anabranch.stream.propagation;

/**
 * Counters of one task since its start, and sizes now.
 *
 * @param updates update records read
 * @param haloReceived halo records read
 * @param haloSent halo records sent
 * @param embeddingsSent embeddings and tombstones sent, all versions
 * @param batches propagation batches run
 * @param edges live edges held
 * @param haloVertices vertices of other partitions that this one subscribes to
 * @param subscriptions (vertex, partition) pairs that subscribe here
 * @param rowAdds accumulator rows changed by deltas
 * @param resums accumulators that were summed anew against rounding drift
 * @param verticesCompared vertices compared with a recomputation ({@link AssertionMode})
 * @param worstDrift greatest relative difference seen by those comparisons
 */
public record PartitionMetrics(
        long updates,
        long haloReceived,
        long haloSent,
        long embeddingsSent,
        long batches,
        int edges,
        int haloVertices,
        int subscriptions,
        long rowAdds,
        long resums,
        long verticesCompared,
        double worstDrift) {}
