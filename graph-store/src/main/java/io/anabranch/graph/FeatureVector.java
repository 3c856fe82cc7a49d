package io.anabranch.graph;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A node's features: an immutable row of finite floats, held dense or sparse. Two vectors are equal iff they have the same
 * dimension and the same bits at every place, however they are held.
 *
 * <p>Memory: 4 bytes per float held, plus 4 per index where sparse. Thread-safe.
 */
public final class FeatureVector {

    private final int dimension;
    private final int @Nullable [] indices;
    private final float[] values;

    private FeatureVector(int dimension, int @Nullable [] indices, float[] values) {
        this.dimension = dimension;
        this.indices = indices;
        this.values = values;
    }

    /** A dense row. The values are copied and must be finite. */
    public static FeatureVector dense(float... values) {
        for (int i = 0; i < values.length; i++) {
            requireFinite(values[i], i);
        }
        return new FeatureVector(values.length, null, values.clone());
    }

    /**
     * A sparse row: {@code values[i]} at {@code indices[i]}, zero elsewhere. The arrays are copied.
     *
     * @param indices strictly ascending, each below the dimension
     * @throws IllegalArgumentException if the lengths differ, an index is out of order or range, or a value is not finite
     */
    public static FeatureVector sparse(int dimension, int[] indices, float[] values) {
        if (dimension < 0) {
            throw new IllegalArgumentException("The dimension (%d) must not be negative.".formatted(dimension));
        }
        if (indices.length != values.length) {
            throw new IllegalArgumentException(
                    "The sparse features have %d indices but %d values.".formatted(indices.length, values.length));
        }
        int last = -1;
        int kept = 0;
        for (int i = 0; i < indices.length; i++) {
            if (indices[i] <= last || indices[i] >= dimension) {
                throw new IllegalArgumentException(
                        "The feature index (%d) at place %d must be above %d and below the dimension (%d)."
                                .formatted(indices[i], i, last, dimension));
            }
            requireFinite(values[i], indices[i]);
            last = indices[i];
            kept += isZero(values[i]) ? 0 : 1;
        }
        if (kept == indices.length) {
            return new FeatureVector(dimension, indices.clone(), values.clone());
        }
        int[] keptIndices = new int[kept];
        float[] keptValues = new float[kept];
        for (int i = 0, k = 0; i < indices.length; i++) {
            if (!isZero(values[i])) {
                keptIndices[k] = indices[i];
                keptValues[k++] = values[i];
            }
        }
        return new FeatureVector(dimension, keptIndices, keptValues);
    }

    /** The same row, held in the smaller of the two forms. The values are copied. */
    public static FeatureVector compact(float... values) {
        int nonZeros = 0;
        for (float value : values) {
            nonZeros += isZero(value) ? 0 : 1;
        }
        if (2 * nonZeros > values.length) {
            return dense(values);
        }
        int[] indices = new int[nonZeros];
        float[] kept = new float[nonZeros];
        for (int i = 0, k = 0; i < values.length; i++) {
            if (!isZero(values[i])) {
                indices[k] = i;
                kept[k++] = values[i];
            }
        }
        return sparse(values.length, indices, kept);
    }

    public int dimension() {
        return dimension;
    }

    /** Whether the row is held as indices and values. */
    public boolean isSparse() {
        return indices != null;
    }

    /** How many floats are held: the dimension where dense, the non-zeros where sparse. */
    public int storedCount() {
        return values.length;
    }

    /** The place of the i-th float held; ascending. */
    public int storedIndex(int i) {
        return indices == null ? i : indices[i];
    }

    /** The i-th float held. */
    public float storedValue(int i) {
        return values[i];
    }

    /** Writes the whole row, zeros included, to {@code target[offset]} and on. */
    public void copyInto(float[] target, int offset) {
        if (indices == null) {
            System.arraycopy(values, 0, target, offset, dimension);
            return;
        }
        Arrays.fill(target, offset, offset + dimension, 0f);
        for (int i = 0; i < indices.length; i++) {
            target[offset + indices[i]] = values[i];
        }
    }

    /** The whole row as a new array. */
    public float[] toArray() {
        float[] row = new float[dimension];
        copyInto(row, 0);
        return row;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            return true;
        }
        if (!(other instanceof FeatureVector that) || dimension != that.dimension) {
            return false;
        }
        if (indices == null && that.indices == null) {
            return Arrays.equals(values, that.values);
        }
        if (indices != null && that.indices != null) {
            return Arrays.equals(indices, that.indices) && Arrays.equals(values, that.values);
        }
        return Arrays.equals(toArray(), that.toArray());
    }

    /** Over the non-zeros alone, so that it does not depend on how the row is held. */
    @Override
    public int hashCode() {
        int hash = dimension;
        for (int i = 0; i < values.length; i++) {
            if (!isZero(values[i])) {
                hash = 31 * (31 * hash + storedIndex(i)) + Float.floatToIntBits(values[i]);
            }
        }
        return hash;
    }

    @Override
    public String toString() {
        if (indices == null) {
            return Arrays.toString(values);
        }
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < indices.length; i++) {
            text.append(i == 0 ? "" : ", ").append(indices[i]).append(':').append(values[i]);
        }
        return text.append("} of ").append(dimension).toString();
    }

    private static boolean isZero(float value) {
        return Float.floatToRawIntBits(value) == 0;
    }

    private static void requireFinite(float value, int index) {
        if (!Float.isFinite(value)) {
            throw new IllegalArgumentException("The feature (%s) at index %d must be finite.".formatted(value, index));
        }
    }
}
