package io.anabranch.graph;

import io.anabranch.graph.adjacency.EdgeTable;
import io.anabranch.graph.feature.FeatureSlab;

/** The arrays of one partition's graph, and what can be said of a vertex from them alone. */
record GraphTables(VertexTable vertices, EdgeTable edges, FeatureSlab features) {

    boolean owned(int v) {
        return vertices.is(v, VertexTable.OWNED);
    }

    /** Whether an owned vertex is alive, patched, subscribed, or an end of a live edge. */
    boolean exists(int v) {
        return owned(v)
                && (vertices.is(v, VertexTable.ALIVE | VertexTable.PATCHED | VertexTable.SUBSCRIBED)
                        || edges.in().count(v) > 0
                        || edges.out().count(v) > 0);
    }

    /** Whether this is a halo vertex with a live edge. */
    boolean wanted(int v) {
        return !owned(v) && edges.out().count(v) > 0;
    }
}
