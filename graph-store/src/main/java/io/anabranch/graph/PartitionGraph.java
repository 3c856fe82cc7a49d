package io.anabranch.graph;

import io.anabranch.graph.adjacency.AdjacencyLists;
import io.anabranch.graph.adjacency.EdgeTable;
import io.anabranch.graph.feature.FeatureSlab;
import io.anabranch.graph.history.StepList;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/**
 * The graph of one partition: the vertices that it owns with their in-edges, and the halo vertices that are sources of those.
 *
 * <p><b>Rules.</b> Each node, feature column, edge and label is a last-writer-wins register on event time, later record first at equal
 * times. Beside the node's register stands its greatest delete time. An edge lives iff its register has a weight, its time is past the
 * delete times of both ends and its expiry is past the clock; an edge that fails is buried: stored as a tombstone of the same time. A
 * vertex exists iff it is owned and its register is alive or a column is newer than its delete, or it has a live edge here, or a
 * partition subscribes to it. All this depends on the registers and the clock alone.
 *
 * <p><b>Slices.</b> A delete or a move of the clock condemns edges at once: none is written against it. Those that live already are
 * buried at once too if they are few; else {@link #buryPending} does it in slices, and until then they show as live.
 *
 * <p><b>Ordinals.</b> Every id that was met has a dense ordinal until it is forgotten; ordinals are not the same after a restart.
 *
 * <p><b>Cost.</b> A mutation is O(1), and O(edges buried) where it buries at once; a drain O(what was touched). No allocation but for new
 * ids, growth of arrays, and the fact written to the journal.
 *
 * <p><b>Memory</b>, counted by {@link #memoryBytes()}: per vertex {@value #BYTES_PER_VERTEX} bytes (registers 33, name and its hash 20,
 * two list heads 24) and its string; per row of features 4 bytes a float, for vertices that have any; per edge register
 * {@value #BYTES_PER_EDGE_REGISTER} (register 33, hash 16); per live edge {@value #BYTES_PER_LIVE_EDGE} (two entries of 12 bytes, times
 * 2.5 for slack and for what moved lists left behind), 23 to 33 more if it expires. Growth by half can leave a third of every array empty
 * on top. Names of edge types, node types and tasks are never forgotten.
 *
 * <p><b>Threads.</b> One writer, the task of the partition, which is also the only reader.
 */
public final class PartitionGraph {

    /** The time before all times: of a delete that never was, of a register never written. */
    public static final long NEVER = Long.MIN_VALUE;

    /** The ordinal of an id that was never met. */
    public static final int NO_VERTEX = -1;

    /** As many edges are looked at, and at most buried, within one mutation. */
    public static final int MOST_BURIALS_AT_ONCE = 4_096;

    static final int BYTES_PER_VERTEX = 77;
    static final int BYTES_PER_EDGE_REGISTER = 49;
    static final int BYTES_PER_LIVE_EDGE = 60;

    private final Ownership ownership;
    private final int featureDimension;

    private final NameTable ids = new NameTable();
    private final NameTable types = new NameTable();
    private final VertexTable vertices = new VertexTable();
    private final EdgeTable edges = new EdgeTable();
    private final FeatureSlab features;
    private final GraphTables tables;
    private final DeltaRecorder recorder;
    private final NodeRegisters nodeRegisters;
    private final EdgeRegisters edgeRegisters;
    private final LabelRegisters labels;
    private final StepRegisters steps;
    private final Burials burials;
    private final Forgetting forgetting;

    private boolean restoring;
    private boolean applied;
    private long latest = NEVER;

    private PartitionGraph(
            Ownership ownership, int featureDimension, FactJournal journal, int burialsAtOnce, boolean histories) {
        this.ownership = ownership;
        this.featureDimension = featureDimension;
        features = new FeatureSlab(featureDimension);
        tables = new GraphTables(vertices, edges, features);
        recorder = new DeltaRecorder(tables);
        nodeRegisters = new NodeRegisters(ids, types, tables, featureDimension, recorder, journal);
        edgeRegisters = new EdgeRegisters(ids, types, tables, recorder, journal);
        labels = new LabelRegisters(ids, vertices, journal);
        steps = new StepRegisters(ids, types, vertices, recorder, journal, histories);
        burials = new Burials(edges, edgeRegisters, burialsAtOnce);
        forgetting = new Forgetting(tables, ids, nodeRegisters, edgeRegisters, labels, steps);
        types.intern("");
    }

