package io.anabranch.graph;

import org.jspecify.annotations.Nullable;

/**
 * One directed, validated fact about the graph: a write to a last-writer-wins register.
 *
 * <p>A register takes a mutation iff its time is not before the stored one; at equal times the later record wins. Between an edge
 * and a node delete of equal time the delete wins, and so it does between a patch and a node delete.
 */
public sealed interface GraphMutation {

    /** The expiry of an edge that has none. */
    long NEVER_EXPIRES = Long.MAX_VALUE;

    /** Event time in milliseconds since 1970-01-01 UTC; {@code Long.MIN_VALUE} stands for "never" and is not allowed. */
    long time();

    /** Creates the node or replaces its type and features; no features means all zeros. */
    record UpsertNode(String id, String type, @Nullable FeatureVector features, long time) implements GraphMutation {
        public UpsertNode {
            Names.requireName("node's id", id);
            Names.requireShort("node's type", type);
            requireTime(time);
        }
    }

    /**
     * Writes single feature columns of the node, each a register of its own, and leaves the others alone. A patch newer than the node's
     * delete, or of a node that was never upserted, makes the node exist, with zeros in the other columns.
     */
    record PatchNode(String id, FeaturePatch columns, long time) implements GraphMutation {
        public PatchNode {
            Names.requireName("node's id", id);
            requireTime(time);
        }
    }

    /** Removes the node and every edge at it, either direction, whose time is not after this one. */
    record RemoveNode(String id, long time) implements GraphMutation {
        public RemoveNode {
            Names.requireName("node's id", id);
            requireTime(time);
        }
    }

    /**
     * Creates the edge or replaces its weight (finite), provenance and expiry.
     *
     * @param expiry the edge dies when event time has come this far; {@link #NEVER_EXPIRES} if it does not
     */
    record UpsertEdge(EdgeId edge, float weight, Provenance provenance, long time, long expiry)
            implements GraphMutation {
        /** An edge that does not expire. */
        public UpsertEdge(EdgeId edge, float weight, Provenance provenance, long time) {
            this(edge, weight, provenance, time, NEVER_EXPIRES);
        }

        public UpsertEdge {
            if (!Float.isFinite(weight)) {
                throw new IllegalArgumentException(
                        "The weight (%s) of edge (%s) must be finite.".formatted(weight, edge));
            }
            requireTime(time);
        }
    }

    /** Removes the edge. */
    record RemoveEdge(EdgeId edge, long time) implements GraphMutation {
        public RemoveEdge {
            requireTime(time);
        }
    }

    /**
     * Erases what an upsert of the edge said, as if it had never been said: its step in the histories of the ends, and the edge itself as a
     * {@link RemoveEdge} at the erased time would. The same upsert is refused from then on.
     *
     * @param erasedTime of the upsert
     * @param time of the wish, not before the erased time
     */
    record EraseEdge(EdgeId edge, long erasedTime, long time) implements GraphMutation {
        public EraseEdge {
            requireTime(erasedTime);
            if (time < erasedTime) {
                throw new IllegalArgumentException(
                        "An event of time (%d) cannot be erased at time (%d), before it.".formatted(erasedTime, time));
            }
        }
    }

    /** Sets the node's label of one task. A label does not make its node exist. */
    record SetLabel(String nodeId, Label label, long time) implements GraphMutation {
        public SetLabel {
            Names.requireName("labelled node's id", nodeId);
            requireTime(time);
        }
    }

    /** Removes the node's label of one task. */
    record RemoveLabel(String nodeId, String task, long time) implements GraphMutation {
        public RemoveLabel {
            Names.requireName("labelled node's id", nodeId);
            Names.requireName("label's task", task);
            requireTime(time);
        }
    }

    private static void requireTime(long time) {
        if (time == Long.MIN_VALUE) {
            throw new IllegalArgumentException("The time (%d) is reserved for \"never\".".formatted(time));
        }
    }
}
