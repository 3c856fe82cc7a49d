package io.anabranch.graph;

import io.anabranch.graph.adjacency.EdgeTable;
import io.anabranch.graph.feature.FeatureSlab;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The graph of one partition: the vertices that it owns with their in-edges, and the halo vertices that are sources of those.
 *
 * <p><b>Rules.</b> Each node, edge and label is a last-writer-wins register on event time, later record first at equal times. Beside
 * the node's register stands its greatest delete time. An edge lives iff its register has a weight and its time is past the delete
 * times of both ends; an edge that fails is buried: stored as a tombstone of the same time. A vertex exists iff it is owned and its
 * register is alive, or it has a live edge here, or a partition subscribes to it. All this depends on the registers alone.
 *
 * <p><b>Ordinals.</b> Every id that was met has a dense ordinal for the life of this object; ordinals are not the same after a
 * restart. Tombstones are never forgotten.
 *
 * <p><b>Cost.</b> A mutation is O(1), a node delete O(edges of the node), a drain O(what was touched). No allocation but for new
 * ids, growth of arrays, and the fact written to the journal.
 *
 * <p><b>Memory</b>, counted by {@link #memoryBytes()}: per vertex {@value #BYTES_PER_VERTEX} bytes (registers 29, name and its hash 20,
 * two list heads 24) and its string; per row of features 4 bytes a float, for vertices that have any; per edge register
 * {@value #BYTES_PER_EDGE_REGISTER} (register 33, hash 16); per live edge {@value #BYTES_PER_LIVE_EDGE} (two entries of 12 bytes, times
 * 2.5 for slack and for what moved lists left behind). Growth by half can leave a third of every array empty on top.
 *
 * <p><b>Threads.</b> One writer, the task of the partition, which is also the only reader.
 */
public final class PartitionGraph {

    /** The time before all times: of a delete that never was, of a register never written. */
    public static final long NEVER = Long.MIN_VALUE;

    /** The ordinal of an id that was never met. */
    public static final int NO_VERTEX = -1;

    static final int BYTES_PER_VERTEX = 73;
    static final int BYTES_PER_EDGE_REGISTER = 49;
    static final int BYTES_PER_LIVE_EDGE = 60;

    private final Ownership ownership;
    private final int featureDimension;
    private final FactJournal journal;

    private final NameTable ids = new NameTable();
    private final NameTable types = new NameTable();
    private final VertexTable vertices = new VertexTable();
    private final EdgeTable edges = new EdgeTable();
    private final FeatureSlab features;
    private final LabelRegisters labels = new LabelRegisters();
    private final GraphTables tables;
    private final DeltaRecorder recorder;

    private boolean restoring;
    private boolean applied;

    private PartitionGraph(Ownership ownership, int featureDimension, FactJournal journal) {
        this.ownership = ownership;
        this.featureDimension = featureDimension;
        this.journal = journal;
        this.features = new FeatureSlab(featureDimension);
        this.tables = new GraphTables(vertices, edges, features);
        this.recorder = new DeltaRecorder(tables);
        types.intern("");
    }

    /** An empty graph of the partition from which the ownership looks. */
    public static PartitionGraph open(Ownership ownership, int featureDimension, FactJournal journal) {
        return new PartitionGraph(ownership, featureDimension, journal);
    }

    // ---- restore

    /**
     * Takes a register from the journal, without writing it back. Any order; each key once. Delete times of halo vertices and
     * subscriptions may be restored before, between or after; then {@link #finishRestore()} must be called.
     *
     * @throws IllegalStateException if a mutation was applied already
     */
    public void restore(FactJournal.Fact fact) {
        if (applied) {
            throw new IllegalStateException(
                    "The fact (%s) must be restored before the first mutation.".formatted(fact));
        }
        restoring = true;
        switch (fact) {
            case FactJournal.NodeFact node -> restoreNode(node);
            case FactJournal.EdgeFact edge -> restoreEdge(edge);
            case FactJournal.LabelFact label -> labels.write(intern(label.nodeId()), label.task(), label.time());
        }
    }

    /**
     * Ends the restore: what came before does not show in a delta, and every live edge is judged by the delete times that are
     * known now. Burials are written to the journal and show in the next delta, like any other.
     */
    public void finishRestore() {
        drainDelta();
        restoring = false;
        for (int slot = 0; slot < edges.size(); slot++) {
            if (edges.live(slot)) {
                judge(slot);
            }
        }
    }