    /** An empty graph of the partition from which the ownership looks, without histories. */
    public static PartitionGraph open(Ownership ownership, int featureDimension, FactJournal journal) {
        return open(ownership, featureDimension, journal, MOST_BURIALS_AT_ONCE, false);
    }

    /**
     * An empty graph of the partition from which the ownership looks.
     *
     * @param burialsAtOnce as many edges are looked at, and at most buried, within one mutation; 0 or more
     * @param histories whether the steps of vertices are kept
     */
    public static PartitionGraph open(
            Ownership ownership, int featureDimension, FactJournal journal, int burialsAtOnce, boolean histories) {
        return new PartitionGraph(ownership, featureDimension, journal, burialsAtOnce, histories);
    }

    // ---- restore

    /**
     * Takes a register from the journal, without writing it back. Any order; each key once. Delete times of halo vertices,
     * subscriptions and the clock may be restored before, between or after; then {@link #finishRestore()} must be called.
     *
     * @throws IllegalStateException if a mutation was applied already
     * @throws ForeignVertexException if the node or the edge's target is not owned here
     */
    public void restore(FactJournal.Fact fact) {
        if (applied) {
            throw new IllegalStateException(
                    "The fact (%s) must be restored before the first mutation.".formatted(fact));
        }
        restoring = true;
        switch (fact) {
            case FactJournal.NodeFact node -> nodeRegisters.restore(internOwned(node.id()), node);
            case FactJournal.EdgeFact edge ->
                edgeRegisters.restore(
                        intern(edge.edge().source()), internOwned(edge.edge().target()), edge);
            case FactJournal.LabelFact label -> labels.restore(internOwned(label.nodeId()), label);
            case FactJournal.StepFact step -> {
                intern(otherEnd(step));
                steps.restore(internOwned(step.vertexId()), step);
            }
        }
        latest = Math.max(latest, fact.greatestTime());
    }

    /**
     * The greatest event time of any restored register. An update whose time is past all before it wins its register, so this is the
     * greatest time of all updates that were applied, as long as none of the latest was forgotten.
     */
    public long latestRestored() {
        return latest;
    }

    /**
     * Ends the restore: what came before does not show in a delta, and every live edge and every step is judged by the delete times and the clock
     * that are known now. Burials are written to the journal and show in the next delta, like any other. O(edges + vertices).
     */
    public void finishRestore() {
        drainDelta();
        restoring = false;
        for (int slot = 0; slot < edges.slots(); slot++) {
            if (edges.live(slot)) {
                edgeRegisters.judge(slot);
            }
        }
        steps.judge();
    }

    // ---- writing

    /**
     * Applies one mutation to its register, judges what it may have changed, and writes through to the journal.
     *
     * @throws ForeignVertexException if the node or the edge's target is not owned here
     * @throws IllegalArgumentException if the features have another dimension than the graph
     * @throws IllegalStateException if a restore was begun and not finished
     */
    public void apply(GraphMutation mutation) {
        if (restoring) {
            throw new IllegalStateException(
                    "The restore must be finished before the mutation (%s).".formatted(mutation));
        }
        applied = true;
        switch (mutation) {
            case GraphMutation.UpsertNode node -> nodeRegisters.upsert(internOwned(node.id()), node);
            case GraphMutation.PatchNode node -> nodeRegisters.patch(internOwned(node.id()), node);
            case GraphMutation.RemoveNode node -> {
                int v = internOwned(node.id());
                if (nodeRegisters.remove(v, node.time())) {
                    burials.condemn(v);
                    steps.deleted(v);
                }
            }
            case GraphMutation.UpsertEdge edge -> {
                int v = internOwned(edge.edge().target());
                int u = intern(edge.edge().source());
                if (steps.erased(v, edge.edge(), edge.time())) {
                    recorder.touch(u);
                    recorder.touch(v);
                } else {
                    edgeRegisters.upsert(u, v, edge);
                    step(u, v, edge);
                }
            }
            case GraphMutation.RemoveEdge edge -> {
                int v = internOwned(edge.edge().target());
                edgeRegisters.remove(intern(edge.edge().source()), v, edge);
            }
            case GraphMutation.EraseEdge erase -> {
                int v = internOwned(erase.edge().target());
                int u = intern(erase.edge().source());
                steps.erase(v, erase.edge(), erase.erasedTime(), erase.time());
                if (u != v && owned(u)) {
                    steps.erase(u, erase.edge(), erase.erasedTime(), erase.time());
                }
                edgeRegisters.remove(u, v, new GraphMutation.RemoveEdge(erase.edge(), erase.erasedTime()));
            }
            case GraphMutation.SetLabel set ->
                labels.write(internOwned(set.nodeId()), set.label().task(), set.time(), set.label());
            case GraphMutation.RemoveLabel remove ->
                labels.write(internOwned(remove.nodeId()), remove.task(), remove.time(), null);
        }
    }

