package io.anabranch.graph;

import org.jspecify.annotations.Nullable;

/**
 * Where the registers of a {@link PartitionGraph} are written through to: each fact is the complete register of its key and
 * replaces the fact before it. What the journal holds, restored in any order, gives the same graph.
 *
 * <p>Called by the graph's one writer, while the mutation is applied.
 */
public interface FactJournal {

    /** Keeps nothing; for graphs that need not survive. */
    FactJournal NONE = new FactJournal() {
        @Override
        public void write(Fact fact, boolean shows) {}

        @Override
        public void forget(FactKey key) {}
    };

    /**
     * Stores the register. An edge whose {@code live} is false, a node that is not alive and a label that is null are tombstones.
     *
     * @param shows whether it matters to who sees only what lives: false where nothing of this key lived or lives, or only the delete time
     *     beside it changed
     */
    void write(Fact fact, boolean shows);

    /** Removes a register that is a tombstone, or the step of a vertex that was deleted. */
    void forget(FactKey key);

    /** Whose register a fact is. */
    sealed interface FactKey {}

    /** Of a node's register. */
    record NodeKey(String id) implements FactKey {}

    /** Of an edge's register. */
    record EdgeKey(EdgeId edge) implements FactKey {}

    /** Of a label's register. */
    record LabelKey(String nodeId, String task) implements FactKey {}

    /** Of what an edge's event was to one of its ends. */
    record StepKey(String vertexId, EdgeId edge, long time) implements FactKey {}

    /** The complete register of one node, edge, label or step. */
    sealed interface Fact {
        FactKey key();

        /** The vertex in whose partition the register is kept. */
        String owner();

        /** The greatest event time that the register holds. */
        long greatestTime();
    }

    /**
     * A node's register, the registers of feature columns that were written later, and the greatest delete time beside them.
     *
     * @param time event time of the register; {@link PartitionGraph#NEVER} if there is none yet
     * @param alive whether the register is an upsert
     * @param type the type, empty if not alive
     * @param features the row as it is, with later columns in it; absent: zeros
     * @param deleteTime greatest event time of a delete, {@link PartitionGraph#NEVER} if there was none
     * @param columns when the later columns were written
     */
    record NodeFact(
            String id,
            long time,
            boolean alive,
            String type,
            @Nullable FeatureVector features,
            long deleteTime,
            ColumnTimes columns)
            implements Fact {

        /** A node without later columns. */
        public NodeFact(
                String id, long time, boolean alive, String type, @Nullable FeatureVector features, long deleteTime) {
            this(id, time, alive, type, features, deleteTime, ColumnTimes.NONE);
        }

        /** Whether the node is there by itself, without edges: upserted, or patched after its delete. */
        public boolean present() {
            return alive || !columns.isEmpty();
        }

        /** Event time of the last write that shows. */
        public long latest() {
            return columns.latest(time);
        }

        @Override
        public long greatestTime() {
            return Math.max(latest(), deleteTime);
        }

        @Override
        public NodeKey key() {
            return new NodeKey(id);
        }

        @Override
        public String owner() {
            return id;
        }
    }

    /**
     * An edge's register; weight is 0 where it is not live.
     *
     * @param expiry {@link GraphMutation#NEVER_EXPIRES} where it has none or is not live
     */
    record EdgeFact(EdgeId edge, long time, boolean live, float weight, Provenance provenance, long expiry)
            implements Fact {

        /** An edge that does not expire. */
        public EdgeFact(EdgeId edge, long time, boolean live, float weight, Provenance provenance) {
            this(edge, time, live, weight, provenance, GraphMutation.NEVER_EXPIRES);
        }

        @Override
        public long greatestTime() {
            return time;
        }

        @Override
        public EdgeKey key() {
            return new EdgeKey(edge);
        }

        @Override
        public String owner() {
            return edge.target();
        }
    }

    /**
     * A step of a vertex's history, or that it is erased.
     *
     * @param vertexId an end of the edge
     * @param time of the edge's event
     * @param weight 0 where it is erased
     * @param erasedAt event time of the wish; {@link PartitionGraph#NEVER} of a step that is there
     */
    record StepFact(String vertexId, EdgeId edge, long time, float weight, long erasedAt) implements Fact {

        public boolean erased() {
            return erasedAt != PartitionGraph.NEVER;
        }

        @Override
        public long greatestTime() {
            return Math.max(time, erasedAt);
        }

        @Override
        public StepKey key() {
            return new StepKey(vertexId, edge, time);
        }

        @Override
        public String owner() {
            return vertexId;
        }
    }

    /** A label's register; no label is a tombstone. */
    record LabelFact(
            String nodeId, String task, long time, @Nullable Label label) implements Fact {

        @Override
        public long greatestTime() {
            return time;
        }

        @Override
        public LabelKey key() {
            return new LabelKey(nodeId, task);
        }

        @Override
        public String owner() {
            return nodeId;
        }
    }
}
