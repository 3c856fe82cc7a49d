package io.anabranch.learn.tensor;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A constant sparse matrix: a pattern and one value per entry, on the heap. It multiplies tensors of either precision.
 * Immutable; the array given is kept, not copied, and must not change.
 */
public final class SparseMatrix {

    private final SparsePattern pattern;
    private final float[] values;
    private @Nullable SparseMatrix transposed;

    public SparseMatrix(SparsePattern pattern, float[] values) {
        if (values.length != pattern.entries()) {
            throw new IllegalArgumentException(
                    "The number of values (%d) does not fit the pattern (%s).".formatted(values.length, pattern));
        }
        this.pattern = pattern;
        this.values = values;
    }

    public SparseMatrix(int rows, int columns, int[] starts, int[] indices, float[] values) {
        this(new SparsePattern(rows, columns, starts, indices), values);
    }

    public SparsePattern pattern() {
        return pattern;
    }

    public int rows() {
        return pattern.rows();
    }

    public int columns() {
        return pattern.columns();
    }

    public float value(int entry) {
        return values[entry];
    }

    /** For messages: {@code [rows, columns]}. */
    public String shape() {
        return "[%d, %d]".formatted(rows(), columns());
    }

    /** The transposed matrix; made once, then kept. */
    public SparseMatrix transposed() {
        SparseMatrix result = transposed;
        if (result == null) {
            SparsePattern other = pattern.transposed();
            int[] from = pattern.transposedEntries();
            float[] otherValues = new float[values.length];
            for (int e = 0; e < from.length; e++) {
                otherValues[e] = values[from[e]];
            }
            result = new SparseMatrix(other, otherValues);
            result.transposed = this;
            transposed = result;
        }
        return result;
    }

    /**
     * A matrix whose stored entries are zero with the probability {@code rate} and divided by {@code 1 - rate} otherwise
     * (inverted dropout of sparse features). Rate 0 gives this matrix.
     */
    public SparseMatrix dropout(double rate, RandomGenerator random) {
        Rows.checkRate(rate);
        if (rate == 0) {
            return this;
        }
        float scale = (float) (1 / (1 - rate));
        float[] kept = new float[values.length];
        for (int e = 0; e < kept.length; e++) {
            kept[e] = random.nextFloat() < rate ? 0 : values[e] * scale;
        }
        return new SparseMatrix(pattern, kept);
    }

    /** A dense copy; repeated entries are added up. */
    public Tensor toDense(TensorScope scope, DataType type) {
        float[] dense = new float[Math.multiplyExact(rows(), columns())];
        for (int r = 0; r < rows(); r++) {
            for (int e = pattern.start(r); e < pattern.start(r + 1); e++) {
                dense[r * columns() + pattern.column(e)] += values[e];
            }
        }
        return Tensor.of(scope, type, rows(), columns(), dense);
    }

    float[] values() {
        return values;
    }
}
