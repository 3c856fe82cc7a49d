package io.anabranch.graph;

import io.anabranch.graph.adjacency.EdgeTable;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.function.IntPredicate;

/**
 * Forgets tombstones that no event can meet any more, in two steps: listed after one commit, removed at the next if they are still the same.
 * Looks at a bounded number of registers per call and goes on where it ended. Not thread-safe.
 */
final class Forgetting {

    private final GraphTables tables;
    private final EdgeTable edges;
    private final VertexTable vertices;
    private final NameTable ids;
    private final NodeRegisters nodes;
    private final EdgeRegisters edgeRegisters;
    private final LabelRegisters labels;
    private final StepRegisters steps;

    private final IntArrayList listedEdges = new IntArrayList();
    private final LongArrayList edgeTimes = new LongArrayList();
    private final IntArrayList listedNodes = new IntArrayList();
    private final LongArrayList deleteTimes = new LongArrayList();
    /** Ordinals that are free as soon as everybody has heard of it. */
    private final IntArrayList released = new IntArrayList();

    private int nextSlot;
    private int nextNode;
    private int nextOrdinal;

    Forgetting(
            GraphTables tables,
            NameTable ids,
            NodeRegisters nodes,
            EdgeRegisters edgeRegisters,
            LabelRegisters labels,
            StepRegisters steps) {
        this.tables = tables;
        this.edges = tables.edges();
        this.vertices = tables.vertices();
        this.ids = ids;
        this.nodes = nodes;
        this.edgeRegisters = edgeRegisters;
        this.labels = labels;
        this.steps = steps;
    }

    /** See {@link PartitionGraph#listForgettable}. */
    int list(long ownHorizon, long commonHorizon, int most) {
        listedEdges.clear();
        edgeTimes.clear();
        listedNodes.clear();
        deleteTimes.clear();
        for (int i = Math.min(most, edges.slots()); i > 0; i--) {
            nextSlot = nextSlot < edges.slots() ? nextSlot : 0;
            int slot = nextSlot++;
            if (edges.dead(slot) && edges.time(slot) < ownHorizon) {
                listedEdges.add(slot);
                edgeTimes.add(edges.time(slot));
            }
        }
        for (int i = Math.min(most, ids.size()); i > 0; i--) {
            nextNode = nextNode < ids.size() ? nextNode : 0;
            int v = nextNode++;
            long deleteTime = vertices.deleteTime[v];
            if (tables.owned(v) && deleteTime > PartitionGraph.NEVER && deleteTime < commonHorizon) {
                listedNodes.add(v);
                deleteTimes.add(deleteTime);
            }
        }
        labels.listForgettable(ownHorizon, most);
        steps.listForgettable(ownHorizon, most);
        return listedEdges.size() + listedNodes.size();
    }

    /** See {@link PartitionGraph#forgetListed}. */
    int forgetListed() {
        int forgotten = labels.forgetListed() + steps.forgetListed();
        for (int i = 0; i < listedEdges.size(); i++) {
            int slot = listedEdges.getInt(i);
            if (edges.dead(slot) && edges.time(slot) == edgeTimes.getLong(i) && !edges.tracked(slot)) {
                edgeRegisters.forget(slot);
                forgotten++;
            }
        }
        for (int i = 0; i < listedNodes.size(); i++) {
            int v = listedNodes.getInt(i);
            if (tables.owned(v) && vertices.deleteTime[v] == deleteTimes.getLong(i)) {
                nodes.forgetDelete(v);
                forgotten++;
            }
        }
        listedEdges.clear();
        listedNodes.clear();
        return forgotten;
    }

    /** See {@link PartitionGraph#releaseOrdinals}. */
    int releaseOrdinals(IntPredicate unused, int most) {
        int before = released.size();
        for (int i = Math.min(most, ids.size()); i > 0; i--) {
            nextOrdinal = nextOrdinal < ids.size() ? nextOrdinal : 0;
            int v = nextOrdinal++;
            if (blank(v) && ids.findable(v) && unused.test(v)) {
                ids.remove(v);
                vertices.create(v, false);
                released.add(v);
            }
        }
        return released.size() - before;
    }

    /** The batch is drained: what was released is told, and its ordinals are free. */
    void drainInto(GraphDelta delta) {
        for (int i = 0; i < released.size(); i++) {
            delta.forgotten.add(released.getInt(i));
            ids.free(released.getInt(i));
        }
        released.clear();
    }

    /** Whether the vertex has no register, no part in one, and no part in the open batch. What a halo vertex was deleted at is its owner's. */
    private boolean blank(int v) {
        return vertices.references[v] == 0
                && vertices.baseline[v] == 0
                && !vertices.is(v, VertexTable.ALIVE | VertexTable.PATCHED | VertexTable.SUBSCRIBED)
                && (!tables.owned(v)
                        || vertices.time[v] == PartitionGraph.NEVER && vertices.deleteTime[v] == PartitionGraph.NEVER);
    }
}
