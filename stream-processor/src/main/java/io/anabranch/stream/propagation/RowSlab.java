package io.anabranch.stream.propagation;

import io.anabranch.graph.adjacency.Growth;
import java.util.Arrays;

/**
 * Rows of {@code stride} floats by number, contiguous within segments, so that a slab is not bound by the length of one array. Rows
 * come as zeros; growth copies the last segment only.
 *
 * <p>Memory: 4 bytes * stride per row, and at most half of the last segment as slack. Not thread-safe.
 */
final class RowSlab {
    /** 4 GiB: graphs below that stay in one array, over which an aggregation plan can run. */
    static final int SEGMENT_FLOATS = 1 << 30;

    /** Floats per cache line. */
    private static final int LINE = 16;
    /**
     * Floats before the first row of a segment: where the collector puts great arrays at the beginning of a region, as G1 does, rows then begin
     * where cache lines do (after 16 bytes of array header and these 48), and take one line less.
     */
    private static final int LEAD = 12;

    final int stride;
    /** log2 of the rows per segment. */
    private final int shift;

    private final int mask;
    private float[][] segments = {new float[LEAD]};

    /** @param segmentFloats greatest length of a segment; at least one row is kept in each */
    RowSlab(int stride, int segmentFloats) {
        this.stride = stride;
        this.shift = 31 - Integer.numberOfLeadingZeros(Math.max(1, segmentFloats / stride));
        this.mask = (1 << shift) - 1;
    }

    /** Makes room for rows below {@code rows}. */
    void ensure(int rows) {
        if (rows <= capacity()) {
            return;
        }
        int last = segments.length - 1;
        int lastRow = rows - 1;
        int whole = 1 << shift;
        if (lastRow >>> shift > last) {
            segments[last] = Arrays.copyOf(segments[last], LEAD + whole * stride);
            segments = Arrays.copyOf(segments, (lastRow >>> shift) + 1);
            for (int s = last + 1; s < segments.length - 1; s++) {
                segments[s] = new float[LEAD + whole * stride];
            }
            last = segments.length - 1;
            segments[last] = new float[LEAD];
        }
        int needed = (lastRow & mask) + 1;
        int now = (segments[last].length - LEAD) / stride;
        segments[last] =
                Arrays.copyOf(segments[last], LEAD + Math.min(whole, Growth.next(now, needed, stride)) * stride);
    }

    private int capacity() {
        int last = segments.length - 1;
        return (last << shift) + (segments[last].length - LEAD) / stride;
    }

    /** The array that holds the row; valid until the next {@link #ensure}. */
    float[] segment(int row) {
        return segments[row >>> shift];
    }

    /** Where the row begins in its {@link #segment}. */
    int at(int row) {
        return LEAD + (row & mask) * stride;
    }

    /**
     * Reads a number of every cache line of the row, so that the row is on its way from memory while others are asked for.
     *
     * @return their sum, which must be kept somewhere, lest nothing be read
     */
    float fetch(int row) {
        float[] segment = segment(row);
        int at = at(row);
        // Where rows don't begin where lines do, the last number stands in one more.
        float some = segment[at + stride - 1];
        int i = at;
        for (int end = at + stride - 4 * LINE; i <= end; i += 4 * LINE) {
            some += segment[i] + segment[i + LINE] + segment[i + 2 * LINE] + segment[i + 3 * LINE];
        }
        // No loop over what is left: the reads would not be under way together, see Rows.
        if (i + 2 * LINE <= at + stride) {
            some += segment[i] + segment[i + LINE];
            i += 2 * LINE;
        }
        if (i < at + stride) {
            some += segment[i];
        }
        return some;
    }

    /** Whether all rows stand in one array, {@code segment(0)}. */
    boolean flat() {
        return segments.length == 1;
    }

    void clear(int row) {
        Arrays.fill(segment(row), at(row), at(row) + stride, 0f);
    }
}
