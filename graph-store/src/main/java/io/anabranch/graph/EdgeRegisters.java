package io.anabranch.graph;

import io.anabranch.graph.adjacency.EdgeTable;
import io.anabranch.graph.adjacency.ExpiryHeap;
import java.util.function.IntConsumer;

/**
 * The registers of edges: writes, the rule by which an edge lives, and burial, each written through to the journal. An edge lives iff its
 * register has a weight, its time is past the delete times of both ends, and its expiry is past the clock. A write that changes nothing is
 * not journaled. Not thread-safe.
 */
final class EdgeRegisters {

    private final NameTable ids;
    private final NameTable types;
    private final GraphTables tables;
    private final VertexTable vertices;
    private final EdgeTable edges;
    private final DeltaRecorder recorder;
    private final FactJournal journal;

    private final ExpiryHeap expiries = new ExpiryHeap();
    /** Halo vertices whose first live edge came or last one went since they were taken. */
    private final VertexList wantChanges = new VertexList();

    private final EdgeBefore before = new EdgeBefore();

    private long clock = PartitionGraph.NEVER;

    EdgeRegisters(NameTable ids, NameTable types, GraphTables tables, DeltaRecorder recorder, FactJournal journal) {
        this.ids = ids;
        this.types = types;
        this.tables = tables;
        this.vertices = tables.vertices();
        this.edges = tables.edges();
        this.recorder = recorder;
        this.journal = journal;
    }

    void restore(int u, int v, FactJournal.EdgeFact fact) {
        int slot = create(u, v, types.intern(fact.edge().type()), fact.time());
        if (fact.live()) {
            edges.enliven(slot, fact.weight(), fact.provenance() == Provenance.LEARNED);
            expiries.set(slot, fact.expiry());
        }
    }

    /** A write with a weight, judged at once. */
    void upsert(int u, int v, GraphMutation.UpsertEdge edge) {
        put(
                u,
                v,
                new FactJournal.EdgeFact(
                        edge.edge(), edge.time(), true, edge.weight(), edge.provenance(), edge.expiry()),
                true);
    }

    /** A write without a weight. */
    void remove(int u, int v, GraphMutation.RemoveEdge edge) {
        int slot = open(u, v, edge.edge(), edge.time(), true);
        if (slot != EdgeTable.NO_EDGE) {
            bury(slot, edge.edge(), edge.time(), Provenance.OBSERVED);
        }
    }

    /** A register from elsewhere: it wins if it is later than what is here, and is judged. */
    void merge(int u, int v, FactJournal.EdgeFact edge) {
        put(u, v, edge, false);
    }

    private void put(int u, int v, FactJournal.EdgeFact edge, boolean winsTies) {
        int slot = open(u, v, edge.edge(), edge.time(), winsTies);
        if (slot == EdgeTable.NO_EDGE) {
            return;
        }
        boolean live = edge.live()
                && edge.time() > vertices.deleteTime[u]
                && edge.time() > vertices.deleteTime[v]
                && edge.expiry() > clock;
        if (live) {
            edges.enliven(slot, edge.weight(), edge.provenance() == Provenance.LEARNED);
            expiries.set(slot, edge.expiry());
            noteWant(u, edges.out().count(u) == 1);
            write(edge);
        } else {
            bury(slot, edge.edge(), edge.time(), edge.provenance());
        }
    }

    private void bury(int slot, EdgeId edge, long time, Provenance provenance) {
        kill(slot);
        write(tombstone(edge, time, provenance));
    }

    private void write(FactJournal.EdgeFact fact) {
        if (!before.is(fact)) {
            journal.write(fact, before.live() || fact.live());
        }
    }

    /** Buries a live edge that the delete times or the clock contradict. */
    void judge(int slot) {
        long time = edges.time(slot);
        if (time <= vertices.deleteTime[edges.source(slot)]
                || time <= vertices.deleteTime[edges.target(slot)]
                || expiries.expiry(slot) <= clock) {
            bury(slot);
        }
    }

    /** Makes a live edge a tombstone of the same time. */
    void bury(int slot) {
        int u = edges.source(slot);
        int v = edges.target(slot);
        recorder.touch(u);
        recorder.touch(v);
        recorder.track(slot);
        Provenance provenance = edges.learned(slot) ? Provenance.LEARNED : Provenance.OBSERVED;
        kill(slot);
        journal.write(
                tombstone(
                        new EdgeId(ids.name(u), ids.name(v), types.name(edges.type(slot))),
                        edges.time(slot),
                        provenance),
                true);
    }

    /** Forgets the tombstone. */
    void forget(int slot) {
        int u = edges.source(slot);
        int v = edges.target(slot);
        vertices.references[u]--;
        vertices.references[v]--;
        edges.forget(slot);
        journal.forget(new FactJournal.EdgeKey(new EdgeId(ids.name(u), ids.name(v), types.name(edges.type(slot)))));
    }

    /** Whether an edge has expired and is not buried yet. */
    boolean due() {
        return expiries.size() > 0 && expiries.firstExpiry() <= clock;
    }

    /** Buries one of the edges that are {@link #due}. */
    void buryDue() {
        bury(expiries.firstSlot());
    }

    /** Raises the clock; a lower time changes nothing. */
    void advance(long time) {
        clock = Math.max(clock, time);
    }

    long clock() {
        return clock;
    }

    void takeWantChanges(IntConsumer visitor) {
        for (int i = 0; i < wantChanges.size(); i++) {
            visitor.accept(wantChanges.vertex(i));
        }
        wantChanges.clear();
    }

    long memoryBytes() {
        return expiries.memoryBytes();
    }

    /** The slot of the register if the write wins, with its new time, and what was there in {@link #before}; else no edge. */
    private int open(int u, int v, EdgeId id, long time, boolean winsTies) {
        recorder.touch(u);
        recorder.touch(v);
        int type = types.intern(id.type());
        int slot = edges.find(u, v, type);
        if (slot == EdgeTable.NO_EDGE) {
            slot = create(u, v, type, time);
            before.none();
        } else if (time < edges.time(slot) || time == edges.time(slot) && !winsTies) {
            return EdgeTable.NO_EDGE;
        } else {
            before.read(edges, expiries, slot);
        }
        recorder.track(slot);
        edges.setTime(slot, time);
        return slot;
    }

    private int create(int u, int v, int type, long time) {
        vertices.references[u]++;
        vertices.references[v]++;
        return edges.create(u, v, type, time);
    }

    private void kill(int slot) {
        if (edges.live(slot)) {
            int u = edges.source(slot);
            edges.bury(slot);
            expiries.remove(slot);
            noteWant(u, edges.out().count(u) == 0);
        }
    }

    private void noteWant(int u, boolean changed) {
        if (changed && !tables.owned(u)) {
            wantChanges.add(u);
        }
    }

    private static FactJournal.EdgeFact tombstone(EdgeId id, long time, Provenance provenance) {
        return new FactJournal.EdgeFact(id, time, false, 0, provenance);
    }
}
