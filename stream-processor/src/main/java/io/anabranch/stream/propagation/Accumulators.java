package io.anabranch.stream.propagation;

import io.anabranch.stream.frozen.Rows;
import java.util.Arrays;

/**
 * One accumulator per sink, made by deltas, and an estimate of how far rounding has taken it from the sum that it stands for.
 *
 * <p>Each addition rounds to the accumulator's magnitude, so that k of them leave an error of about {@code peak * sqrt(k)} rounding
 * units, peak being the greatest number that the accumulator or a delta to it has held. An accumulator should be summed anew when
 * that exceeds a tenth of the promise of 1e-5 relative to {@code 1 + |value|}: after some 800 deltas to a row that keeps its size, at once when a row
 * shrinks to a thousandth, hardly ever in a mean over many.
 *
 * <p>All that is asked of a sink on the way to its row stands in one record of 16 bytes: a batch meets its sinks in random order, and
 * what it waits for is memory.
 *
 * <p>Memory: 4 bytes * stride per sink and 16 per ordinal. Not thread-safe.
 */
final class Accumulators {
    /** Root mean square of one rounding, relative to the number. */
    private static final double ROUNDING = 0.58 / (1 << 24);

    private static final double TOLERATED = 1e-6;
    /** peak^2 * deltas below which an error is tolerated whatever the value. */
    private static final float LIMIT = (float) (TOLERATED / ROUNDING * (TOLERATED / ROUNDING));
    /** A row that has shrunk this much is summed anew even if that costs more than its deltas did. */
    private static final float SHRINK = 4;

    private static final int RECORD = 4;

    private static final int ROW = 0;
    /** Bits of what the accumulator is multiplied with in the value. */
    private static final int SHARE = 1;
    /** Deltas since the accumulator was last summed anew. */
    private static final int DELTAS = 2;
    /** Bits of the greatest absolute number that the accumulator, or a delta to it, has held since then. */
    private static final int PEAK = 3;

    private final RowSlab sums;
    private final int stride;
    private int[] records = {};

    Accumulators(int stride, int segmentFloats) {
        this.sums = new RowSlab(stride, segmentFloats);
        this.stride = stride;
    }

    void grow(int vertices) {
        records = Arrays.copyOf(records, RECORD * vertices);
    }

    void ensure(int rows) {
        sums.ensure(rows);
    }

    RowSlab sums() {
        return sums;
    }

    /** Says in which row the accumulator of a sink is kept, until it is said again. */
    void place(int v, int row) {
        records[RECORD * v + ROW] = row;
    }

    int row(int v) {
        return records[RECORD * v + ROW];
    }

    /** Says what the accumulator is multiplied with in the value. */
    void share(int v, float share) {
        records[RECORD * v + SHARE] = Float.floatToRawIntBits(share);
    }

    float share(int v) {
        return Float.intBitsToFloat(records[RECORD * v + SHARE]);
    }

    /** See {@link RowSlab#fetch}. */
    float fetch(int v) {
        return sums.fetch(row(v));
    }

    /** Adds {@code factor} times a row, whose greatest absolute number is given. */
    void add(float factor, float[] delta, int at, float greatest, int v) {
        int record = RECORD * v;
        int row = records[record + ROW];
        Rows.axpy(factor, delta, at, sums.segment(row), sums.at(row), stride);
        records[record + DELTAS]++;
        // Floats that are not negative are ordered as their bits are.
        records[record + PEAK] = Math.max(records[record + PEAK], Float.floatToRawIntBits(Math.abs(factor) * greatest));
    }

    /** Adds to a row that is being summed anew. */
    void gather(float factor, float[] message, int at, int row) {
        Rows.axpy(factor, message, at, sums.segment(row), sums.at(row), stride);
    }

    /** The row was summed anew: what it holds is its sum, rounded. */
    void settled(int v) {
        int row = row(v);
        records[RECORD * v + DELTAS] = 0;
        records[RECORD * v + PEAK] = Float.floatToRawIntBits(Rows.maxAbs(sums.segment(row), sums.at(row), stride));
    }

    void clear(int v) {
        sums.clear(row(v));
        records[RECORD * v + DELTAS] = 0;
        records[RECORD * v + PEAK] = 0;
    }

    /**
     * How many row additions it is worth to sum the row anew: 0 while rounding has not taken it too far. To be asked after an addition, when
     * the row is at hand.
     */
    int worthOfResum(int v) {
        int record = RECORD * v;
        float share = share(v);
        int deltas = records[record + DELTAS];
        float peak = Float.intBitsToFloat(records[record + PEAK]);
        if (peak * peak * share * share * deltas <= LIMIT) {
            // Whatever the value is.
            return 0;
        }
        int row = records[record + ROW];
        float now = Rows.maxAbs(sums.segment(row), sums.at(row), stride);
        if (now > peak) {
            peak = now;
            records[record + PEAK] = Float.floatToRawIntBits(peak);
        }
        float scale = 1 + now * share;
        if (peak * peak * share * share * deltas <= LIMIT * scale * scale) {
            return 0;
        }
        return peak > SHRINK * now ? Integer.MAX_VALUE : deltas;
    }
}
