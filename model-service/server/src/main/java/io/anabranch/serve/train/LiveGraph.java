package io.anabranch.serve.train;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.KnownHags;
import io.anabranch.graph.hag.choice.PlanSettings;
import io.anabranch.graph.hag.live.KeptCounts;
import io.anabranch.graph.hag.maintenance.MaintenanceReport;
import io.anabranch.graph.snapshot.EdgeDirection;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.graph.snapshot.InNeighbourhood;
import io.anabranch.graph.snapshot.ReplicaEdge;
import io.anabranch.graph.snapshot.ReplicaNode;
import io.anabranch.serve.predict.GraphLookup;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The clean, current graph as this service has read it. */
public interface LiveGraph extends GraphLookup {

    /** The graph as it is now with what had been read; holds up the reading while it is collected, O(graph). */
    Moment moment();

    /**
     * The same, with what is known of its shared sums. Where the settings search, a computation graph of these rows is kept from the first such
     * call on, and follows the graph; later moments have it without a search.
     *
     * @param rows which rows are to be summed
     * @param settings of the sums
     */
    Moment moment(HagOptions.Mode rows, PlanSettings settings);

    /** The computation graphs that are kept; empty until a training had use for one. Never blocks. */
    List<Sharing> sharing();

    /**
     * The vertices and those from which they can be reached over a few edges, as they are now; holds up the reading while it is collected,
     * O(what is read).
     *
     * @param hops over how many edges
     * @param most vertices and edges that may be read
     * @return null if there are more
     */
    @Nullable
    InNeighbourhood inNeighbourhood(Collection<String> ids, int hops, int most);

    /** A node as it is now; null: it does not exist. */
    @Nullable
    ReplicaNode node(String id);

    /**
     * Edges of a node, ordered by their other ends and, between the same ends, by their types. Holds up the reading for O(log(edges of the node)
     * + limit).
     *
     * @param after the edge to go on behind, which need not be there any more; null: from the first on
     * @param limit how many at most
     * @return null: the node does not exist
     */
    @Nullable
    List<ReplicaEdge> edges(String id, EdgeDirection direction, @Nullable EdgeId after, int limit);

    long vertices();

    long edges();

    /** Of the edges, those with provenance LEARNED. */
    long learnedEdges();

    long labels();

    /**
     * The graph at one moment.
     *
     * @param offsets next offset of every partition of the graph topic
     * @param hags computation graphs of its rows
     */
    record Moment(GraphSnapshot graph, List<Long> offsets, KnownHags hags) {}

    /**
     * A computation graph that is kept.
     *
     * @param rows which rows it sums
     * @param report how it stands
     * @param counts of all that were kept of these rows
     */
    record Sharing(HagOptions.Mode rows, MaintenanceReport report, KeptCounts counts) {}
}
