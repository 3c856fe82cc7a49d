package io.anabranch.learn.temporal;

/**
 * Each vertex's own sequence of events, by ascending event number. An event is a step of its source and a step of its target; an event from a
 * vertex to itself is one step, as its source.
 *
 * <p>The steps of all vertices are numbered through: those of vertex v are {@code first(v)} to {@code first(v + 1)}. Memory: 8 bytes an event.
 * Immutable, safe for any thread.
 */
public final class VertexSequences {

    private final EventHistory history;
    private final int[] offsets;
    private final int[] events;

    private VertexSequences(EventHistory history, int[] offsets, int[] events) {
        this.history = history;
        this.offsets = offsets;
        this.events = events;
    }

    public static VertexSequences of(EventHistory history) {
        int[] offsets = new int[history.vertices() + 1];
        for (int e = 0; e < history.events(); e++) {
            offsets[history.source(e) + 1]++;
            if (history.target(e) != history.source(e)) {
                offsets[history.target(e) + 1]++;
            }
        }
        for (int v = 0; v < history.vertices(); v++) {
            offsets[v + 1] += offsets[v];
        }
        int[] next = offsets.clone();
        int[] events = new int[offsets[history.vertices()]];
        for (int e = 0; e < history.events(); e++) {
            events[next[history.source(e)]++] = e;
            if (history.target(e) != history.source(e)) {
                events[next[history.target(e)]++] = e;
            }
        }
        return new VertexSequences(history, offsets, events);
    }

    public EventHistory history() {
        return history;
    }

    /** Steps of all vertices. */
    public int steps() {
        return events.length;
    }

    /** The first step of a vertex, or of the number of vertices: one behind the last step of all. */
    public int first(int vertex) {
        return offsets[vertex];
    }

    /** How many steps a vertex has. */
    public int length(int vertex) {
        return offsets[vertex + 1] - offsets[vertex];
    }

    /** The event of a step. */
    public int event(int step) {
        return events[step];
    }

    /** One behind the vertex's last step before the time: its steps from {@link #first} to this one are its past. O(log n). */
    public int before(int vertex, double time) {
        int low = offsets[vertex];
        int high = offsets[vertex + 1];
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (history.time(events[middle]) < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** One behind the vertex's last step whose event is below this number. O(log n). */
    public int below(int vertex, int event) {
        int low = offsets[vertex];
        int high = offsets[vertex + 1];
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (events[middle] < event) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