    /**
     * Applies an edge event of which only the source is owned here: it is a step of the source, and no edge.
     *
     * @throws ForeignVertexException if the source is not owned here
     * @throws IllegalArgumentException if it is no event of an edge that is upserted or erased
     * @throws IllegalStateException if a restore was begun and not finished
     */
    public void applyToSource(GraphMutation mutation) {
        if (restoring) {
            throw new IllegalStateException(
                    "The restore must be finished before the mutation (%s).".formatted(mutation));
        }
        applied = true;
        switch (mutation) {
            case GraphMutation.UpsertEdge edge -> {
                int u = internOwned(edge.edge().source());
                int v = intern(edge.edge().target());
                recorder.touch(u);
                if (u != v && edge.provenance() == Provenance.OBSERVED) {
                    steps.write(u, edge.edge(), edge.time(), edge.weight());
                }
            }
            case GraphMutation.EraseEdge erase -> {
                int u = internOwned(erase.edge().source());
                recorder.touch(u);
                steps.erase(u, erase.edge(), erase.erasedTime(), erase.time());
            }
            default ->
                throw new IllegalArgumentException("The mutation (%s) is no step of a source.".formatted(mutation));
        }
    }

    private void step(int u, int v, GraphMutation.UpsertEdge edge) {
        if (edge.provenance() == Provenance.OBSERVED) {
            steps.write(v, edge.edge(), edge.time(), edge.weight());
            if (u != v && owned(u)) {
                steps.write(u, edge.edge(), edge.time(), edge.weight());
            }
        }
    }

    private static String otherEnd(FactJournal.StepFact step) {
        return step.edge().source().equals(step.vertexId())
                ? step.edge().target()
                : step.edge().source();
    }

