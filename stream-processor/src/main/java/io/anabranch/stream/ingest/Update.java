package io.anabranch.stream.ingest;

import io.anabranch.event.v1.GraphEvent;

/**
 * A normalised event: one fact, directed, with event time and weight set, or the request to recompute a node, without a time.
 *
 * @param vertexId the vertex whose owner is to read it: the node of a node event, a label or a request, the target of an edge, or its source
 * @param sourceStep whether it is the step that an edge event is for its source, and to be left out where the owner of the target is the same
 */
public record Update(String vertexId, GraphEvent event, boolean sourceStep) {
    Update(String vertexId, GraphEvent event) {
        this(vertexId, event, false);
    }
}
