package io.anabranch.graph.hag.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagCapacity;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.HagOptions.Mode;
import io.anabranch.graph.hag.KnownHags;
import io.anabranch.graph.hag.TestRows;
import io.anabranch.graph.hag.pass.DirectPlan;
import io.anabranch.graph.hag.pass.HagPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class GraphPlansTest {

    /** 20 complete graphs of 40: 31,200 edges, of which nearly all can be shared. */
    private static final TestRows CLIQUES = TestRows.cliques(filled(20, 40));

    @Test
    void sharesWhereItPays() {
        GraphPlans plans = plans(CLIQUES, null, settings(PlanPolicy.AUTO, GraphPlans.LEAST_PASSES));

        assertThat(plans.plan(Mode.CLOSED)).isInstanceOf(TriedPlan.class).isSameAs(plans.plan(Mode.CLOSED));
        assertThat(plans.plan(Mode.CLOSED).rowAdditions())
                .as("a node for each clique, and a copy for each target")
                .isEqualTo(20 * 40 + 800);
        assertThat(plans.report())
                .singleElement()
                .asString()
                .startsWith("CLOSED rows: 1,600 instead of 32,000 rows read");
    }

    @Test
    void saysWhyNot() {
        long passes = GraphPlans.LEAST_PASSES;
        TestRows small = TestRows.cliques(40);
        assertThat(plans(small, null, settings(PlanPolicy.AUTO, passes)).plan(Mode.OPEN))
                .isInstanceOf(DirectPlan.class);

        GraphPlans few = plans(CLIQUES, null, settings(PlanPolicy.AUTO, passes - 1));
        assertThat(few.plan(Mode.OPEN)).isInstanceOf(DirectPlan.class);
        assertThat(few.report())
                .containsExactly("OPEN rows: DIRECT plan, 31,200 rows read; too few passes would pay for the search.");

        float[] weights = new float[CLIQUES.neighbours.length];
        Arrays.fill(weights, 2);
        GraphPlans weighted = plans(CLIQUES, weights, settings(PlanPolicy.SHARED, passes));
        assertThat(weighted.plan(Mode.OPEN)).isInstanceOf(DirectPlan.class);
        assertThat(weighted.report()).singleElement().asString().contains("do not factor");

        SplittableRandom random = new SplittableRandom(3);
        TestRows apart = new TestRows(
                40_000, new int[] {0, 20_000}, random.ints(20_000, 0, 40_000).toArray());
        GraphPlans nothing = plans(apart, null, settings(PlanPolicy.AUTO, passes));
        assertThat(nothing.plan(Mode.OPEN)).isInstanceOf(DirectPlan.class);
        assertThat(nothing.report()).singleElement().asString().endsWith("too few transfers are saved.");
    }

    @Test
    void whatIsKnownIsNotSearched() {
        HagOptions options = HagOptions.of(Mode.OPEN);
        Hag known = CLIQUES.search(options).plan(options);
        List<Mode> asked = new ArrayList<>();
        KnownHags hags = mode -> {
            asked.add(mode);
            return mode == Mode.OPEN ? known : null;
        };
        GraphPlans plans = knowing(CLIQUES, settings(PlanPolicy.SHARED, 0), hags);
        assertThat(plans.plan(Mode.OPEN))
                .isInstanceOfSatisfying(
                        HagPlan.class, plan -> assertThat(plan.hag()).isSameAs(known));
        assertThat(plans.plan(Mode.CLOSED))
                .as("searched, as nobody knows it")
                .isInstanceOfSatisfying(
                        HagPlan.class,
                        plan -> assertThat(plan.hag().transfers()).isEqualTo(1_600));
        assertThat(asked).containsExactly(Mode.OPEN, Mode.CLOSED);

        GraphPlans few = knowing(CLIQUES, settings(PlanPolicy.AUTO, 1), hags);
        assertThat(few.plan(Mode.OPEN)).as("costs no search").isInstanceOf(TriedPlan.class);
        assertThat(few.plan(Mode.CLOSED)).as("a search for one pass").isInstanceOf(DirectPlan.class);

        TestRows small = TestRows.cliques(40);
        assertThat(knowing(small, settings(PlanPolicy.AUTO, GraphPlans.LEAST_PASSES), mode -> {
                            throw new AssertionError("Nobody asks for the graph of a small one.");
                        })
                        .plan(Mode.OPEN))
                .isInstanceOf(DirectPlan.class);
    }

    @Test
    void aKnownGraphThatSavesTooLittleIsNotTaken() {
        Hag nothing = CLIQUES.search(HagOptions.of(Mode.OPEN))
                .plan(HagOptions.of(Mode.OPEN).withCapacity(HagCapacity.nodes(0)));
        GraphPlans plans = knowing(CLIQUES, settings(PlanPolicy.AUTO, GraphPlans.LEAST_PASSES), mode -> nothing);
        assertThat(plans.plan(Mode.OPEN)).isInstanceOf(DirectPlan.class);
        assertThat(plans.report()).singleElement().asString().endsWith("too few transfers are saved.");
    }

    @Test
    void doesAsItIsTold() {
        assertThat(plans(CLIQUES, null, PlanSettings.DIRECT).plan(Mode.CLOSED)).isInstanceOf(DirectPlan.class);
        assertThat(plans(TestRows.cliques(3), null, settings(PlanPolicy.SHARED, 0))
                        .plan(Mode.OPEN))
                .isInstanceOf(HagPlan.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(PlanPolicy.AUTO, -1))
                .withMessage("The number of passes (-1) must not be negative.");
    }

    /** By the clock, a direct pass takes 10 ms and a shared one 5 or 20. Passes take turns, and each reads the clock twice. */
    @Test
    void theFasterPlanServesAfterTheTrial() {
        DirectPlan direct = DirectPlan.of(CLIQUES.sources, CLIQUES.offsets, CLIQUES.neighbours, null);
        HagOptions options = HagOptions.of(Mode.OPEN);
        HagPlan shared = HagPlan.of(CLIQUES.search(options).plan(options), Mode.OPEN);
        PlanChoice choice = new PlanChoice(PlanChoice.Plan.SHARED, PlanChoice.Reason.FEWER_TRANSFERS);
        float[] in = new float[CLIQUES.sources];
        for (int i = 0; i < in.length; i++) {
            in[i] = i % 50;
        }
        float[] expected = new float[in.length];
        direct.sum(in, 1, expected);
        for (long sharedMillis : new long[] {5, 20}) {
            AtomicLong reads = new AtomicLong();
            long pair = (10 + sharedMillis) * 1_000_000;
            LongSupplier clock = () -> {
                long read = reads.getAndIncrement();
                long atPair = read / 4 * pair;
                return atPair + (read % 4 == 0 ? 0 : read % 4 == 3 ? pair : 10_000_000);
            };
            TriedPlan tried = new TriedPlan(direct, shared, choice, clock);
            for (int pass = 0; pass <= 2 * TriedPlan.LEAST_PASSES; pass++) {
                float[] out = new float[in.length];
                tried.sum(in, 1, out);
                assertThat(out).containsExactly(expected);
                tried.sumTransposed(in, 1, out);
                assertThat(out).as("the graph is symmetric").containsExactly(expected);
            }
            assertThat(reads.get())
                    .as("nobody looks at the clock after the trial")
                    .isEqualTo(4L * TriedPlan.LEAST_PASSES);
            assertThat(tried.report())
                    .endsWith("rows read; width 1: %s plan, passes of 10.000 ms direct and %d.000 ms shared"
                            .formatted(sharedMillis == 5 ? "SHARED" : "DIRECT", sharedMillis));
        }
    }

    private static GraphPlans knowing(TestRows rows, PlanSettings settings, KnownHags known) {
        return GraphPlans.of(DirectPlan.of(rows.sources, rows.offsets, rows.neighbours, null), settings, known);
    }

    private static GraphPlans plans(TestRows rows, float @Nullable [] weights, PlanSettings settings) {
        return GraphPlans.of(DirectPlan.of(rows.sources, rows.offsets, rows.neighbours, weights), settings);
    }

    private static PlanSettings settings(PlanPolicy policy, long passes) {
        return PlanSettings.of(policy, passes);
    }

    private static int[] filled(int length, int value) {
        int[] array = new int[length];
        Arrays.fill(array, value);
        return array;
    }
}
