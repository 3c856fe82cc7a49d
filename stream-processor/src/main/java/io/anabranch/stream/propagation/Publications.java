package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The published marks by ordinal, written through to the state. GONE marks are kept, like every other tombstone of this
 * release, so that a version that comes late still learns whom to bury.
 */
final class Publications {
    private final PartitionGraph graph;
    private final PartitionState state;
    private @Nullable PublishedMark[] marks = {};

    Publications(PartitionGraph graph, PartitionState state) {
        this.graph = graph;
        this.state = state;
    }

    void restore(int vertex, PublishedMark mark) {
        ensure(vertex);
        marks[vertex] = mark;
    }

    /** A record was read that can make the vertex exist. */
    void expect(int vertex) {
        if (get(vertex) == null) {
            put(vertex, PublishedMark.MAYBE);
        }
    }

    void published(int vertex) {
        if (get(vertex) != PublishedMark.LIVE) {
            put(vertex, PublishedMark.LIVE);
        }
    }

    void gone(int vertex) {
        if (get(vertex) != PublishedMark.GONE) {
            put(vertex, PublishedMark.GONE);
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
        ensure(vertex);
        marks[vertex] = mark;
        state.putPublished(graph.vertexId(vertex), mark);
    }

    private void ensure(int vertex) {
        if (vertex >= marks.length) {
            marks = Arrays.copyOf(marks, Math.max(vertex + 1, marks.length * 2));
        }
    }
}
