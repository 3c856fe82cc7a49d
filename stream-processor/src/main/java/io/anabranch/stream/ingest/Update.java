package io.anabranch.stream.ingest;

import io.anabranch.event.v1.GraphEvent;

/**
 * A normalised event: one fact, directed, with event time and weight set.
 *
 * @param vertexId the vertex whose owner is to read it: the node of a node event or a label, the target of an edge
 */
public record Update(String vertexId, GraphEvent event) {}
