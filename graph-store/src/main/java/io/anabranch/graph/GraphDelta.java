package io.anabranch.graph;

/**
 * The net effect of what was applied between two drains, against the state at the first: what was added and removed again, or set
 * to the value that it had, does not show. Lists are in the order in which the batch first met each edge or vertex.
 *
 * <p>The object and its lists belong to the graph and are filled again by the next {@link PartitionGraph#drainDelta()}. A drain
 * allocates nothing once the lists have grown to the size of a batch.
 */
public final class GraphDelta {

    final EdgeChanges added = new EdgeChanges();
    final EdgeChanges removed = new EdgeChanges();
    final EdgeChanges reweighted = new EdgeChanges();
    final VertexList changedFeatures = new VertexList();
    final HistoryChanges changedHistories = new HistoryChanges();
    final VertexList appeared = new VertexList();
    final VertexList disappeared = new VertexList();
    final DegreeChanges degreeChanged = new DegreeChanges();
    final VertexList touched = new VertexList();
    final VertexList deleteRaised = new VertexList();
    final VertexList wanted = new VertexList();
    final VertexList unwanted = new VertexList();
    final VertexList forgotten = new VertexList();

    GraphDelta() {}

    /** Edges that live now and did not before. */
    public EdgeChanges addedEdges() {
        return added;
    }

    /** Edges that lived before and don't now, with the weight that they had. */
    public EdgeChanges removedEdges() {
        return removed;
    }

    /** Edges that lived before and live now with another weight (by bits). */
    public EdgeChanges reweightedEdges() {
        return reweighted;
    }

    /**
     * Vertices that exist now and whose row differs by bits from the one before, where a vertex that does not exist or has no
     * features reads as zeros. So a vertex that appeared is here too if its row is not zero.
     */
    public VertexList changedFeatures() {
        return changedFeatures;
    }

    /** Owned vertices whose steps changed, whether or not they exist. */
    public HistoryChanges changedHistories() {
        return changedHistories;
    }

    /** Owned vertices that exist now and did not before. */
    public VertexList appeared() {
        return appeared;
    }

    /** Owned vertices that existed before and don't now. */
    public VertexList disappeared() {
        return disappeared;
    }

    /** Owned vertices whose number of live in-edges differs. */
    public DegreeChanges degreeChanged() {
        return degreeChanged;
    }

    /** Owned vertices that a record addressed, even without effect, or whose state a record changed. */
    public VertexList touched() {
        return touched;
    }

    /** Owned vertices whose greatest delete time rose: subscribers must hear of it even if no number changed. */
    public VertexList deleteRaised() {
        return deleteRaised;
    }

    /** Halo vertices that have a live edge now and had none before. */
    public VertexList wanted() {
        return wanted;
    }

    /** Halo vertices that had a live edge before and have none now. */
    public VertexList unwanted() {
        return unwanted;
    }

    /**
     * Vertices, owned or halo, of which nothing is known any more: they did not exist, or were not wanted, before either. After this delta their
     * ordinals may go to other vertices, so whoever keeps anything by ordinal must drop it now.
     */
    public VertexList forgotten() {
        return forgotten;
    }

    /** Whether nothing changed and nothing was touched. */
    public boolean isEmpty() {
        return added.isEmpty()
                && removed.isEmpty()
                && reweighted.isEmpty()
                && touched.isEmpty()
                && wanted.isEmpty()
                && unwanted.isEmpty()
                && forgotten.isEmpty();
    }

    void clear() {
        added.clear();
        removed.clear();
        reweighted.clear();
        changedFeatures.clear();
        changedHistories.clear();
        appeared.clear();
        disappeared.clear();
        degreeChanged.clear();
        touched.clear();
        deleteRaised.clear();
        wanted.clear();
        unwanted.clear();
        forgotten.clear();
    }
}