    private void restoreNode(FactJournal.NodeFact node) {
        int v = internOwned(node.id());
        vertices.time[v] = node.time();
        vertices.deleteTime[v] = node.deleteTime();
        vertices.set(v, VertexTable.ALIVE, node.alive());
        vertices.type[v] = types.intern(node.type());
        if (node.features() != null) {
            int row = features.acquire();
            node.features().copyInto(features.segment(row), features.offset(row));
            vertices.featureRow[v] = row;
        }
    }

    private void restoreEdge(FactJournal.EdgeFact fact) {
        int u = intern(fact.edge().source());
        int v = internOwned(fact.edge().target());
        int slot = edges.create(u, v, types.intern(fact.edge().type()), fact.time());
        if (fact.live()) {
            edges.enliven(slot, fact.weight(), fact.provenance() == Provenance.LEARNED);
        }
    }

    // ---- writing

    /**
     * Applies one mutation to its register, judges what it may have changed, and writes through to the journal.
     *
     * @throws IllegalArgumentException if the node or the edge's target is not owned here, or the features have another dimension
     *     than the graph
     * @throws IllegalStateException if a restore was begun and not finished
     */
    public void apply(GraphMutation mutation) {
        if (restoring) {
            throw new IllegalStateException(
                    "The restore must be finished before the mutation (%s).".formatted(mutation));
        }
        applied = true;
        switch (mutation) {
            case GraphMutation.UpsertNode node -> upsertNode(node);
            case GraphMutation.RemoveNode node -> removeNode(node.id(), node.time());
            case GraphMutation.UpsertEdge edge ->
                writeEdge(edge.edge(), edge.time(), true, edge.weight(), edge.provenance());
            case GraphMutation.RemoveEdge edge -> writeEdge(edge.edge(), edge.time(), false, 0, Provenance.OBSERVED);
            case GraphMutation.SetLabel set ->
                writeLabel(set.nodeId(), set.label().task(), set.time(), set.label());
            case GraphMutation.RemoveLabel remove -> writeLabel(remove.nodeId(), remove.task(), remove.time(), null);
        }
    }

    /**
     * Raises the delete time of a halo vertex, as its owner says it, and buries the edges that fail now. Lower or equal times
     * change nothing.
     */
    public void raiseDeleteTime(int haloOrdinal, long time) {
        if (owned(haloOrdinal)) {
            throw new IllegalArgumentException(
                    "The vertex (%s) is owned by this partition (%d), which knows its deletes itself."
                            .formatted(vertexId(haloOrdinal), ownership.partition()));
        }
        if (time > vertices.deleteTime[haloOrdinal]) {
            vertices.deleteTime[haloOrdinal] = time;
            if (!restoring) {
                buryUpTo(haloOrdinal, time);
            }
        }
    }

    /** Says whether any partition subscribes to this owned vertex, which makes it exist. */
    public void setSubscribed(int ordinal, boolean anySubscriber) {
        if (!owned(ordinal)) {
            throw new IllegalArgumentException("The vertex (%s) with subscribers must be owned by this partition (%d)."
                    .formatted(vertexId(ordinal), ownership.partition()));
        }
        recorder.touch(ordinal);
        vertices.set(ordinal, VertexTable.SUBSCRIBED, anySubscriber);
    }

    /** The ordinal of this id; a new one if it was never met. Does not make the vertex exist. */
    public int intern(String id) {
        int known = ids.size();
        int v = ids.intern(id);
        if (v == known) {
            vertices.create(v, ownership.owns(id));
            edges.ensureVertices(v + 1);
        }
        return v;
    }

    private void upsertNode(GraphMutation.UpsertNode node) {
        FeatureVector row = node.features();
        if (row != null && row.dimension() != featureDimension) {
            throw new IllegalArgumentException("The features of node (%s) have dimension %d, the graph has %d."
                    .formatted(node.id(), row.dimension(), featureDimension));
        }
        int v = internOwned(node.id());
        recorder.touch(v);
        if (node.time() < vertices.time[v]) {
            return;
        }
        vertices.time[v] = node.time();
        vertices.set(v, VertexTable.ALIVE, true);
        vertices.type[v] = types.intern(node.type());
        setFeatures(v, row);
        journal.write(new FactJournal.NodeFact(node.id(), node.time(), true, node.type(), row, vertices.deleteTime[v]));
    }

