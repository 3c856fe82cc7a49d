package io.anabranch.stream.propagation;

import io.anabranch.stream.frozen.Rows;
import java.util.Arrays;

/**
 * Rows that hold sums kept by deltas, and what tells when rounding may have added up in one.
 *
 * <p>Memory: 4 bytes * stride + 8 per row. Not thread-safe.
 */
final class RelationSums {
    private static final int MIN_DELTAS_BEFORE_RESUM = 64;
    private static final float SHRINK = 4;
    /** Errors below this times the rounding unit don't matter: differences are relative to 1 + |h|. */
    private static final float SHRINK_FLOOR = 0.25f;

    private final int stride;
    float[] sum = {};
    /** Deltas since the row was last summed anew. */
    private int[] deltas = {};
    /** Greatest number that the row, or a delta to it, has held since then: what rounding errors are in proportion to. */
    private float[] peak = {};

    RelationSums(int stride) {
        this.stride = stride;
    }

    /** Makes room for rows below {@code rows}. */
    void grow(int rows) {
        if (rows > deltas.length) {
            sum = Arrays.copyOf(sum, Math.multiplyExact(rows, stride));
            deltas = Arrays.copyOf(deltas, rows);
            peak = Arrays.copyOf(peak, rows);
        }
    }

    void clear(int row) {
        Arrays.fill(sum, row * stride, (row + 1) * stride, 0f);
        deltas[row] = 0;
        peak[row] = 0;
    }

    /** Adds to a row as a delta. */
    void add(int row, float factor, float[] x, int at) {
        Rows.axpy(factor, x, at, sum, row * stride, stride);
        deltas[row]++;
        peak[row] = Math.max(peak[row], Math.abs(factor) * Rows.maxAbs(x, at, stride));
    }

    /** Adds to a row that is being summed anew. */
    void sum(int row, float factor, float[] x, int at) {
        Rows.axpy(factor, x, at, sum, row * stride, stride);
    }

    /**
     * Whether the row should be summed anew: after many deltas, or when it has shrunk to a fraction of what it held. Call once after
     * the deltas of a batch.
     */
    boolean hasDrifted(int row, int edges) {
        float now = Rows.maxAbs(sum, row * stride, stride);
        peak[row] = Math.max(peak[row], now);
        return deltas[row] > Math.max(MIN_DELTAS_BEFORE_RESUM, edges)
                || deltas[row] > 0 && peak[row] > SHRINK * (now + SHRINK_FLOOR);
    }
}
