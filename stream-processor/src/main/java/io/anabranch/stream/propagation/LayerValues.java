package io.anabranch.stream.propagation;

import java.util.Arrays;

/** The values {@code h_0 .. h_{L-1}} of one vertex, one row per layer. Immutable, compared by value. */
public final class LayerValues {
    private final float[][] rows;

    private LayerValues(float[][] rows) {
        this.rows = rows;
    }

    /** Takes ownership: the caller must not write to {@code rows} any more. */
    public static LayerValues owning(float[][] rows) {
        return new LayerValues(rows);
    }

    public int layers() {
        return rows.length;
    }

    public int width(int layer) {
        return rows[layer].length;
    }

    public float at(int layer, int column) {
        return rows[layer][column];
    }

    /** Copies the row of a layer to {@code target[offset ..]}. */
    public void copyInto(int layer, float[] target, int offset) {
        System.arraycopy(rows[layer], 0, target, offset, rows[layer].length);
    }

    /** The row itself, for readers of this package that promise not to write to it. */
    float[] row(int layer) {
        return rows[layer];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LayerValues that && Arrays.deepEquals(rows, that.rows);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(rows);
    }

    @Override
    public String toString() {
        return Arrays.deepToString(rows);
    }
}
