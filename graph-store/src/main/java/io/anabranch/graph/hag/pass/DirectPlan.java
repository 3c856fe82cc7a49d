package io.anabranch.graph.hag.pass;

import io.anabranch.graph.hag.AggregationPlan;
import io.anabranch.graph.hag.EdgeWeights;
import io.anabranch.graph.hag.HagCost;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.search.SharedSums;
import org.jspecify.annotations.Nullable;

/**
 * Every target adds up its own in-neighbours, one row addition an edge.
 *
 * <p>Both passes gather over compressed sparse rows and so write each output row once; the rows of the transposed pass are made on
 * its first use. Memory: 4 bytes a row and 4 an edge (8 with weights), twice that with the transposed rows. Cost of a pass:
 * edges × width multiply-adds, bound by memory.
 */
public final class DirectPlan implements AggregationPlan {

    private final int sources;
    private final DirectRows in;
    private final HagOptions.Mode mode;
    private final int threads;
    /** Made on first use. Threads that race make it twice, alike: it is immutable. */
    private @Nullable DirectRows out;

    private DirectPlan(int sources, DirectRows in, @Nullable DirectRows out, HagOptions.Mode mode, int threads) {
        this.sources = sources;
        this.in = in;
        this.out = out;
        this.mode = mode;
        this.threads = threads;
    }

    /**
     * A plan over compressed sparse rows of in-neighbours. The arrays are shared and must not change. Weights that all are 1 are
     * left out: rows are added faster than they are multiplied.
     *
     * @param offsets targets + 1 offsets, first 0, ascending, last the number of edges
     * @param neighbours the source of each edge, from 0 to {@code sources} - 1
     * @param weights the weight of each edge; null: all 1
     * @throws IllegalArgumentException if the arrays don't fit each other
     */
    public static DirectPlan of(int sources, int[] offsets, int[] neighbours, float @Nullable [] weights) {
        DirectRows in =
                new DirectRows(offsets, neighbours, EdgeWeights.of(weights) == EdgeWeights.ONES ? null : weights);
        in.check(sources, weights);
        return new DirectPlan(sources, in, null, HagOptions.Mode.OPEN, 1);
    }

    /**
     * The plan that adds to the sum of every target the row of the source of the same number, first and with weight 1. Shares its
     * memory with this one.
     *
     * @throws IllegalArgumentException if a target has no such source
     */
    public DirectPlan closed() {
        if (targets() > sources) {
            throw new IllegalArgumentException("Closed rows of %d targets need a source for each, and there are %d."
                    .formatted(targets(), sources));
        }
        return new DirectPlan(sources, in, out, HagOptions.Mode.CLOSED, threads);
    }

    @Override
    public DirectPlan withThreads(int newThreads) {
        return new DirectPlan(sources, in, out, mode, Pieces.requireThreads(newThreads));
    }

    /** Whether there are weights other than 1. */
    public boolean weighted() {
        return in.weighted();
    }

    /** What a pass costs. */
    public HagCost cost() {
        return in.cost(mode);
    }

    /** Searches its open rows for shared sums. */
    public SharedSums search(HagOptions options) {
        return in.search(sources, options);
    }

    @Override
    public int sources() {
        return sources;
    }

    @Override
    public int targets() {
        return in.count();
    }

    @Override
    public long rowAdditions() {
        return in.edges() + ownRows();
    }

    @Override
    public HagOptions.Mode mode() {
        return mode;
    }

    @Override
    public void sum(float[] input, int inputAt, int width, float[] output, int outputAt) {
        in.sum(new RowPass(input, inputAt, sources, width, output, outputAt, targets(), ownRows()), threads);
    }

    @Override
    public void sumTransposed(float[] input, int width, float[] output) {
        DirectRows transposed = out;
        if (transposed == null) {
            transposed = in.transpose(sources);
            out = transposed;
        }
        transposed.sum(new RowPass(input, 0, targets(), width, output, 0, sources, ownRows()), threads);
    }

    @Override
    public void max(float[] input, int width, float[] output, int @Nullable [] holders) {
        in.max(new MaxPass(input, sources, width, output, holders, targets(), ownRows()), threads);
    }

    private int ownRows() {
        return mode == HagOptions.Mode.CLOSED ? targets() : 0;
    }
}