    private void removeNode(String id, long time) {
        int v = internOwned(id);
        recorder.touch(v);
        boolean raises = time > vertices.deleteTime[v];
        boolean wins = time >= vertices.time[v];
        if (wins) {
            vertices.time[v] = time;
            vertices.set(v, VertexTable.ALIVE, false);
            vertices.type[v] = 0;
            setFeatures(v, null);
        }
        if (raises) {
            recorder.raised(v);
            vertices.deleteTime[v] = time;
        }
        if (wins || raises) {
            journal.write(nodeFact(v));
        }
        if (raises) {
            buryUpTo(v, time);
        }
    }

    private void writeEdge(EdgeId id, long time, boolean alive, float weight, Provenance provenance) {
        int v = internOwned(id.target());
        int u = intern(id.source());
        recorder.touch(u);
        recorder.touch(v);
        int type = types.intern(id.type());
        int slot = edges.find(u, v, type);
        if (slot == EdgeTable.NO_EDGE) {
            slot = edges.create(u, v, type, time);
        } else if (time < edges.time(slot)) {
            return;
        }
        recorder.track(slot);
        edges.setTime(slot, time);
        boolean live = alive && time > vertices.deleteTime[u] && time > vertices.deleteTime[v];
        if (live) {
            edges.enliven(slot, weight, provenance == Provenance.LEARNED);
        } else if (edges.live(slot)) {
            edges.bury(slot);
        }
        journal.write(new FactJournal.EdgeFact(id, time, live, live ? weight : 0, provenance));
    }

    private void writeLabel(String nodeId, String task, long time, @Nullable Label label) {
        if (labels.write(internOwned(nodeId), task, time)) {
            journal.write(new FactJournal.LabelFact(nodeId, task, time, label));
        }
    }

    /** From the end of each list, as a burial moves the last entry into the place that it frees. */
    private void buryUpTo(int v, long time) {
        for (int i = edges.in().count(v) - 1; i >= 0; i--) {
            buryIf(edges.in().slot(v, i), time);
        }
        for (int i = edges.out().count(v) - 1; i >= 0; i--) {
            buryIf(edges.out().slot(v, i), time);
        }
    }

    private void buryIf(int slot, long deleteTime) {
        if (edges.time(slot) <= deleteTime) {
            bury(slot);
        }
    }

    private void judge(int slot) {
        long time = edges.time(slot);
        if (time <= vertices.deleteTime[edges.source(slot)] || time <= vertices.deleteTime[edges.target(slot)]) {
            bury(slot);
        }
    }

    private void bury(int slot) {
        int u = edges.source(slot);
        int v = edges.target(slot);
        recorder.touch(u);
        recorder.touch(v);
        recorder.track(slot);
        Provenance provenance = edges.learned(slot) ? Provenance.LEARNED : Provenance.OBSERVED;
        edges.bury(slot);
        EdgeId id = new EdgeId(ids.name(u), ids.name(v), types.name(edges.type(slot)));
        journal.write(new FactJournal.EdgeFact(id, edges.time(slot), false, 0, provenance));
    }

    private void setFeatures(int v, @Nullable FeatureVector row) {
        int old = vertices.featureRow[v];
        boolean kept = recorder.keepOldRow(v);
        if (row == null) {
            if (!kept) {
                features.release(old);
            }
            vertices.featureRow[v] = FeatureSlab.NO_ROW;
            return;
        }
        int target = kept || old == FeatureSlab.NO_ROW ? features.acquire() : old;
        row.copyInto(features.segment(target), features.offset(target));
        vertices.featureRow[v] = target;
    }

    private FactJournal.NodeFact nodeFact(int v) {
        int row = vertices.featureRow[v];
        FeatureVector kept = null;
        if (row != FeatureSlab.NO_ROW) {
            float[] values = new float[featureDimension];
            features.copyInto(row, values, 0);
            kept = FeatureVector.compact(values);
        }
        return new FactJournal.NodeFact(
                ids.name(v),
                vertices.time[v],
                vertices.is(v, VertexTable.ALIVE),
                types.name(vertices.type[v]),
                kept,
                vertices.deleteTime[v]);
    }

    private int internOwned(String id) {
        int v = intern(id);
        if (!owned(v)) {
            throw new IllegalArgumentException("The vertex (%s) is owned by partition %d, not by this one (%d)."
                            .formatted(id, ownership.ownerOf(id), ownership.partition())
                    + "\nMaybe the update was routed by another key than its node or its edge's target.");
        }
        return v;
    }

