package io.anabranch.graph.feature;

import java.util.Arrays;

/**
 * Rows of one width in flat {@code float[]} segments of about a mebibyte, with a free list. Rows are handed out and given back by
 * number; {@link #NO_ROW} reads as zeros.
 *
 * <p>Memory: 4 bytes per float of every row ever in use at one time; the last segment may be partly empty; the first grows from
 * 16 rows. A row never spans segments, so {@link #segment} and {@link #offset} address it for kernels. Not thread-safe.
 */
public final class FeatureSlab {

    /** Stands for a row of zeros that takes no room. */
    public static final int NO_ROW = -1;

    private static final int SEGMENT_FLOATS = 1 << 18;
    private static final int FIRST_ROWS = 16;

    private final int width;
    /** log2 of the rows per segment. */
    private final int shift;

    private float[][] segments = new float[0][];
    private int handedOut;
    private int[] free = new int[16];
    private int freeCount;

    /** A slab of rows with this width, 0 or more. */
    public FeatureSlab(int width) {
        if (width < 0) {
            throw new IllegalArgumentException(
                    "The width (%d) of a feature row must not be negative.".formatted(width));
        }
        this.width = width;
        int rows = Math.max(1, SEGMENT_FLOATS / Math.max(1, width));
        this.shift = 31 - Integer.numberOfLeadingZeros(rows);
    }

    /** A row with arbitrary content. */
    public int acquire() {
        if (freeCount > 0) {
            return free[--freeCount];
        }
        int row = handedOut++;
        int segment = row >>> shift;
        if (segment == segments.length) {
            segments = Arrays.copyOf(segments, segment + 1);
            int rows = segment == 0 ? Math.min(FIRST_ROWS, 1 << shift) : 1 << shift;
            segments[segment] = new float[rows * width];
        } else if (segment == 0 && (row + 1) * width > segments[0].length) {
            int rows = Math.min(2 * row, 1 << shift);
            segments[0] = Arrays.copyOf(segments[0], rows * width);
        }
        return row;
    }

    /** Gives a row back; {@link #NO_ROW} is ignored. */
    public void release(int row) {
        if (row == NO_ROW) {
            return;
        }
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = row;
    }

    /** The array that holds the row; valid until the next {@link #acquire}. */
    public float[] segment(int row) {
        return segments[row >>> shift];
    }

    /** Where the row begins in its {@link #segment}. */
    public int offset(int row) {
        return (row & (1 << shift) - 1) * width;
    }

    /** Writes the row, or zeros for {@link #NO_ROW}, to {@code target[at]} and on. */
    public void copyInto(int row, float[] target, int at) {
        if (row == NO_ROW) {
            Arrays.fill(target, at, at + width, 0f);
        } else {
            System.arraycopy(segment(row), offset(row), target, at, width);
        }
    }

    /** Whether two rows hold the same bits; {@link #NO_ROW} holds +0. */
    public boolean same(int row, int other) {
        if (row == other) {
            return true;
        }
        if (row == NO_ROW || other == NO_ROW) {
            return isZero(row == NO_ROW ? other : row);
        }
        int a = offset(row);
        int b = offset(other);
        return Arrays.equals(segment(row), a, a + width, segment(other), b, b + width);
    }

    /** Bytes of all arrays, as allocated, without object headers. */
    public long memoryBytes() {
        long bytes = 4L * free.length;
        for (float[] segment : segments) {
            bytes += 4L * segment.length;
        }
        return bytes;
    }

    private boolean isZero(int row) {
        float[] values = segment(row);
        for (int i = offset(row), end = i + width; i < end; i++) {
            if (Float.floatToRawIntBits(values[i]) != 0) {
                return false;
            }
        }
        return true;
    }
}
