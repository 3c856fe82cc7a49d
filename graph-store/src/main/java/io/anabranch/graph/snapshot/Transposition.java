package io.anabranch.graph.snapshot;

/** The other direction of compressed sparse rows. */
final class Transposition {

    private Transposition() {}

    /**
     * Rows by neighbour: entry (r, c) becomes (c, r). Stable, so each new row is ordered by old row; O(rows + entries).
     *
     * @param entryOf receives, for each new entry, the old one
     */
    static CompressedRows of(CompressedRows rows, int newRows, int[] entryOf) {
        int[] offsets = new int[newRows + 1];
        for (int i = 0; i < rows.entries(); i++) {
            offsets[rows.neighbour(i) + 1]++;
        }
        for (int r = 0; r < newRows; r++) {
            offsets[r + 1] += offsets[r];
        }
        int[] next = offsets.clone();
        int[] neighbours = new int[rows.entries()];
        float[] weights = new float[rows.entries()];
        for (int r = 0; r < rows.rows(); r++) {
            for (int i = rows.start(r); i < rows.end(r); i++) {
                int at = next[rows.neighbour(i)]++;
                neighbours[at] = r;
                weights[at] = rows.weight(i);
                entryOf[at] = i;
            }
        }
        return new CompressedRows(offsets, neighbours, weights);
    }
}
