package io.anabranch.stream.propagation;

import io.anabranch.stream.frozen.Rows;

/** The sinks that a batch has touched, each with the value that it had before. Not thread-safe. */
final class TouchedSinks {
    private final LinearRows rows;
    private final Accumulators sums;
    /** Values before the batch, in the order in which it touched the sinks. */
    private final RowSlab before;

    private final float[] value;

    TouchedSinks(LinearRows rows, int segmentFloats) {
        this.rows = rows;
        sums = rows.sums;
        before = new RowSlab(rows.stride, segmentFloats);
        value = new float[rows.stride];
    }

    void begin() {
        sums.begin();
    }

    /** Sets the value of a sink aside; to be called before anything that it is made of changes. */
    void touch(int v) {
        if (sums.touch(v)) {
            int place = sums.touchedCount() - 1;
            before.ensure(place + 1);
            rows.value(rows.row(v), before.segment(place), before.at(place));
        }
    }

    int size() {
        return sums.touchedCount();
    }

    int get(int i) {
        return sums.touched(i);
    }

    /** Whether the value of the i-th has other bits than before. */
    boolean changed(int i) {
        rows.value(rows.row(sums.touched(i)), value, 0);
        return !Rows.same(value, 0, before.segment(i), before.at(i), rows.stride);
    }

    /** Asks for the rows of the sinks from the i-th to before the end; see {@link RowSlab#fetch}. */
    float fetch(int from, int end) {
        float some = 0;
        for (int i = from; i < end; i++) {
            some += sums.fetch(sums.touched(i));
        }
        return some;
    }
}
