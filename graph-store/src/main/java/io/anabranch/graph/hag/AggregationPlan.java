package io.anabranch.graph.hag;

import org.jspecify.annotations.Nullable;

/**
 * How the sums over neighbours of a whole graph are computed: {@code out_v = Σ_{u→v} w(u,v) · in_u}. Different plans give the same
 * result up to the order of additions.
 *
 * <p>Whoever sums over a whole graph goes through a plan: training and the forward pass of a finished model over a snapshot, and the
 * bulk pass over the graph of a partition. What factorises (degrees) is scaled outside, so that a plan sees the weights of the edges
 * alone and may share sums between targets. A plan of closed rows ({@link HagOptions.Mode#CLOSED}) adds the target's own row, once.
 *
 * <p>Shapes: {@code in} is [sources, width], {@code out} is [targets, width], row-major; every row of {@code out} is written. Plans are
 * immutable and safe for any thread; the caller owns both arrays, which must not be the same. Every plan adds up each row in an order of its
 * own that depends on nothing else: not on the width, the pass, or the number of threads.
 */
public interface AggregationPlan {

    /** Who holds the greatest number of a column that nobody holds: of a row without neighbours, or without numbers. */
    int NO_SOURCE = Integer.MAX_VALUE;

    /** Rows of the input. */
    int sources();

    /** Rows of the output. */
    int targets();

    /** Row additions that one pass does. */
    long rowAdditions();

    /** Which rows are summed. */
    HagOptions.Mode mode();

    /**
     * The same plan on several threads: the caller's, and others of the common pool. Same bits. The plans share their memory.
     *
     * @throws IllegalArgumentException if there is no thread
     */
    AggregationPlan withThreads(int threads);

    /**
     * Writes the sums; rows without neighbours become zero.
     *
     * @throws IllegalArgumentException if an array is shorter than its shape
     */
    default void sum(float[] in, int width, float[] out) {
        sum(in, 0, width, out, 0);
    }

    /** The same on arrays whose first row begins at {@code inAt} or {@code outAt}. */
    void sum(float[] in, int inAt, int width, float[] out, int outAt);

    /**
     * The transposed pass, which carries gradients back: {@code out_u = Σ_{u→v} w(u,v) · in_v}, with {@code in} [targets, width] and
     * {@code out} [sources, width].
     *
     * @throws IllegalArgumentException if an array is shorter than its shape
     */
    void sumTransposed(float[] in, int width, float[] out);

    /**
     * Writes the greatest number of each column, {@code out_v = max_{u→v} w(u,v) · in_u}; rows without neighbours become zero. A number that is
     * no number never wins, and zeros are +0, so that all plans of the same rows give the same bits. The least numbers are those of the negated
     * input, negated.
     *
     * @param holders [targets, width], gets the source of each greatest number, of several the lowest, or {@link #NO_SOURCE}: who a
     *     gradient goes back to, the same by every plan. Null: not asked for
     * @throws IllegalArgumentException if an array is shorter than its shape
     */
    void max(float[] in, int width, float[] out, int @Nullable [] holders);
}
