package io.anabranch.graph.snapshot;

/**
 * Lists of neighbours in compressed sparse rows: row v holds the entries {@code offsets[v]} to {@code offsets[v + 1] - 1} of
 * {@link #neighbours()} and {@link #weights()}.
 *
 * <p>Arrays are shared, not copied: read them, never write. Immutable in all other ways; safe for any thread. Memory: 4 bytes a
 * row and 8 an entry.
 */
public final class CompressedRows {

    private final int[] offsets;
    private final int[] neighbours;
    private final float[] weights;

    CompressedRows(int[] offsets, int[] neighbours, float[] weights) {
        this.offsets = offsets;
        this.neighbours = neighbours;
        this.weights = weights;
    }

    /** Number of rows. */
    public int rows() {
        return offsets.length - 1;
    }

    /** Number of entries in all rows. */
    public int entries() {
        return neighbours.length;
    }

    /** First entry of the row. */
    public int start(int row) {
        return offsets[row];
    }

    /** One past the last entry of the row. */
    public int end(int row) {
        return offsets[row + 1];
    }

    /** Length of the row. */
    public int degree(int row) {
        return offsets[row + 1] - offsets[row];
    }

    public int neighbour(int entry) {
        return neighbours[entry];
    }

    public float weight(int entry) {
        return weights[entry];
    }

    /** rows + 1 ascending offsets; shared. */
    public int[] offsets() {
        return offsets;
    }

    /** Shared. */
    public int[] neighbours() {
        return neighbours;
    }

    /** Shared. */
    public float[] weights() {
        return weights;
    }
}