    /**
     * Merges a register that was kept elsewhere, such as in a snapshot. What is later wins, of each feature column and of the delete time too; at
     * equal times what is here stays, whichever came first, so that a snapshot never overrules what the stream has said since. An edge is judged
     * like any other.
     *
     * @throws IllegalArgumentException if the node or the edge's target is not owned here, or the features have another dimension than the graph
     * @throws IllegalStateException if a restore was begun and not finished
     */
    public void merge(FactJournal.Fact register) {
        if (restoring) {
            throw new IllegalStateException(
                    "The restore must be finished before the register (%s) is merged.".formatted(register.key()));
        }
        applied = true;
        switch (register) {
            case FactJournal.NodeFact node -> {
                int v = internOwned(node.id());
                if (nodeRegisters.merge(v, node)) {
                    burials.condemn(v);
                    steps.deleted(v);
                }
            }
            case FactJournal.EdgeFact edge -> {
                int v = internOwned(edge.edge().target());
                edgeRegisters.merge(intern(edge.edge().source()), v, edge);
            }
            case FactJournal.StepFact step -> {
                int v = internOwned(step.vertexId());
                int other = intern(otherEnd(step));
                recorder.touch(v);
                steps.merge(v, step);
                boolean target = step.edge().target().equals(step.vertexId());
                if (step.erased() && target) {
                    edgeRegisters.remove(
                            step.edge().source().equals(step.vertexId()) ? v : other,
                            v,
                            new GraphMutation.RemoveEdge(step.edge(), step.time()));
                }
            }
            case FactJournal.LabelFact label ->
                labels.merge(internOwned(label.nodeId()), label.task(), label.time(), label.label());
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
                burials.condemn(haloOrdinal);
            }
        }
    }

    /**
     * Moves the clock and buries edges whose expiry it has passed. A lower or equal time changes nothing.
     *
     * @param time the greatest event time of the updates read so far
     */
    public void advance(long time) {
        edgeRegisters.advance(time);
        if (!restoring) {
            burials.expire();
        }
    }

    /** Whether edges show as live that are condemned already. */
    public boolean burialsPending() {
        return burials.pending();
    }

    /**
     * Goes on burying. Looks at no more than this many edges.
     *
     * @return how many were looked at
     */
    public int buryPending(int most) {
        return burials.run(most);
    }

    /**
     * Hands out the halo vertices whose first live edge came, or whose last one went, since the last call. A vertex may come twice, or be
     * {@link #wanted} again as it was.
     */
    public void takeWantChanges(IntConsumer visitor) {
        edgeRegisters.takeWantChanges(visitor);
    }

    /** Says whether any partition subscribes to this owned vertex, which makes it exist. */
    public void setSubscribed(int ordinal, boolean anySubscriber) {
        if (!owned(ordinal)) {
            throw new ForeignVertexException(vertexId(ordinal), ownership);
        }
        recorder.touch(ordinal);
        vertices.set(ordinal, VertexTable.SUBSCRIBED, anySubscriber);
    }

    /** The ordinal of this id; a new one if it is not known. Does not make the vertex exist. */
    public int intern(String id) {
        int known = ids.inUse();
        int v = ids.intern(id);
        if (ids.inUse() > known) {
            vertices.create(v, ownership.owns(id));
            edges.ensureVertices(v + 1);
        }
        return v;
    }

    private int internOwned(String id) {
        int v = intern(id);
        if (!owned(v)) {
            throw new ForeignVertexException(id, ownership);
        }
        return v;
    }

    /**
     * The net effect of everything since the last drain. The result belongs to the graph and is overwritten by the next drain.
     */
    public GraphDelta drainDelta() {
        GraphDelta delta = recorder.drain();
        forgetting.drainInto(delta);
        return delta;
    }

    /** Whether anything was touched since the last drain. */
    public boolean changed() {
        return !recorder.isEmpty();
    }

    // ---- forgetting

    /**
     * Lists tombstones that no event can meet any more: dead edges and labels of before the own horizon, and deletes of before the common
     * one. Call after a commit that succeeded, when no batch, burial or send is pending; {@link #forgetListed} at the next.
     *
     * @param ownHorizon no update of before this time will be accepted here, not after a crash either
     * @param commonHorizon the same of all partitions, in the knowledge of which every edge that needs a delete from here has been answered
     * @param most how many registers of each kind are looked at; the next call goes on from there
     * @return how many edges and deletes were listed
     */
    public int listForgettable(long ownHorizon, long commonHorizon, int most) {
        return forgetting.list(ownHorizon, commonHorizon, most);
    }

    /**
     * Forgets what the last {@link #listForgettable} listed, in so far as it is still the same, in the journal too.
     *
     * @return how many registers were forgotten
     */
    public int forgetListed() {
        return forgetting.forgetListed();
    }

    /**
     * Releases the ordinals of vertices of which the graph knows nothing any more: no register, no edge, dead or alive, no subscriber. The next
     * drain names them, and then they go to new vertices.
     *
     * @param unused whether nobody else keeps anything by this ordinal: no published mark, no halo entry, nothing to send
     * @param most how many vertices are looked at; the next call goes on from there
     * @return how many were released
     */
    public int releaseOrdinals(IntPredicate unused, int most) {
        return forgetting.releaseOrdinals(unused, most);
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

    /** What the owned vertex did, whether or not it exists; it belongs to the graph, and what is read holds until the next mutation. */
    public StepList steps(int v) {
        return steps.of(v);
    }

    /** Whether the steps of vertices are kept. */
    public boolean keepsHistories() {
        return steps.kept();
    }

    /** Steps of all owned vertices. */
    public long stepCount() {
        return steps.count();
    }

    /** The greatest time to which {@link #advance} was called. */
    public long clock() {
        return edgeRegisters.clock();
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

    /** Copies targets and weights of {@code n} of these edges from the given one on to {@code targets[at]} and {@code weights[at]} and on. */
    public void copyOutEdges(int v, int from, int n, int[] targets, float[] weights, int at) {
        edges.out().copy(v, from, n, targets, weights, at);
    }

    /** Asks for the memory of these edges, see {@link AdjacencyLists#fetch}. */
    public int fetchOutEdges(int v) {
        return edges.out().fetch(v);
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
                ids.inUse(), existing, halo, edges.liveCount(), edges.registers(), labels.size(), memoryBytes());
    }

    /** Bytes of the graph's arrays, as allocated; without strings, labels and object headers. See the class for the formula. */
    public long memoryBytes() {
        return ids.memoryBytes()
                + types.memoryBytes()
                + vertices.memoryBytes()
                + edges.memoryBytes()
                + edgeRegisters.memoryBytes()
                + nodeRegisters.memoryBytes()
                + features.memoryBytes()
                + steps.memoryBytes()
                + recorder.memoryBytes();
    }
}
