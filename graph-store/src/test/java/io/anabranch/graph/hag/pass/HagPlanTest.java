package io.anabranch.graph.hag.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.hag.AggregationPlan;
import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.HagOptions.Mode;
import io.anabranch.graph.hag.TestRows;
import io.anabranch.graph.testkit.Randomized;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class HagPlanTest {

    /** Two nodes and a target that is one of them: 3 = {0, 1}, 4 = {3, 2}; targets {4}, {3, 0}, {}. */
    private static final Hag BY_HAND = new Hag(
            3,
            3,
            new int[] {0, 2, 4},
            new int[] {0, 1, 3, 2},
            new int[] {2, 0, 1},
            new int[] {0, 0, 1, 3},
            new int[] {4, 3, 0},
            new int[] {0, 2},
            new int[] {0, 3});

    @Test
    void sumsByHand() {
        HagPlan plan = HagPlan.of(BY_HAND, Mode.OPEN);
        float[] out = {9, 9, 9, 9, 9, 9};

        plan.sum(new float[] {1, 10, 2, 20, 4, 40}, 2, out);
        assertThat(out).containsExactly(7, 70, 4, 40, 0, 0);

        float[] back = {9, 9, 9};
        plan.sumTransposed(new float[] {1, 10, 100}, 1, back);
        assertThat(back).containsExactly(1 + 2 * 10, 1 + 10, 1);
        assertThat(plan.rowAdditions()).isEqualTo(7);
    }

    /** Integers below 2^24 are added without rounding, whatever the order. */
    @Randomized(runs = 130)
    void integersHaveTheBitsOfTheDirectPlan(RandomGenerator random) {
        for (Mode mode : Mode.values()) {
            TestRows rows = rows(random, mode);
            int width = random.nextInt(1, 131);
            AggregationPlan direct = direct(rows, mode);
            AggregationPlan shared = shared(rows, mode, random.nextInt(-1, 5));

            float[] in = integers(random, rows.sources * width);
            assertThat(sum(shared, in, width)).containsExactly(sum(direct, in, width));
            float[] gradient = integers(random, rows.targets() * width);
            assertThat(transposed(shared, gradient, width)).containsExactly(transposed(direct, gradient, width));
        }
    }

    @Randomized(runs = 60)
    void floatsEqualTheDirectPlanUpToRounding(RandomGenerator random) {
        for (Mode mode : Mode.values()) {
            TestRows rows = rows(random, mode);
            int width = random.nextInt(1, 40);
            AggregationPlan direct = direct(rows, mode);
            AggregationPlan shared = shared(rows, mode, random.nextInt(-1, 5));

            float[] in = gaussian(random, rows.sources * width);
            requireClose(sum(shared, in, width), sum(direct, in, width), sum(direct, magnitudes(in), width));
            float[] gradient = gaussian(random, rows.targets() * width);
            requireClose(
                    transposed(shared, gradient, width),
                    transposed(direct, gradient, width),
                    transposed(direct, magnitudes(gradient), width));
        }
    }

    /** One big component and hundreds of small ones, so that there are pieces of both kinds. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void threadsDoNotChangeBits(Mode mode) {
        SplittableRandom random = new SplittableRandom(4);
        List<int[]> lists = new ArrayList<>();
        for (int v = 0; v < 1_500; v++) {
            lists.add(random.ints(90, 0, 1_500).distinct().toArray());
        }
        for (int clique = 0; clique < 600; clique++) {
            int first = lists.size();
            for (int v = 0; v < 50; v++) {
                lists.add(random.ints(30, first, first + 50).distinct().toArray());
            }
        }
        TestRows rows = TestRows.of(lists.size(), lists);
        int width = 19;
        float[] in = gaussian(random, rows.sources * width);
        for (AggregationPlan plan : List.of(direct(rows, mode), shared(rows, mode, 2))) {
            float[] sums = sum(plan, in, width);
            float[] back = transposed(plan, in, width);
            for (int threads = 2; threads < 6; threads++) {
                AggregationPlan threaded = plan.withThreads(threads);
                assertThat(Arrays.equals(sum(threaded, in, width), sums)).isTrue();
                assertThat(Arrays.equals(transposed(threaded, in, width), back)).isTrue();
            }
        }
    }

    @Test
    void rowsMayStandAnywhereInTheirArrays() {
        float[] in = {5, 5, 5, 1, 10, 2, 20, 4, 40};
        float[] out = {9, 9, 9, 9, 9, 9, 9, 9, 9};

        HagPlan.of(BY_HAND, Mode.OPEN).sum(in, 3, 2, out, 1);

        assertThat(out).containsExactly(9, 7, 70, 4, 40, 0, 0, 9, 9);
    }

    /** Children in any order, and two components that read the same sources. */
    @Test
    void componentsMayShareSources() {
        Hag hag = new Hag(
                2,
                2,
                new int[] {0, 2, 4},
                new int[] {1, 0, 0, 1},
                new int[] {0, 1},
                new int[] {0, 2, 4},
                new int[] {2, 0, 3, 1},
                new int[] {0, 1, 2},
                new int[] {0, 1, 2});
        HagPlan plan = HagPlan.of(hag, Mode.OPEN);

        assertThat(sum(plan, new float[] {1, 10}, 1)).containsExactly(12, 21);
        assertThat(transposed(plan, new float[] {1, 10}, 1)).containsExactly(12, 21);
    }

    @Test
    void arraysMustFit() {
        HagPlan plan = HagPlan.of(BY_HAND, Mode.OPEN);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan.sum(new float[5], 2, new float[6]))
                .withMessage("The input has 5 floats, 3 rows of 2 are needed.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan.sum(new float[6], 2, new float[5]))
                .withMessage("The output has 5 floats, 3 rows of 2 are needed.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan.sum(new float[6], 1, 2, new float[6], 0))
                .withMessage("The input has 5 floats, 3 rows of 2 are needed.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan.sum(new float[6], 0, new float[6]))
                .withMessage("The width (0) must be at least 1.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan.withThreads(0))
                .withMessage("The number of threads (0) must be at least 1.");
    }

    private static TestRows rows(RandomGenerator random, Mode mode) {
        TestRows rows = TestRows.random(random, 14);
        return mode == Mode.CLOSED || random.nextBoolean()
                ? rows
                : new TestRows(rows.sources + 3, rows.offsets, rows.neighbours);
    }

    private static AggregationPlan direct(TestRows rows, Mode mode) {
        DirectPlan open = DirectPlan.of(rows.sources, rows.offsets, rows.neighbours, null);
        return mode == Mode.OPEN ? open : open.closed();
    }

    private static AggregationPlan shared(TestRows rows, Mode mode, double lambda) {
        HagOptions options = HagOptions.of(mode).withLambda(lambda);
        return HagPlan.of(rows.search(options).plan(options), mode);
    }

    private static float[] sum(AggregationPlan plan, float[] in, int width) {
        float[] out = new float[plan.targets() * width];
        Arrays.fill(out, 7);
        plan.sum(in, width, out);
        return out;
    }

    private static float[] transposed(AggregationPlan plan, float[] in, int width) {
        float[] out = new float[plan.sources() * width];
        Arrays.fill(out, 7);
        plan.sumTransposed(in, width, out);
        return out;
    }

    /** Relative to the sum of magnitudes, as sums may cancel. */
    private static void requireClose(float[] actual, float[] expected, float[] magnitude) {
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-5 * magnitude[i] + 1e-30));
        }
    }

    private static float[] magnitudes(float[] values) {
        float[] magnitudes = values.clone();
        for (int i = 0; i < magnitudes.length; i++) {
            magnitudes[i] = Math.abs(magnitudes[i]);
        }
        return magnitudes;
    }

    private static float[] integers(RandomGenerator random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextInt(-1_000, 1_000);
        }
        return values;
    }

    private static float[] gaussian(RandomGenerator random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
