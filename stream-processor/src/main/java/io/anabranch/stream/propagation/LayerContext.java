package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import java.util.Set;

/**
 * What all layers of an engine share.
 *
 * @param graph as it is after the batch
 * @param sources who has a value, as after the batch
 * @param sinks the rows of owned vertices that exist; one that goes keeps its row until the batch is over
 */
record LayerContext(PartitionGraph graph, Sources sources, SinkRows sinks, EngineTuning tuning, Set<Fault> faults) {}
