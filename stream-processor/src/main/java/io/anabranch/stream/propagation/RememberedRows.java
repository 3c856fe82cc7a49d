package io.anabranch.stream.propagation;

import io.anabranch.stream.frozen.Rows;
import java.util.Arrays;

/**
 * Per source the row {@code h_{l-1}} that its sinks contain now, for layers that aggregate before they transform.
 *
 * <p>Memory: 4 bytes * stride + 1 per ordinal. Not thread-safe.
 */
final class RememberedRows {
    final int stride;
    float[] row = {};
    /** Whether the sinks contain the source at all: it had a value when the last batch was done. */
    private boolean[] contained = {};

    RememberedRows(int stride) {
        this.stride = stride;
    }

    void grow(int vertices) {
        row = Arrays.copyOf(row, Math.multiplyExact(vertices, stride));
        contained = Arrays.copyOf(contained, vertices);
    }

    int at(int source) {
        return source * stride;
    }

    boolean contains(int source) {
        return contained[source];
    }

    /** Whether the sinks contain exactly this row of the source. */
    boolean contains(int source, float[] other) {
        return contained[source] && Rows.same(other, 0, row, at(source), stride);
    }

    void remember(int source, float[] next) {
        System.arraycopy(next, 0, row, at(source), stride);
        contained[source] = true;
    }

    /** Remembers the present row of a source with a value. @return whether the sinks contained another, or none */
    boolean renew(int source, float[] present) {
        boolean other = !contains(source, present);
        remember(source, present);
        return other;
    }

    /** Forgets a source without a value. @return whether the sinks contained it */
    boolean drop(int source) {
        boolean was = contained[source];
        forget(source);
        return was;
    }

    void forget(int source) {
        Arrays.fill(row, at(source), at(source) + stride, 0f);
        contained[source] = false;
    }
}
