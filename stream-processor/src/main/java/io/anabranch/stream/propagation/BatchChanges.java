package io.anabranch.stream.propagation;

import io.anabranch.graph.DegreeChanges;
import io.anabranch.graph.GraphDelta;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.VertexList;
import org.jspecify.annotations.Nullable;

/**
 * What a batch changed below the first layer, in the terms of the layers: which sources and sinks every layer has to look at.
 * Belongs to the engine and is filled anew by each batch.
 */
final class BatchChanges {
    private final PartitionGraph graph;
    private @Nullable GraphDelta delta;

    private final VertexSet structural = new VertexSet();
    private final VertexSet everywhere = new VertexSet();
    private final VertexSet degreeMovers = new VertexSet();
    private final VertexSet fresh = new VertexSet();

    BatchChanges(PartitionGraph graph) {
        this.graph = graph;
    }

    /** Fills the sets, all but what {@link Sources#update} adds to the structural ones; {@code moved} gets the owned vertices whose h_0 changed. */
    void collect(GraphDelta next, VertexSet haloTouched, VertexSet moved) {
        delta = next;
        structural.clear();
        everywhere.clear();
        degreeMovers.clear();
        fresh.clear();
        VertexList appeared = next.appeared();
        for (int i = 0; i < appeared.size(); i++) {
            int v = appeared.vertex(i);
            fresh.add(v);
            structural.add(v);
            everywhere.add(v);
            moved.add(v);
        }
        for (int i = 0; i < next.disappeared().size(); i++) {
            everywhere.add(next.disappeared().vertex(i));
        }
        for (int i = 0; i < next.changedFeatures().size(); i++) {
            moved.add(next.changedFeatures().vertex(i));
        }
        everywhere.addAll(haloTouched);
        DegreeChanges degrees = next.degreeChanged();
        for (int i = 0; i < degrees.size(); i++) {
            int v = degrees.vertex(i);
            if (graph.exists(v)) {
                structural.add(v);
                degreeMovers.add(v);
            }
        }
    }

    /** The net effect on the graph: edges with source, target, type, old and new weight. The graph is already as it is after. */
    GraphDelta delta() {
        if (delta == null) {
            throw new IllegalStateException("No batch has been collected yet.");
        }
        return delta;
    }

    /**
     * Owned vertices to recompute at every layer: new ones, and those of which an in-edge came, went or was re-weighted, or a source
     * gained or lost its value. Some may not exist any more.
     */
    VertexSet structural() {
        return structural;
    }

    /** Sources to look at in every layer: new and gone ones, and halo vertices of which something was heard. */
    VertexSet everywhere() {
        return everywhere;
    }

    /** Owned vertices that exist and whose in-degree changed. */
    VertexSet degreeMovers() {
        return degreeMovers;
    }

    /** Owned vertices that did not exist before: they have no rows yet. */
    VertexSet fresh() {
        return fresh;
    }
}
