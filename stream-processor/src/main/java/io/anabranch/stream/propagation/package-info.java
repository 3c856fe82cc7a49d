/**
 * Exact incremental propagation over one partition of the graph, and the halo protocol that keeps partitions exact
 * together.
 *
 * <p>A {@link io.anabranch.stream.propagation.PartitionTask} is single-threaded and deterministic: records in, embeddings
 * and halo messages out, everything durable through {@link io.anabranch.stream.propagation.PartitionState}. Nothing here
 * knows Kafka or protobuf. Invariant: after each batch the values of every owned vertex equal a forward pass over the
 * local graph and the local halo entries; once all input is drained they equal a forward pass over the whole graph.
 */
@NullMarked
package io.anabranch.stream.propagation;

import org.jspecify.annotations.NullMarked;
