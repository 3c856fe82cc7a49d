package io.anabranch.stream.propagation;

import java.util.Arrays;

/**
 * Dense row numbers for the owned vertices that exist: what a layer keeps per sink has no room for halo vertices. A row is taken
 * when its vertex appears and given back when it is gone. Memory: 4 bytes per ordinal. Not thread-safe.
 */
final class SinkRows {
    private static final int NONE = -1;

    private int[] rows = {};
    private int[] free = new int[16];
    private int freeCount;
    private int handedOut;

    void grow(int vertices) {
        int known = rows.length;
        rows = Arrays.copyOf(rows, vertices);
        Arrays.fill(rows, known, vertices, NONE);
    }

    /** Gives the vertex a row, unless it has one. */
    void acquire(int vertex) {
        if (rows[vertex] != NONE) {
            return;
        }
        rows[vertex] = freeCount > 0 ? free[--freeCount] : handedOut++;
    }

    void release(int vertex) {
        if (rows[vertex] == NONE) {
            return;
        }
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = rows[vertex];
        rows[vertex] = NONE;
    }

    /** The row of an owned vertex that exists, or did until this batch. */
    int of(int vertex) {
        return rows[vertex];
    }

    /** One more than the greatest row ever handed out. */
    int count() {
        return handedOut;
    }
}
