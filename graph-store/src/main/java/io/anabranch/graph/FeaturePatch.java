package io.anabranch.graph;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * New values for some columns of a node's feature row; an explicit zero is a value like any other. Immutable, thread-safe.
 */
public final class FeaturePatch {

    private final int dimension;
    private final int[] columns;
    private final float[] values;

    private FeaturePatch(int dimension, int[] columns, float[] values) {
        this.dimension = dimension;
        this.columns = columns;
        this.values = values;
    }

    /**
     * {@code values[i]} for column {@code columns[i]}. The arrays are copied.
     *
     * @param dimension length of the whole row
     * @param columns one or more, strictly ascending, each below the dimension
     * @param values finite
     * @throws IllegalArgumentException if there is no column, the lengths differ, a column is out of order or range, or a value is not
     *     finite
     */
    public static FeaturePatch of(int dimension, int[] columns, float[] values) {
        if (columns.length == 0 || columns.length != values.length) {
            throw new IllegalArgumentException(
                    "The patch has %d columns and %d values; as many are needed, one at least."
                            .formatted(columns.length, values.length));
        }
        int last = -1;
        for (int i = 0; i < columns.length; i++) {
            if (columns[i] <= last || columns[i] >= dimension) {
                throw new IllegalArgumentException(
                        "The column (%d) at place %d of the patch must be above %d and below the dimension (%d)."
                                .formatted(columns[i], i, last, dimension));
            }
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException(
                        "The value (%s) of column %d of the patch must be finite.".formatted(values[i], columns[i]));
            }
            last = columns[i];
        }
        return new FeaturePatch(dimension, columns.clone(), values.clone());
    }

    /** Length of the whole row. */
    public int dimension() {
        return dimension;
    }

    /** How many columns are written. */
    public int size() {
        return columns.length;
    }

    /** The i-th column written; ascending. */
    public int column(int i) {
        return columns[i];
    }

    /** The value for the i-th column. */
    public float value(int i) {
        return values[i];
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FeaturePatch that
                && dimension == that.dimension
                && Arrays.equals(columns, that.columns)
                && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(columns) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < columns.length; i++) {
            text.append(i == 0 ? "" : ", ").append(columns[i]).append(':').append(values[i]);
        }
        return text.append("} of ").append(dimension).toString();
    }
}
