package io.anabranch.graph.snapshot;

import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.Label;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node of the replica.
 *
 * @param type null: it was never put and is only the end of an edge
 * @param features null: zeros
 * @param eventTimeMs of its last upsert or patch; 0: not known
 * @param labels in the order of their tasks
 */
public record ReplicaNode(
        String id,
        @Nullable String type,
        @Nullable FeatureVector features,
        long eventTimeMs,
        int inEdges,
        int outEdges,
        List<Label> labels) {

    public ReplicaNode {
        labels = List.copyOf(labels);
    }
}
