package io.anabranch.stream.propagation;

import org.jspecify.annotations.Nullable;

/** Where a task's records go. Calls keep their order per target, and become visible with the commit of their input. */
public interface PartitionOutput {
    void halo(int toPartition, HaloEnvelope envelope);

    /**
     * The embedding of a vertex; null: it has none any more.
     *
     * @param vector fresh array, the receiver may keep it
     */
    void embedding(long modelVersion, String vertexId, float @Nullable [] vector, Freshness freshness);

    /** Every embedding of this version in this partition is exact and was sent before this call. */
    void coverage(long modelVersion);

    /**
     * Every embedding of this partition, of every covered version, reflects all events below these positions, wherever they landed, and
     * was sent before this call. Replaces what was said before; it may take some of it back.
     */
    void progress(EventPositions positions);
}
