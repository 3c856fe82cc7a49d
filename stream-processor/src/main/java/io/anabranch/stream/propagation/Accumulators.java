package io.anabranch.stream.propagation;

import io.anabranch.stream.frozen.Rows;
import java.util.Arrays;

/**
 * One accumulator per sink, made by deltas, and an estimate of how far rounding has taken it from the sum that it stands for.
 *
 * <p>Each addition rounds to the accumulator's magnitude, so that k of them leave an error of about {@code peak * sqrt(k)} rounding
 * units, peak being the greatest number that the accumulator or a delta to it has held. An accumulator should be summed anew when
 * that exceeds a tenth of the promise of 1e-5 relative to {@code 1 + |value|}: after some 800 deltas to a row that keeps its size, at once when a row
 * shrinks to a thousandth, hardly ever in a mean over many. How great its numbers are is looked up now and then only: when so many deltas
 * have passed that the answer may be another.
 *
 * <p>All that is asked of a sink on the way to its row stands in one record of 32 bytes: a batch meets its sinks in random order, and
 * what it waits for is memory.
 *
 * <p>Memory: 4 bytes * stride per sink and 32 per ordinal. Not thread-safe.
 */
final class Accumulators {
    /** Root mean square of one rounding, relative to the number. */
    private static final double ROUNDING = 0.58 / (1 << 24);

    private static final double TOLERATED = 1e-6;
    /** peak^2 * deltas below which an error is tolerated whatever the value. */
    private static final float LIMIT = (float) (TOLERATED / ROUNDING * (TOLERATED / ROUNDING));
    /** A row that has shrunk this much is summed anew even if that costs more than its deltas did. */
    private static final float SHRINK = 4;

    private static final int RECORD = 8;
    /** Numbers before the first record, which let none stand in two cache lines: an array begins after 16 bytes. */
    private static final int LEAD = 4;

    private static final int ROW = 0;
    /** Bits of what the accumulator is multiplied with in the value. */
    private static final int SHARE = 1;
    /** Deltas since the accumulator was last summed anew. */
    private static final int DELTAS = 2;
    /** Bits of the greatest absolute number that the accumulator, or a delta to it, has held since then. */
    private static final int PEAK = 3;
    /** Bits of how much the row may still change before its numbers are looked at. */
    private static final int SLACK = 4;
    /** Number of deltas at which they are looked at all the same. */
    private static final int NEXT = 5;

    /** Slack after a look, as a part of the greatest number. */
    private static final float LOOSE = 0.5f;

    private final RowSlab sums;
    private final int stride;
    private int[] records = {};

    Accumulators(int stride, int segmentFloats) {
        this.sums = new RowSlab(stride, segmentFloats);
        this.stride = stride;
    }

    void grow(int vertices) {
        records = Arrays.copyOf(records, LEAD + RECORD * vertices);
    }

    void ensure(int rows) {
        sums.ensure(rows);
    }

    RowSlab sums() {
        return sums;
    }

    /** Says in which row the accumulator of a sink is kept, until it is said again. */
    void place(int v, int row) {
        records[record(v) + ROW] = row;
    }

    int row(int v) {
        return records[record(v) + ROW];
    }

    private static int record(int v) {
        return LEAD + RECORD * v;
    }

    /** Says what the accumulator is multiplied with in the value. */
    void share(int v, float share) {
        int record = record(v);
        int bits = Float.floatToRawIntBits(share);
        if (records[record + SHARE] != bits) {
            records[record + SHARE] = bits;
            records[record + NEXT] = 0;
        }
    }

    float share(int v) {
        return number(record(v) + SHARE);
    }

    private float number(int at) {
        return Float.intBitsToFloat(records[at]);
    }

    private void number(int at, float number) {
        records[at] = Float.floatToRawIntBits(number);
    }

    /** See {@link RowSlab#fetch}. */
    float fetch(int v) {
        return sums.fetch(row(v));
    }

    /** Adds {@code factor} times a row, whose greatest absolute number is given. */
    void add(float factor, float[] delta, int at, float greatest, int v) {
        gather(factor, delta, at, row(v));
        added(factor, greatest, v);
    }

    /** Notes that {@code factor} times a row was added with {@link #gather}. */
    void added(float factor, float greatest, int v) {
        int record = record(v);
        float size = Math.abs(factor) * greatest;
        records[record + DELTAS]++;
        number(record + SLACK, number(record + SLACK) - size);
        if (size > number(record + PEAK)) {
            number(record + PEAK, size);
        }
    }

    /** Adds to a row, of which nothing is noted. */
    void gather(float factor, float[] message, int at, int row) {
        Rows.axpy(factor, message, at, sums.segment(row), sums.at(row), stride);
    }

    /** The row was summed anew: what it holds is its sum, rounded. */
    void settled(int v) {
        int record = record(v);
        float now = now(record);
        records[record + DELTAS] = 0;
        number(record + PEAK, now);
        schedule(record, now, now);
    }

    void clear(int v) {
        int record = record(v);
        sums.clear(records[record + ROW]);
        records[record + DELTAS] = 0;
        records[record + PEAK] = 0;
        records[record + SLACK] = 0;
        records[record + NEXT] = 0;
    }

    private float now(int record) {
        int row = records[record + ROW];
        return Rows.maxAbs(sums.segment(row), sums.at(row), stride);
    }

    /**
     * How many row additions it is worth to sum the row anew: 0 while rounding has not taken it too far. To be asked after additions, when
     * the row is at hand.
     */
    int worthOfResum(int v) {
        int record = record(v);
        int deltas = records[record + DELTAS];
        if (deltas < records[record + NEXT] && number(record + SLACK) >= 0) {
            return 0;
        }
        float share = number(record + SHARE);
        float now = now(record);
        float peak = Math.max(number(record + PEAK), now);
        number(record + PEAK, peak);
        float scale = 1 + now * share;
        if (peak * peak * share * share * deltas <= LIMIT * scale * scale) {
            schedule(record, now, peak);
            return 0;
        }
        // Should it not be summed anew, the next look comes with the next delta.
        records[record + NEXT] = 0;
        return peak > SHRINK * now ? Integer.MAX_VALUE : deltas;
    }

    /** When to look again: before the row can be inaccurate, even if it shrinks or grows by all its slack. */
    private void schedule(int record, float now, float peak) {
        float slack = LOOSE * now;
        float share = number(record + SHARE);
        float scale = 1 + (now - slack) * share;
        float most = (peak + slack) * share;
        number(record + SLACK, slack);
        // A quotient beyond all numbers becomes the greatest.
        records[record + NEXT] = (int) (LIMIT * scale * scale / (most * most));
    }
}
