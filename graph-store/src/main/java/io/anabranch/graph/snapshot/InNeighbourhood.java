package io.anabranch.graph.snapshot;

import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.Provenance;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some vertices and those from which they can be reached over a few edges, as they were at one moment. Immutable.
 *
 * @param vertices each once; those asked for first, without those that do not exist
 */
public record InNeighbourhood(List<Vertex> vertices) {

    /**
     * One vertex.
     *
     * @param features absent: zeros
     * @param eventTimeMs of its last upsert or patch; 0: not known
     * @param degree how many in-edges it has
     * @param read whether these are in {@code in}: they are not at the rim
     */
    public record Vertex(
            String id, @Nullable FeatureVector features, long eventTimeMs, int degree, boolean read, List<Edge> in) {}

    /**
     * An in-edge.
     *
     * @param eventTimeMs of its last upsert; 0: not known
     */
    public record Edge(String source, String type, float weight, Provenance provenance, long eventTimeMs) {}
}
