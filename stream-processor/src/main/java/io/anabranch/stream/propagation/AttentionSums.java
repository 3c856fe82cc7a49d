package io.anabranch.stream.propagation;

import io.anabranch.stream.frozen.Attention;
import io.anabranch.stream.frozen.AttentionKernels;
import io.anabranch.stream.frozen.Rows;
import java.util.Arrays;

/**
 * Per sink, head and <em>side</em> the sums from which attention is read.
 *
 * <p>LeakyReLU has two linear pieces. With source score s and target score t an edge lies on side 0 if {@code s + t > 0}, where
 * {@code exp(e) = exp(s) exp(t)}, else on side 1, where {@code exp(e) = exp(a s) exp(a t)}, a the negative slope. So each side keeps
 * {@code N = sum x z} and {@code D = sum x} with {@code x = w exp(c s - m)}, c = 1 or a, which do not depend on t; the factor
 * {@code exp(c t + m)} enters when the row is read. A sink whose own row moved changes no x: only edges that change sides are moved.
 *
 * <p>m is a stored shift, fixed when a side gets its first edge or is summed anew. The sums of a row are inexact ({@link #stale}) when
 * a new {@code c s - m} is beyond what a float takes, after many deltas, or when the numbers that went through N were great against what
 * is left (softmax can shrink by any factor as edges leave). Then the caller sums anew.
 *
 * <p>Memory per row: 8 bytes * row stride + 48 * heads + 5. Not thread-safe.
 */
final class AttentionSums {
    private static final int MIN_DELTAS_BEFORE_RESUM = 64;
    private static final double GREATEST_EXPONENT = 30;
    /** How much greater than what is left a number that went through the sums may have been. */
    private static final double SHRINK = 4;
    /** Below this the output counts as this: differences are relative to 1 + |h|. */
    private static final double SHRINK_FLOOR = 0.25;

    /** A row counts as at least this: zeros weigh in the denominator too, which has as many more digits than the numerator. */
    private static final double LEAST = 1e-7;

    private final Attention attention;
    private final int heads;
    private final int headStride;

    /** [row, side, head, headStride] */
    private float[] weighted = {};
    /** [row, side, head], as the following. */
    private double[] total = {};

    private double[] shift = {};
    private float[] peak = {};
    private int[] members = {};

    private int[] deltas = {};
    private boolean[] stale = {};

    AttentionSums(Attention attention) {
        this.attention = attention;
        heads = attention.heads();
        headStride = attention.headStride();
    }

    void grow(int rows) {
        if (rows > deltas.length) {
            int sides = Math.multiplyExact(rows, 2 * heads);
            weighted = Arrays.copyOf(weighted, Math.multiplyExact(sides, headStride));
            total = Arrays.copyOf(total, sides);
            shift = Arrays.copyOf(shift, sides);
            peak = Arrays.copyOf(peak, sides);
            members = Arrays.copyOf(members, sides);
            deltas = Arrays.copyOf(deltas, rows);
            stale = Arrays.copyOf(stale, rows);
        }
    }

    void clear(int row) {
        for (int i = row * 2 * heads; i < (row + 1) * 2 * heads; i++) {
            clearSide(i);
        }
        deltas[row] = 0;
        stale[row] = false;
    }

    private void clearSide(int i) {
        Arrays.fill(weighted, i * headStride, (i + 1) * headStride, 0f);
        total[i] = 0;
        shift[i] = 0;
        peak[i] = 0;
        members[i] = 0;
    }

    /** Whether the row must be summed anew before it is read. */
    boolean stale(int row, int edges) {
        return stale[row] || deltas[row] > Math.max(MIN_DELTAS_BEFORE_RESUM, edges);
    }

    // ---- deltas: each judges the side of an edge by the target scores that the row was made with

    void add(int row, AttentionSources sources, int u, float share, float[] target, int to) {
        deltas[row]++;
        for (int k = 0; k < heads && !stale[row]; k++) {
            float s = sources.score[u * heads + k];
            add(row, side(s, target[to + k]), k, sources, u, share);
        }
    }

    void remove(int row, AttentionSources sources, int u, float share, float[] target, int to) {
        deltas[row]++;
        for (int k = 0; k < heads && !stale[row]; k++) {
            float s = sources.score[u * heads + k];
            remove(row, side(s, target[to + k]), k, sources, u, share);
        }
    }

    /** Puts source u in place of entry {@code o} of {@code old}. */
    void exchange(
            int row,
            AttentionSources old,
            int o,
            AttentionSources sources,
            int u,
            float share,
            float[] target,
            int to) {
        deltas[row]++;
        for (int k = 0; k < heads && !stale[row]; k++) {
            int before = side(old.score[o * heads + k], target[to + k]);
            int after = side(sources.score[u * heads + k], target[to + k]);
            if (before == after) {
                exchange(row, after, k, old, o, sources, u, share);
            } else {
                remove(row, before, k, old, o, share);
                add(row, after, k, sources, u, share);
            }
        }
    }

    /**
     * Moves an edge to the sides that the sink's next target scores put it on.
     *
     * @return whether it changed any
     */
    boolean resort(int row, AttentionSources sources, int u, float share, float[] target, int to, float[] next) {
        boolean moved = false;
        for (int k = 0; k < heads && !stale[row]; k++) {
            float s = sources.score[u * heads + k];
            int before = side(s, target[to + k]);
            int after = side(s, next[k]);
            if (before != after) {
                remove(row, before, k, sources, u, share);
                add(row, after, k, sources, u, share);
                moved = true;
            }
        }
        if (moved) {
            deltas[row]++;
        }
        return moved;
    }

