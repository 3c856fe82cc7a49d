package io.anabranch.graph;

import org.jspecify.annotations.Nullable;

/**
 * Where the registers of a {@link PartitionGraph} are written through to: each fact is the complete register of its key and
 * replaces the fact before it. What the journal holds, restored in any order, gives the same graph.
 *
 * <p>Called by the graph's one writer, while the mutation is applied.
 */
public interface FactJournal {

    /** Forgets everything; for graphs that need not survive. */
    FactJournal NONE = fact -> {};

    /** Stores the register. An edge whose {@code live} is false, a node that is not alive and a label that is null are tombstones. */
    void write(Fact fact);

    /** The complete register of one node, edge or label. */
    sealed interface Fact {}

    /**
     * A node's register and the greatest delete time beside it.
     *
     * @param time event time of the register; {@link PartitionGraph#NEVER} if there is none yet
     * @param alive whether the register is an upsert
     * @param type the type, empty if not alive
     * @param features absent: zeros
     * @param deleteTime greatest event time of a delete, {@link PartitionGraph#NEVER} if there was none
     */
    record NodeFact(
            String id,
            long time,
            boolean alive,
            String type,
            @Nullable FeatureVector features,
            long deleteTime) implements Fact {}

    /** An edge's register; weight is 0 where it is not live. */
    record EdgeFact(EdgeId edge, long time, boolean live, float weight, Provenance provenance) implements Fact {}

    /** A label's register; no label is a tombstone. */
    record LabelFact(
            String nodeId, String task, long time, @Nullable Label label) implements Fact {}
}
