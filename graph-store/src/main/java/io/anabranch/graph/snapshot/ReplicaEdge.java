package io.anabranch.graph.snapshot;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.Provenance;

/**
 * An edge of the replica.
 *
 * @param eventTimeMs of its last upsert; 0: not known
 * @param expiry the event time at which it dies; {@link io.anabranch.graph.GraphMutation#NEVER_EXPIRES} if it does not
 */
public record ReplicaEdge(EdgeId id, float weight, Provenance provenance, long eventTimeMs, long expiry) {}
