package io.anabranch.stream.propagation;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The values {@code h_0 .. h_{L-1}} of one vertex, one row per layer. A row that is left out is as it was before. Immutable, compared by value.
 */
public final class LayerValues {
    private final float[] @Nullable [] rows;

    private LayerValues(float[] @Nullable [] rows) {
        this.rows = rows;
    }

    /** Takes ownership: the caller must not write to {@code rows} any more. A null row is left out. */
    public static LayerValues owning(float[] @Nullable [] rows) {
        return new LayerValues(rows);
    }

    /** Whether the row of the layer is there; it can be read only then. */
    public boolean has(int layer) {
        return rows[layer] != null;
    }

    /** Whether no row is left out. */
    public boolean complete() {
        for (int l = 0; l < rows.length; l++) {
            if (!has(l)) {
                return false;
            }
        }
        return true;
    }

    /**
     * These values, with the rows of older ones where they are left out.
     *
     * @throws IllegalArgumentException if the older ones have another number of layers
     */
    LayerValues over(LayerValues older) {
        if (older.layers() != layers()) {
            throw new IllegalArgumentException(
                    "The values have %d layers, but the older ones %d.".formatted(layers(), older.layers()));
        }
        var whole = rows.clone();
        for (int l = 0; l < whole.length; l++) {
            if (!has(l)) {
                whole[l] = older.rows[l];
            }
        }
        return new LayerValues(whole);
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