    /**
     * The net effect of everything since the last drain. The result belongs to the graph and is overwritten by the next drain.
     */
    public GraphDelta drainDelta() {
        return recorder.drain();
    }

    // ---- reading

    /** One more than the greatest ordinal. */
    public int vertexCapacity() {
        return ids.size();
    }

    /** The ordinal of this id, or {@link #NO_VERTEX}. */
    public int ordinalOf(String id) {
        return ids.find(id);
    }

    public String vertexId(int v) {
        return ids.name(v);
    }

    /** The vertex's type; empty for one that is not alive. */
    public String vertexType(int v) {
        return types.name(vertices.type[v]);
    }

    public boolean owned(int v) {
        return tables.owned(v);
    }

    /** Whether an owned vertex exists. False for a halo vertex, whose existence is its owner's matter: see {@link #wanted}. */
    public boolean exists(int v) {
        return tables.exists(v);
    }

    /** Whether this is a halo vertex with a live edge. */
    public boolean wanted(int v) {
        return tables.wanted(v);
    }

    /** Whether any partition subscribes to the vertex. */
    public boolean subscribed(int v) {
        return vertices.is(v, VertexTable.SUBSCRIBED);
    }

    /** The greatest delete time that is known here, or {@link #NEVER}. */
    public long deleteTime(int v) {
        return vertices.deleteTime[v];
    }

    /** Live in-edges, whether or not the value of their source has arrived. */
    public int inDegree(int v) {
        return edges.in().count(v);
    }

    /** The source of the i-th live in-edge. The order holds until the next mutation. */
    public int inSource(int v, int i) {
        return edges.in().neighbour(v, i);
    }

    public float inWeight(int v, int i) {
        return edges.in().weight(v, i);
    }

    /** Number of the type of the i-th live in-edge. */
    public int inType(int v, int i) {
        return edges.type(edges.in().slot(v, i));
    }

    /** Live edges from v whose target is owned here. */
    public int outCount(int v) {
        return edges.out().count(v);
    }

    /** The target of the i-th of these edges. The order holds until the next mutation. */
    public int outTarget(int v, int i) {
        return edges.out().neighbour(v, i);
    }

    public float outWeight(int v, int i) {
        return edges.out().weight(v, i);
    }

    /** Number of the type of the i-th of these edges. */
    public int outType(int v, int i) {
        return edges.type(edges.out().slot(v, i));
    }

    /** How many types of vertices and edges were met. Their numbers are dense and hold for the life of this object; 0 is "". */
    public int typeCount() {
        return types.size();
    }

    public String typeName(int type) {
        return types.name(type);
    }

    public int featureDimension() {
        return featureDimension;
    }

    /** Whether the vertex has a row of its own; without one it reads as zeros. */
    public boolean hasFeatures(int v) {
        return vertices.featureRow[v] != FeatureSlab.NO_ROW;
    }

    /** Writes the row, zeros if there is none, to {@code target[offset]} and on. */
    public void copyFeatures(int v, float[] target, int offset) {
        features.copyInto(vertices.featureRow[v], target, offset);
    }

    /** Visits the ordinals of the owned vertices that exist, ascending. */
    public void forEachExisting(IntConsumer visitor) {
        for (int v = 0; v < ids.size(); v++) {
            if (exists(v)) {
                visitor.accept(v);
            }
        }
    }

    /** Visits the ordinals of the halo vertices with a live edge, ascending. */
    public void forEachWanted(IntConsumer visitor) {
        for (int v = 0; v < ids.size(); v++) {
            if (wanted(v)) {
                visitor.accept(v);
            }
        }
    }

    /** Live edges. */
    public int edgeCount() {
        return edges.liveCount();
    }

    /** Counts; O(vertices). */
    public GraphStatistics statistics() {
        int existing = 0;
        int halo = 0;
        for (int v = 0; v < ids.size(); v++) {
            existing += exists(v) ? 1 : 0;
            halo += wanted(v) ? 1 : 0;
        }
        return new GraphStatistics(
                ids.size(), existing, halo, edges.liveCount(), edges.size(), labels.size(), memoryBytes());
    }

    /** Bytes of the graph's arrays, as allocated; without strings, labels and object headers. See the class for the formula. */
    public long memoryBytes() {
        return ids.memoryBytes()
                + types.memoryBytes()
                + vertices.memoryBytes()
                + edges.memoryBytes()
                + features.memoryBytes()
                + recorder.memoryBytes();
    }
}
