package io.anabranch.serve.recompute;

import io.anabranch.graph.FeatureVector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A vertex that is not stored.
 *
 * @param in edges that lead to it, from stored vertices or other unseen ones
 * @param out edges that lead from it to stored vertices
 */
public record UnseenNode(String id, @Nullable FeatureVector features, List<Edge> in, List<Edge> out) {

    /**
     * One of its edges.
     *
     * @param other the other end
     */
    public record Edge(String other, String type, float weight) {}
}
