package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import it.unimi.dsi.fastutil.ints.IntLinkedOpenHashSet;
import java.util.Arrays;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The published marks by ordinal, written through to the state. A GONE mark is forgotten when its tombstones are known to be out: listed
 * after one commit, removed after the next if it is still the same.
 */
final class Publications {
    private static final int MOST_AT_ONCE = 10_000;

    private final PartitionGraph graph;
    private final PartitionState state;
    private final Set<Fault> faults;
    private @Nullable PublishedMark[] marks = {};
    private final IntLinkedOpenHashSet gone = new IntLinkedOpenHashSet();
    private final IntLinkedOpenHashSet listed = new IntLinkedOpenHashSet();

    Publications(PartitionGraph graph, PartitionState state, Set<Fault> faults) {
        this.faults = faults;
        this.graph = graph;
        this.state = state;
    }

    void restore(int vertex, PublishedMark mark) {
        mark(vertex, mark);
    }

    /** A record was read that can make the vertex exist. */
    void expect(int vertex) {
        var mark = get(vertex);
        if ((mark == null || mark == PublishedMark.GONE) && !faults.contains(Fault.NOT_MARKED_BEFORE_PUBLISHED)) {
            put(vertex, PublishedMark.MAYBE);
        }
    }

    void published(int vertex) {
        if (get(vertex) != PublishedMark.LIVE) {
            put(vertex, PublishedMark.LIVE);
        }
    }

    void gone(int vertex) {
        if (faults.contains(Fault.GONE_FORGOTTEN_AT_ONCE)) {
            forget(vertex);
        } else if (get(vertex) != PublishedMark.GONE) {
            put(vertex, PublishedMark.GONE);
        }
    }

    /** Lists the marks that may be forgotten after the next commit. */
    void listGone() {
        for (int vertex : gone) {
            if (listed.size() == MOST_AT_ONCE) {
                return;
            }
            listed.add(vertex);
        }
    }

    boolean forgets() {
        return !listed.isEmpty();
    }

    /** Forgets what was listed and has not been touched since. */
    void forgetListed() {
        while (!listed.isEmpty()) {
            forget(listed.removeFirstInt());
        }
    }

    private void forget(int vertex) {
        if (get(vertex) != null) {
            marks[vertex] = null;
            gone.remove(vertex);
            state.putPublished(graph.vertexId(vertex), null);
        }
    }

    @Nullable
    PublishedMark get(int vertex) {
        return vertex < marks.length ? marks[vertex] : null;
    }

    /** Visits all marked vertices, ascending. */
    void forEach(IntConsumer visitor) {
        for (int v = 0; v < marks.length; v++) {
            if (marks[v] != null) {
                visitor.accept(v);
            }
        }
    }

    private void put(int vertex, PublishedMark mark) {
        mark(vertex, mark);
        state.putPublished(graph.vertexId(vertex), mark);
    }

    private void mark(int vertex, PublishedMark mark) {
        if (vertex >= marks.length) {
            marks = Arrays.copyOf(marks, Math.max(vertex + 1, marks.length * 2));
        }
        marks[vertex] = mark;
        listed.remove(vertex);
        if (mark == PublishedMark.GONE) {
            gone.add(vertex);
        } else {
            gone.remove(vertex);
        }
    }
}
