package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.hag.pass.DirectPlan;

/**
 * The live in-edges that carry a message: from a source with a value, by ordinal, to a vertex that exists, by its row among the
 * sinks.
 *
 * <p>Memory of a plan: 4 bytes per sink and 8 per edge; meant for one bulk pass.
 */
final class ValuedEdges {
    private ValuedEdges() {}

    /**
     * The plan over these edges of the graph as it is now.
     *
     * @param hasValue by ordinal, whether the vertex has a value
     * @param valued by ordinal, how many of the vertex's in-edges come from a source with a value
     * @param sinks rows of the vertices that exist, as handed out at first: ascending with the ordinals
     */
    static DirectPlan plan(PartitionGraph graph, boolean[] hasValue, int[] valued, SinkRows sinks) {
        int vertices = graph.vertexCapacity();
        int[] offsets = new int[sinks.count() + 1];
        for (int v = 0; v < vertices; v++) {
            if (graph.exists(v)) {
                int row = sinks.of(v);
                offsets[row + 1] = Math.addExact(offsets[row], valued[v]);
            }
        }
        int[] sources = new int[offsets[sinks.count()]];
        float[] weights = new float[sources.length];
        int edge = 0;
        for (int v = 0; v < vertices; v++) {
            if (graph.exists(v)) {
                for (int e = 0; e < graph.inDegree(v); e++) {
                    int source = graph.inSource(v, e);
                    if (hasValue[source]) {
                        sources[edge] = source;
                        weights[edge++] = graph.inWeight(v, e);
                    }
                }
            }
        }
        return DirectPlan.of(vertices, offsets, sources, weights);
    }
}
