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
 * @param steps steps of histories held
 * @param stepsRead steps that encoders have read, all versions, those that were read again among them
 * @param stepsUndone steps that were undone because one came before them, or changed
 * @param historiesReadAgain histories that were read from their first step on, since steps were too old to be undone
 * @param degreesOfFreedom as how many units what the newest version's encoder has shown lately counts; 0 where none reads histories
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
        long steps,
        long stepsRead,
        long stepsUndone,
        long historiesReadAgain,
        double degreesOfFreedom,
        long verticesCompared,
        double worstDrift) {}