    private static int side(float sourceScore, float targetScore) {
        return sourceScore + targetScore > 0 ? 0 : 1;
    }

    /** {@code c s} */
    private double exponent(int side, float score) {
        return side == 0 ? score : (double) attention.negativeSlope() * score;
    }

    private int index(int row, int side, int head) {
        return (row * 2 + side) * heads + head;
    }

    private void add(int row, int side, int k, AttentionSources sources, int u, float share) {
        int i = index(row, side, k);
        double exponent = exponent(side, sources.score[u * heads + k]);
        if (members[i]++ == 0) {
            shift[i] = exponent;
        }
        double e = exponent - shift[i];
        if (!(e <= GREATEST_EXPONENT)) {
            stale[row] = true;
            return;
        }
        double x = share * Math.exp(e);
        total[i] += x;
        Rows.axpy((float) x, sources.z, (u * heads + k) * headStride, weighted, i * headStride, headStride);
        passed(i, x, sources.greatest[u * heads + k]);
    }

    private void remove(int row, int side, int k, AttentionSources sources, int u, float share) {
        int i = index(row, side, k);
        if (--members[i] == 0) {
            clearSide(i);
            return;
        }
        double x = share * Math.exp(exponent(side, sources.score[u * heads + k]) - shift[i]);
        total[i] -= x;
        Rows.axpy((float) -x, sources.z, (u * heads + k) * headStride, weighted, i * headStride, headStride);
        passed(i, x, sources.greatest[u * heads + k]);
    }

    private void exchange(
            int row, int side, int k, AttentionSources old, int o, AttentionSources sources, int u, float share) {
        int i = index(row, side, k);
        double e = exponent(side, sources.score[u * heads + k]) - shift[i];
        if (!(e <= GREATEST_EXPONENT)) {
            stale[row] = true;
            return;
        }
        double out = share * Math.exp(exponent(side, old.score[o * heads + k]) - shift[i]);
        double in = share * Math.exp(e);
        total[i] += in - out;
        AttentionKernels.exchange(
                (float) -out,
                old.z,
                (o * heads + k) * headStride,
                (float) in,
                sources.z,
                (u * heads + k) * headStride,
                weighted,
                i * headStride,
                headStride);
        passed(i, out, old.greatest[o * heads + k]);
        passed(i, in, sources.greatest[u * heads + k]);
    }

    /** Notes what went through the sums of a side. */
    private void passed(int i, double x, float greatest) {
        peak[i] = Math.max(peak[i], (float) (x * Math.max(greatest, LEAST)));
    }

    // ---- from scratch: clear, look at every edge, then sum every edge

    /** Lets the shifts of a cleared row be the greatest exponents of its sides. */
    void look(int row, AttentionSources sources, int u, float[] target, int to) {
        for (int k = 0; k < heads; k++) {
            float s = sources.score[u * heads + k];
            int side = side(s, target[to + k]);
            int i = index(row, side, k);
            double exponent = exponent(side, s);
            shift[i] = members[i]++ == 0 ? exponent : Math.max(shift[i], exponent);
        }
    }

    void sum(int row, AttentionSources sources, int u, float share, float[] target, int to) {
        for (int k = 0; k < heads; k++) {
            float s = sources.score[u * heads + k];
            int side = side(s, target[to + k]);
            int i = index(row, side, k);
            double x = share * Math.exp(exponent(side, s) - shift[i]);
            total[i] += x;
            Rows.axpy((float) x, sources.z, (u * heads + k) * headStride, weighted, i * headStride, headStride);
        }
    }

    // ---- reading

    /**
     * Writes the outputs of all heads for sink v, whose own row takes part.
     *
     * @return whether the deltas of the row have left it accurate
     */
    boolean read(int row, AttentionSources sources, int v, float[] target, int to, float[] out) {
        boolean accurate = true;
        for (int k = 0; k < heads; k++) {
            int above = index(row, 0, k);
            int below = index(row, 1, k);
            float t = target[to + k];
            double own = attention.logit(sources.score[v * heads + k], t);
            double p = members[above] > 0 ? t + shift[above] : Double.NEGATIVE_INFINITY;
            double q = members[below] > 0 ? exponent(1, t) + shift[below] : Double.NEGATIVE_INFINITY;
            double top = Math.max(own, Math.max(p, q));
            double a = Math.exp(p - top);
            double b = Math.exp(q - top);
            double c = Math.exp(own - top);
            double sum = a * total[above] + b * total[below] + c;
            AttentionKernels.blend(
                    (float) (a / sum),
                    weighted,
                    above * headStride,
                    (float) (b / sum),
                    below * headStride,
                    (float) (c / sum),
                    sources.z,
                    (v * heads + k) * headStride,
                    out,
                    k * headStride,
                    headStride);
            peak[above] = Math.max(peak[above], Rows.maxAbs(weighted, above * headStride, headStride));
            peak[below] = Math.max(peak[below], Rows.maxAbs(weighted, below * headStride, headStride));
            double worst = Math.max(a * peak[above], b * peak[below]) / sum;
            double left = Rows.maxAbs(out, k * headStride, headStride);
            // What is left of sums that shrank may be beyond all floats; then it is greater than whatever went through.
            accurate &= sum > 0 && left <= Float.MAX_VALUE && worst <= SHRINK * (left + SHRINK_FLOOR);
        }
        return accurate || deltas[row] == 0;
    }
}
