package io.anabranch.graph.hag.choice;

import io.anabranch.graph.hag.Aggregator;
import io.anabranch.graph.hag.EdgeWeights;
import io.anabranch.graph.hag.HagReport;

/** Decides between the direct plan and a shared one. Pure. */
public final class HagPlanner {

    /**
     * Transfers, not additions, are what a pass costs, and rows of nodes are written and read again; below this a shared plan was
     * no faster on any of the graphs tried.
     */
    public static final double LEAST_TRANSFERS_FACTOR = 1.2;

    private HagPlanner() {}

    /** Whether a search is worth its time: {@link PlanChoice.Plan#SHARED} if the aggregator and the weights allow sharing. */
    public static PlanChoice beforeSearch(Aggregator aggregator, EdgeWeights weights) {
        if (aggregator.sharing() == Aggregator.Sharing.NOTHING) {
            return PlanChoice.direct(PlanChoice.Reason.NOTHING_TO_SHARE);
        }
        boolean fit = weights == EdgeWeights.ONES || (weights == EdgeWeights.FACTORED && aggregator.scales());
        return fit
                ? new PlanChoice(PlanChoice.Plan.SHARED, PlanChoice.Reason.FEWER_TRANSFERS)
                : PlanChoice.direct(PlanChoice.Reason.WEIGHTS);
    }

    /** Whether what a search found is worth taking. */
    public static PlanChoice choose(Aggregator aggregator, EdgeWeights weights, HagReport report) {
        PlanChoice allowed = beforeSearch(aggregator, weights);
        boolean saves = report.transfersFactor() >= LEAST_TRANSFERS_FACTOR;
        return saves || allowed.plan() == PlanChoice.Plan.DIRECT
                ? allowed
                : PlanChoice.direct(PlanChoice.Reason.TOO_LITTLE);
    }

    /** The choice once both plans were run: a shared plan that was not faster is given up. */
    public static PlanChoice afterRunning(PlanChoice choice, long directNanos, long sharedNanos) {
        return choice.plan() == PlanChoice.Plan.SHARED && sharedNanos >= directNanos
                ? PlanChoice.direct(PlanChoice.Reason.SLOWER)
                : choice;
    }
}
