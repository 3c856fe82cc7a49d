package io.anabranch.serve.train;

import io.anabranch.graph.snapshot.GraphSnapshot;
import java.util.List;

/** The clean, current graph as this service has read it. */
public interface LiveGraph {

    /** The graph as it is now with what had been read; holds up the reading while it is collected, O(graph). */
    Moment moment();

    long vertices();

    long edges();

    long labels();

    /**
     * The graph at one moment.
     *
     * @param offsets next offset of every partition of the graph topic
     */
    record Moment(GraphSnapshot graph, List<Long> offsets) {}
}
