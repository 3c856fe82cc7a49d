package io.anabranch.graph.hag;

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
}
