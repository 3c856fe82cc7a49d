package io.anabranch.stream.propagation;

import io.anabranch.stream.frozen.Attention;
import io.anabranch.stream.frozen.Rows;
import java.util.Arrays;

/**
 * Per source what its sinks contain now: the row {@code z = h W} of all heads, the score {@code s_k . z_k} of each, and the greatest
 * absolute number of each {@code z_k}.
 *
 * <p>Memory: 4 bytes * row stride + 8 * heads + 1 per ordinal. Not thread-safe.
 */
final class AttentionSources {
    private final Attention attention;
    private final int heads;
    private final int stride;
    float[] z = {};
    float[] score = {};
    float[] greatest = {};
    private boolean[] contained = {};

    AttentionSources(Attention attention) {
        this.attention = attention;
        heads = attention.heads();
        stride = attention.rowStride();
    }

    void grow(int vertices) {
        z = Arrays.copyOf(z, Math.multiplyExact(vertices, stride));
        score = Arrays.copyOf(score, Math.multiplyExact(vertices, heads));
        greatest = Arrays.copyOf(greatest, score.length);
        contained = Arrays.copyOf(contained, vertices);
    }

    boolean contains(int source) {
        return contained[source];
    }

    boolean contains(int source, float[] row) {
        return contained[source] && Rows.same(row, 0, z, source * stride, stride);
    }

    /** Makes this row what the sinks contain. */
    void remember(int source, float[] row) {
        System.arraycopy(row, 0, z, source * stride, stride);
        attention.sourceScores(z, source * stride, score, source * heads);
        for (int k = 0; k < heads; k++) {
            int at = source * stride + k * attention.headStride();
            greatest[source * heads + k] = Rows.maxAbs(z, at, attention.headStride());
        }
        contained[source] = true;
    }

    void forget(int source) {
        Arrays.fill(z, source * stride, (source + 1) * stride, 0f);
        Arrays.fill(score, source * heads, (source + 1) * heads, 0f);
        Arrays.fill(greatest, source * heads, (source + 1) * heads, 0f);
        contained[source] = false;
    }

    /** Copies what the sinks contain of a source to entry {@code target} of another holder of the same layer. */
    void copyTo(int source, AttentionSources other, int target) {
        System.arraycopy(z, source * stride, other.z, target * stride, stride);
        System.arraycopy(score, source * heads, other.score, target * heads, heads);
        System.arraycopy(greatest, source * heads, other.greatest, target * heads, heads);
        other.contained[target] = contained[source];
    }
}
