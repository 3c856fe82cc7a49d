package io.anabranch.stream.propagation;

import java.util.Arrays;

/**
 * Numbers a row for each (vertex, relation) that has an in-edge which brings a value, and counts these edges. Whoever keeps something
 * per such row indexes it by the number; numbers are reused. A vertex without such edges takes no row.
 *
 * <p>Memory: 4 bytes per vertex and relation, 8 per row, and 8 for the sets. Not thread-safe.
 */
final class RelationRows {
    static final int NO_ROW = -1;

    private final int relations;
    /** By vertex * relations + relation: row + 1, or 0. */
    private int[] rowOf = {};
    /** By row: where it stands in {@link #rowOf}. */
    private int[] place = new int[16];
    /** By row: in-edges that bring a value. */
    private int[] edges = new int[16];

    private int[] free = new int[16];
    private int freeCount;
    private int used;

    RelationRows(int relations) {
        this.relations = relations;
    }

    void grow(int vertices) {
        rowOf = Arrays.copyOf(rowOf, Math.multiplyExact(vertices, relations));
    }

    /** Rows that arrays by row must have room for. */
    int capacity() {
        return edges.length;
    }

    /** The row, or {@link #NO_ROW}. */
    int find(int vertex, int relation) {
        return rowOf[vertex * relations + relation] - 1;
    }

    /** A new row, without edges, for a sink that has none. May raise {@link #capacity()}. */
    int create(int vertex, int relation) {
        int row = freeCount > 0 ? free[--freeCount] : used++;
        if (row == edges.length) {
            place = Arrays.copyOf(place, 2 * row);
            edges = Arrays.copyOf(edges, 2 * row);
        }
        place[row] = vertex * relations + relation;
        rowOf[place[row]] = row + 1;
        edges[row] = 0;
        return row;
    }

    /** Gives up a row without edges. */
    void release(int row) {
        if (edges[row] != 0) {
            throw new IllegalStateException("The row (%d) has (%d) edges.".formatted(row, edges[row]));
        }
        rowOf[place[row]] = 0;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = row;
    }

    /** Gives up all rows of a sink, whatever edges they count. */
    void releaseAll(int vertex) {
        for (int relation = 0; relation < relations; relation++) {
            int row = find(vertex, relation);
            if (row != NO_ROW) {
                edges[row] = 0;
                release(row);
            }
        }
    }

    void count(int row, int change) {
        edges[row] += change;
    }

    /** In-edges of the row that bring a value. */
    int edges(int row) {
        return edges[row];
    }

    int vertex(int row) {
        return place[row] / relations;
    }

    int relation(int row) {
        return place[row] % relations;
    }
}
