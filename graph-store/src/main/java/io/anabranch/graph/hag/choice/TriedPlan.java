package io.anabranch.graph.hag.choice;

import io.anabranch.graph.hag.AggregationPlan;
import io.anabranch.graph.hag.HagOptions;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Two plans of the same sums, of which the faster one is kept. For each width, and for sums and maxima apart, the first forward passes take turns between the two; when
 * each has had {@value #LEAST_PASSES} and all together took {@value #LEAST_MILLIS} ms, or each has had {@value #MOST_PASSES}, the plan with the
 * shortest pass serves that width from then on, in both directions. Until then the transposed pass runs along the shared plan.
 *
 * <p>Safe for any thread; passes that run beside each other are slower, so a trial means most on one thread.
 */
final class TriedPlan implements AggregationPlan {

    static final int LEAST_PASSES = 4;
    static final int MOST_PASSES = 64;
    static final long LEAST_MILLIS = 50;

    private final AggregationPlan direct;
    private final AggregationPlan shared;
    private final PlanChoice choice;
    private final LongSupplier nanos;
    /** Of sums by their width w, of maxima by ~w. */
    private final Map<Integer, Trial> trials = new TreeMap<>();

    TriedPlan(AggregationPlan direct, AggregationPlan shared, PlanChoice choice, LongSupplier nanos) {
        this.direct = direct;
        this.shared = shared;
        this.choice = choice;
        this.nanos = nanos;
    }

    @Override
    public int sources() {
        return direct.sources();
    }

    @Override
    public int targets() {
        return direct.targets();
    }

    /** Of the shared plan, which a trial prefers. */
    @Override
    public long rowAdditions() {
        return shared.rowAdditions();
    }

    @Override
    public HagOptions.Mode mode() {
        return direct.mode();
    }

    /** Has trials of its own. */
    @Override
    public TriedPlan withThreads(int threads) {
        return new TriedPlan(direct.withThreads(threads), shared.withThreads(threads), choice, nanos);
    }

    @Override
    public void sum(float[] in, int inAt, int width, float[] out, int outAt) {
        Trial trial = trial(width);
        AggregationPlan kept = trial.kept();
        if (kept != null) {
            kept.sum(in, inAt, width, out, outAt);
            return;
        }
        PlanChoice.Plan next = trial.next();
        long start = nanos.getAsLong();
        plan(next).sum(in, inAt, width, out, outAt);
        trial.took(next, nanos.getAsLong() - start);
    }

    @Override
    public void sumTransposed(float[] in, int width, float[] out) {
        AggregationPlan kept = trial(width).kept();
        (kept == null ? shared : kept).sumTransposed(in, width, out);
    }

    /** Has trials of its own, as maxima cost other times than sums; passes with holders are no part of them. */
    @Override
    public void max(float[] in, int width, float[] out, int @Nullable [] holders) {
        Trial trial = trial(~width);
        AggregationPlan kept = trial.kept();
        if (kept != null || holders != null) {
            (kept == null ? shared : kept).max(in, width, out, holders);
            return;
        }
        PlanChoice.Plan next = trial.next();
        long start = nanos.getAsLong();
        plan(next).max(in, width, out, null);
        trial.took(next, nanos.getAsLong() - start);
    }

    /** What came of the trials. */
    String report() {
        synchronized (trials) {
            StringBuilder text = new StringBuilder(
                    "%,d instead of %,d rows read".formatted(shared.rowAdditions(), direct.rowAdditions()));
            trials.forEach((width, trial) -> text.append(width < 0 ? "; maxima of width " : "; width ")
                    .append(width < 0 ? ~width : width)
                    .append(": ")
                    .append(trial.report()));
            return text.toString();
        }
    }

    private Trial trial(int width) {
        synchronized (trials) {
            return trials.computeIfAbsent(width, w -> new Trial());
        }
    }

    private AggregationPlan plan(PlanChoice.Plan which) {
        return which == PlanChoice.Plan.DIRECT ? direct : shared;
    }

    /** Of one width. */
    private final class Trial {

        private int directPasses;
        private int sharedPasses;
        private long directBest = Long.MAX_VALUE;
        private long sharedBest = Long.MAX_VALUE;
        private long total;
        private PlanChoice outcome = choice;
        private boolean decided;

        synchronized @Nullable AggregationPlan kept() {
            return decided ? plan(outcome.plan()) : null;
        }

        synchronized PlanChoice.Plan next() {
            return directPasses > sharedPasses ? PlanChoice.Plan.SHARED : PlanChoice.Plan.DIRECT;
        }

        synchronized void took(PlanChoice.Plan which, long time) {
            if (which == PlanChoice.Plan.DIRECT) {
                directPasses++;
                directBest = Math.min(directBest, time);
            } else {
                sharedPasses++;
                sharedBest = Math.min(sharedBest, time);
            }
            total += time;
            int pairs = Math.min(directPasses, sharedPasses);
            if (!decided && (pairs >= MOST_PASSES || (pairs >= LEAST_PASSES && total >= LEAST_MILLIS * 1_000_000))) {
                outcome = HagPlanner.afterRunning(choice, directBest, sharedBest);
                decided = true;
            }
        }

        synchronized String report() {
            return decided
                    ? "%s plan, passes of %.3f ms direct and %.3f ms shared"
                            .formatted(outcome.plan(), directBest / 1e6, sharedBest / 1e6)
                    : "not decided after %d passes".formatted(directPasses + sharedPasses);
        }
    }
}
