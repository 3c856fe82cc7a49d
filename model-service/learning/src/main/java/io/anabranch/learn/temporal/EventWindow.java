package io.anabranch.learn.temporal;

import io.anabranch.learn.recurrent.PackedSequences;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A run of events, and the part of every vertex's sequence that lies in it. A window begins and ends where the time changes, so that the states
 * that vertices bring into it rest on earlier times alone.
 */
final class EventWindow {

    private final VertexSequences sequences;
    private final int from;
    private final int to;
    private final int[] vertices;
    private final int[] firstSteps;
    /** By vertex, its place among those that have an event in the window; -1 for others. */
    private final int[] places;

    private final PackedSequences packed;

    private EventWindow(
            VertexSequences sequences,
            int from,
            int to,
            int[] vertices,
            int[] firstSteps,
            int[] places,
            PackedSequences packed) {
        this.sequences = sequences;
        this.from = from;
        this.to = to;
        this.vertices = vertices;
        this.firstSteps = firstSteps;
        this.places = places;
        this.packed = packed;
    }

    /**
     * The events from {@code from} to below {@code to}, in windows of at least {@code size} events each; the last may have fewer.
     *
     * @param from the first of its time, or 0
     */
    static List<EventWindow> cut(VertexSequences sequences, int from, int to, int size) {
        EventHistory history = sequences.history();
        List<EventWindow> windows = new ArrayList<>();
        for (int first = from; first < to; ) {
            int end = Math.min(to, history.endOfTime(Math.min(history.events() - 1, first + size - 1)));
            windows.add(of(sequences, first, end));
            first = end;
        }
        return windows;
    }

    private static EventWindow of(VertexSequences sequences, int from, int to) {
        EventHistory history = sequences.history();
        int[] places = new int[history.vertices()];
        Arrays.fill(places, -1);
        int count = 0;
        for (int e = from; e < to; e++) {
            for (int end : new int[] {history.source(e), history.target(e)}) {
                if (places[end] < 0) {
                    places[end] = count++;
                }
            }
        }
        int[] vertices = new int[count];
        int[] firstSteps = new int[count];
        int[] lengths = new int[count];
        long[] keys = new long[count];
        for (int v = 0; v < places.length; v++) {
            if (places[v] >= 0) {
                vertices[places[v]] = v;
                firstSteps[places[v]] = sequences.below(v, from);
                lengths[places[v]] = sequences.below(v, to) - firstSteps[places[v]];
                keys[places[v]] = v;
            }
        }
        return new EventWindow(sequences, from, to, vertices, firstSteps, places, PackedSequences.of(lengths, keys));
    }

    /** The first event. */
    int from() {
        return from;
    }

    /** One behind the last event. */
    int to() {
        return to;
    }

    /** The first event of the time in the middle; {@link #to()} if that is the window's first time. */
    int middle() {
        int middle = sequences.history().firstOfTime(from + (to - from) / 2);
        return middle <= from ? to : middle;
    }

    /** Up to which time candidates belong to this window, one of those before an event: the last of them takes all that come after it. */
    double reach(int end) {
        return to == end ? Double.POSITIVE_INFINITY : timeAt(to - 1);
    }

    double timeAt(int event) {
        return sequences.history().time(event);
    }

    /** The vertices with events in the window, in the order of the packed sequences. */
    int[] vertices() {
        return vertices;
    }

    PackedSequences packed() {
        return packed;
    }

    /** The step at each row of the packed sequences, and whose it is. */
    void forEachRow(RowVisitor visitor) {
        for (int i = 0; i < vertices.length; i++) {
            for (int step = 0; step < packed.length(i); step++) {
                visitor.visit(packed.row(i, step), vertices[i], firstSteps[i] + step);
            }
        }
    }

    /** Takes a row of the packed sequences, its vertex and the vertex's step. */
    @FunctionalInterface
    interface RowVisitor {
        void visit(int row, int vertex, int step);
    }

    /** The row of the packed sequences that says what a vertex's last step before a time left behind; -1 if that was before the window. */
    int rowBefore(int vertex, double time) {
        return places[vertex] < 0 ? -1 : rowOf(vertex, sequences.before(vertex, time) - 1);
    }

    /** The row of a vertex's step; -1 if it is before the window. */
    int rowOf(int vertex, int step) {
        int place = places[vertex];
        return place < 0 || step < firstSteps[place] ? -1 : packed.row(place, step - firstSteps[place]);
    }
}
