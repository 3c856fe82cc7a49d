package io.anabranch.graph.hag.pass;

import io.anabranch.graph.hag.AggregationPlan;
import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagOptions;
import org.jspecify.annotations.Nullable;

/**
 * Sums along a {@link Hag}: rows of nodes are made once and read by all that share them.
 *
 * <p>Component by component, first its nodes in ascending order, then its targets, so that the rows of the nodes are read while they are
 * in the cache and their scratch memory is used again for the next component. Both passes gather, and write each row once; the transposed pass
 * runs along the transposed graph, whose nodes come in reverse order.
 *
 * <p>With several threads, components are shared out among them. A component that is too large a part of the whole is gone
 * through by depth, and the rows of one depth are shared out. Rows are added up in the order of their children either way.
 *
 * <p>Memory: that of the graph and 4 bytes a node and a target; twice that once it was differentiated. Scratch: for each thread the rows
 * of the nodes of the greatest component, kept from pass to pass.
 */
public final class HagPlan implements AggregationPlan {

    private final HagOptions.Mode mode;
    private final HagSchedule schedule;
    private final ScratchRows scratch;
    private final int threads;
    /** Made on first use. Threads that race make it twice, alike: it is immutable. */
    private @Nullable HagPlan transposed;

    private HagPlan(
            HagOptions.Mode mode,
            HagSchedule schedule,
            ScratchRows scratch,
            int threads,
            @Nullable HagPlan transposed) {
        this.mode = mode;
        this.schedule = schedule;
        this.scratch = scratch;
        this.threads = threads;
        this.transposed = transposed;
    }

    /**
     * The plan of a computation graph, on one thread.
     *
     * @param mode which rows the targets cover, which the graph itself doesn't say
     */
    public static HagPlan of(Hag hag, HagOptions.Mode mode) {
        return new HagPlan(mode, HagSchedule.of(hag, 1), new ScratchRows(), 1, null);
    }

    @Override
    public HagPlan withThreads(int newThreads) {
        HagSchedule newSchedule = schedule.withThreads(Pieces.requireThreads(newThreads));
        HagPlan back = transposed;
        return new HagPlan(mode, newSchedule, scratch, newThreads, back == null ? null : back.withThreads(newThreads));
    }

    /** What it sums along. */
    public Hag hag() {
        return schedule.hag();
    }

    @Override
    public int sources() {
        return hag().sources();
    }

    @Override
    public int targets() {
        return hag().targets();
    }

    @Override
    public long rowAdditions() {
        return hag().transfers();
    }

    @Override
    public HagOptions.Mode mode() {
        return mode;
    }

    @Override
    public void sum(float[] in, int inAt, int width, float[] out, int outAt) {
        schedule.run(new RowPass(in, inAt, sources(), width, out, outAt, targets(), 0), scratch);
    }

    @Override
    public void max(float[] in, int width, float[] out, int @Nullable [] holders) {
        schedule.run(new MaxPass(in, sources(), width, out, holders, targets(), 0), scratch);
    }

    @Override
    public void sumTransposed(float[] in, int width, float[] out) {
        HagPlan back = transposed;
        if (back == null) {
            back = new HagPlan(mode, HagSchedule.of(HagTransposition.of(hag()), threads), scratch, threads, null);
            transposed = back;
        }
        back.sum(in, width, out);
    }
}
