package io.anabranch.graph.hag.choice;

import io.anabranch.graph.hag.AggregationPlan;
import io.anabranch.graph.hag.Aggregator;
import io.anabranch.graph.hag.EdgeWeights;
import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.HagReport;
import io.anabranch.graph.hag.KnownHags;
import io.anabranch.graph.hag.pass.DirectPlan;
import io.anabranch.graph.hag.pass.HagPlan;
import io.anabranch.graph.hag.search.SharedSums;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The plans of one graph: one of its open rows, one of its closed ones. Each is made when it is first asked for, and serves all layers and models that
 * sum over the graph.
 *
 * <p>By {@link PlanPolicy#AUTO} a graph below {@value #LEAST_EDGES} edges, or with fewer than {@value #LEAST_PASSES} passes to serve, is summed
 * directly: a pass over the one takes microseconds, and the search costs as much as ten passes where much is shared, and hundreds
 * where little is. Otherwise there is a search; what it finds is taken if {@link HagPlanner} says so, and {@link TriedPlan} gives it up if it
 * turns out slower. A computation graph that somebody has already ({@link KnownHags}) needs no search, however few the passes.
 * By {@link PlanPolicy#SHARED} there is a search in any case, and its plan is taken. Weights other than 1 are never shared.
 *
 * <p>Safe for any thread. The first call for a mode takes as long as the search: about 0.2 µs an edge where much is shared, 2 where little is.
 */
public final class GraphPlans {

    /** Fewer edges are not worth a search. */
    public static final int LEAST_EDGES = 16_384;

    /** Fewer passes are not worth a search. */
    public static final int LEAST_PASSES = 500;

    private final DirectPlan direct;
    private final EdgeWeights weights;
    private final PlanSettings settings;
    private final KnownHags known;
    private final Map<HagOptions.Mode, AggregationPlan> plans = new EnumMap<>(HagOptions.Mode.class);
    private final Map<HagOptions.Mode, PlanChoice> choices = new EnumMap<>(HagOptions.Mode.class);

    private GraphPlans(DirectPlan direct, EdgeWeights weights, PlanSettings settings, KnownHags known) {
        this.direct = direct;
        this.weights = weights;
        this.settings = settings;
        this.known = known;
    }

    /** @param direct the plan of the open rows, of whatever threads */
    public static GraphPlans of(DirectPlan direct, PlanSettings settings) {
        return of(direct, settings, KnownHags.NONE);
    }

    /**
     * The plans of a graph of which somebody may have computation graphs already; these need no search and serve few passes too.
     *
     * @param direct the plan of the open rows, of whatever threads
     * @param known computation graphs of the same rows
     */
    public static GraphPlans of(DirectPlan direct, PlanSettings settings, KnownHags known) {
        return new GraphPlans(
                direct.withThreads(settings.threads()),
                direct.weighted() ? EdgeWeights.ANY : EdgeWeights.ONES,
                settings,
                known);
    }

    /** Whether a graph of so many edges, all of weight 1, is searched under these settings. */
    public static boolean searches(long edges, PlanSettings settings) {
        return switch (settings.policy()) {
            case DIRECT -> false;
            case SHARED -> true;
            case AUTO -> edges >= LEAST_EDGES && settings.passes() >= LEAST_PASSES;
        };
    }

    /** The plan of the open or of the closed rows. */
    public synchronized AggregationPlan plan(HagOptions.Mode mode) {
        AggregationPlan plan = plans.get(mode);
        if (plan == null) {
            plan = make(mode);
            plans.put(mode, plan);
        }
        return plan;
    }

    /** What was chosen so far and why: a sentence for each plan that was made, but those of graphs too small to share anything. */
    public synchronized List<String> report() {
        List<String> report = new ArrayList<>();
        choices.forEach((mode, choice) -> {
            AggregationPlan plan = plans.get(mode);
            if (plan != null && choice.reason() != PlanChoice.Reason.SMALL) {
                report.add(sentence(mode, plan, choice));
            }
        });
        return report;
    }

    private static String sentence(HagOptions.Mode mode, AggregationPlan plan, PlanChoice choice) {
        return plan instanceof TriedPlan tried
                ? "%s rows: %s.".formatted(mode, tried.report())
                : "%s rows: %s plan, %,d rows read; %s."
                        .formatted(mode, choice.plan(), plan.rowAdditions(), choice.reason());
    }

    private AggregationPlan make(HagOptions.Mode mode) {
        DirectPlan own = mode == HagOptions.Mode.OPEN ? direct : direct.closed();
        if (settings.policy() == PlanPolicy.DIRECT) {
            return own;
        }
        PlanChoice choice = beforeSearch();
        Hag hag = choice.plan() == PlanChoice.Plan.SHARED ? known.find(mode) : null;
        if (hag == null && choice.plan() == PlanChoice.Plan.SHARED && !searches(direct.rowAdditions(), settings)) {
            choice = PlanChoice.direct(PlanChoice.Reason.FEW_PASSES);
        }
        choices.put(mode, choice);
        if (choice.plan() == PlanChoice.Plan.DIRECT) {
            return own;
        }
        HagReport report;
        if (hag == null) {
            HagOptions options = HagOptions.of(mode).withThreads(settings.threads());
            SharedSums found = direct.search(options);
            hag = found.plan(options);
            report = found.report(hag);
        } else {
            report = HagReport.of(own.cost(), hag);
        }
        HagPlan shared = HagPlan.of(hag, mode).withThreads(settings.threads());
        if (settings.policy() == PlanPolicy.SHARED) {
            return shared;
        }
        choice = HagPlanner.choose(Aggregator.SUM, weights, report);
        choices.put(mode, choice);
        return choice.plan() == PlanChoice.Plan.DIRECT ? own : new TriedPlan(own, shared, choice, settings.nanos());
    }

    private PlanChoice beforeSearch() {
        PlanChoice allowed = HagPlanner.beforeSearch(Aggregator.SUM, weights);
        if (allowed.plan() == PlanChoice.Plan.DIRECT || settings.policy() == PlanPolicy.SHARED) {
            return allowed;
        }
        return direct.rowAdditions() < LEAST_EDGES ? PlanChoice.direct(PlanChoice.Reason.SMALL) : allowed;
    }
}
