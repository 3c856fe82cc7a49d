package io.anabranch.graph;

import org.jspecify.annotations.Nullable;

/**
 * One directed, validated fact about the graph: a write to a last-writer-wins register.
 *
 * <p>A register takes a mutation iff its time is not before the stored one; at equal times the later record wins. Between an edge
 * and a node delete of equal time the delete wins.
 */
public sealed interface GraphMutation {

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

    /** Removes the node and every edge at it, either direction, whose time is not after this one. */
    record RemoveNode(String id, long time) implements GraphMutation {
        public RemoveNode {
            Names.requireName("node's id", id);
            requireTime(time);
        }
    }

    /** Creates the edge or replaces its weight (finite) and provenance. */
    record UpsertEdge(EdgeId edge, float weight, Provenance provenance, long time) implements GraphMutation {
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
