package io.anabranch.learn.temporal;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;

/**
 * Which rows candidates of one window need: for each end, what its last step before the candidate's time left behind. The rows of the window's
 * packed sequences come first; below them, a row for each vertex that is asked for as it was before the window.
 */
final class WindowRows {

    private final EventWindow window;
    private final int first;
    private final int[] sources;
    private final int[] targets;
    private final int[] carried;
    /** Whose each row is. */
    private final int[] vertices;

    private WindowRows(EventWindow window, int first, int[] sources, int[] targets, int[] carried, int[] vertices) {
        this.window = window;
        this.first = first;
        this.sources = sources;
        this.targets = targets;
        this.carried = carried;
        this.vertices = vertices;
    }

    /** Of the candidates {@code from} to below {@code to}, all at times within the window. */
    static WindowRows of(EventWindow window, EventHistory history, LinkQueries queries, int from, int to) {
        int inWindow = window.packed().total();
        int[] carriedRows = new int[history.vertices()];
        Arrays.fill(carriedRows, -1);
        IntArrayList carried = new IntArrayList();
        int[][] rows = new int[2][to - from];
        for (int q = from; q < to; q++) {
            double time = history.time(queries.event(q));
            int[] ends = {queries.source(q), queries.target(q)};
            for (int i = 0; i < ends.length; i++) {
                int row = window.rowBefore(ends[i], time);
                if (row < 0) {
                    if (carriedRows[ends[i]] < 0) {
                        carriedRows[ends[i]] = inWindow + carried.size();
                        carried.add(ends[i]);
                    }
                    row = carriedRows[ends[i]];
                }
                rows[i][q - from] = row;
            }
        }
        int[] vertices = new int[inWindow + carried.size()];
        window.forEachRow((row, vertex, step) -> vertices[row] = vertex);
        carried.getElements(0, vertices, inWindow, carried.size());
        return new WindowRows(window, from, rows[0], rows[1], carried.toIntArray(), vertices);
    }

    EventWindow window() {
        return window;
    }

    /** The rows of the sources of the candidates {@code from} to below {@code to}. */
    int[] sources(int from, int to) {
        return Arrays.copyOfRange(sources, from - first, to - first);
    }

    /** Likewise of their targets. */
    int[] targets(int from, int to) {
        return Arrays.copyOfRange(targets, from - first, to - first);
    }

    /** The vertices that are asked for as they were before the window, in the order of the rows below the packed ones. */
    int[] carried() {
        return carried;
    }

    /** The vertex of every row. */
    int[] vertices() {
        return vertices;
    }
}
