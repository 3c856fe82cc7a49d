package io.anabranch.graph.hag.search;

/**
 * Compressed sparse rows of in-neighbours; a row may hold a source several times. The arrays are shared and must not change.
 *
 * @param sources number of sources
 * @param offsets targets + 1 offsets into {@code neighbours}
 * @param neighbours the source of each edge
 */
record RowArrays(int sources, int[] offsets, int[] neighbours) {

    /** @throws IllegalArgumentException if the arrays don't fit each other */
    RowArrays {
        if (offsets.length == 0 || offsets[0] != 0 || offsets[offsets.length - 1] != neighbours.length) {
            throw new IllegalArgumentException("The %d offsets must run from 0 to the number of edges (%d)."
                    .formatted(offsets.length, neighbours.length));
        }
        for (int r = 0; r + 1 < offsets.length; r++) {
            if (offsets[r] > offsets[r + 1]) {
                throw new IllegalArgumentException("The offset (%d) of row %d must not be below the one before (%d)."
                        .formatted(offsets[r + 1], r + 1, offsets[r]));
            }
        }
        for (int neighbour : neighbours) {
            if (neighbour < 0 || neighbour >= sources) {
                throw new IllegalArgumentException(
                        "The neighbour (%d) must be from 0 to %d.".formatted(neighbour, sources - 1));
            }
        }
    }

    int targets() {
        return offsets.length - 1;
    }

    int degree(int row) {
        return offsets[row + 1] - offsets[row];
    }
}
