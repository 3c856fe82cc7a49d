package io.anabranch.graph.hag.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.anabranch.graph.hag.AggregationPlan;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.HagOptions.Mode;
import io.anabranch.graph.hag.TestRows;
import io.anabranch.graph.snapshot.CompressedRows;
import io.anabranch.graph.snapshot.DataSetFolder;
import io.anabranch.graph.testkit.Randomized;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MaxPassTest {

    private static final int NOBODY = AggregationPlan.NO_SOURCE;

    /** Targets {0, 1}, {2}, {}, {3, 0}. */
    private static DirectPlan byHand(float... weights) {
        return DirectPlan.of(
                4, new int[] {0, 2, 3, 3, 5}, new int[] {1, 0, 2, 0, 3}, weights.length == 0 ? null : weights);
    }

    @Test
    void numbersByHand() {
        float[] in = {1, -5, 1, -0f, -7, Float.NaN, 3, -0f};
        float[] out = new float[8];
        int[] holders = new int[8];

        byHand().max(in, 2, out, holders);
        assertThat(out).containsExactly(1, 0, -7, Float.NEGATIVE_INFINITY, 0, 0, 3, 0);
        assertThat(holders).containsExactly(0, 1, 2, NOBODY, NOBODY, NOBODY, 3, 3);
        assertThat(Float.floatToRawIntBits(out[1])).as("zero without a sign").isZero();

        byHand().closed().max(in, 2, out, holders);
        assertThat(out).containsExactly(1, 0, 1, 0, -7, Float.NEGATIVE_INFINITY, 3, 0);
        assertThat(holders).containsExactly(0, 1, 1, 1, 2, NOBODY, 3, 3);

        byHand(-2, 0.5f, 2, 1, -1).max(in, 2, out, holders);
        assertThat(out).containsExactly(0.5f, 0, -14, Float.NEGATIVE_INFINITY, 0, 0, 1, 0);
        assertThat(holders).containsExactly(0, 1, 2, NOBODY, NOBODY, NOBODY, 0, 3);
    }

    @Test
    void arraysMustFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> byHand().max(new float[8], 2, new float[8], new int[7]))
                .withMessage("There are 7 holders, 4 rows of 2 are needed.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> byHand().max(new float[8], 2, new float[7], null))
                .withMessage("The output has 7 floats, 4 rows of 2 are needed.");
    }

    /** With ties, zeros of both signs and numbers that are none: the bits and the holders of plain loops, by every plan and on any threads. */
    @Randomized(runs = 150)
    void allPlansHaveTheBitsOfPlainLoops(RandomGenerator random) {
        for (Mode mode : Mode.values()) {
            TestRows rows = TestRows.random(random, 14);
            int width = random.nextInt(1, 150);
            float[] in = numbers(random, rows.sources * width);
            float[] expected = new float[rows.targets() * width];
            int[] expectedHolders = new int[expected.length];
            plainly(rows, mode, in, width, expected, expectedHolders);

            DirectPlan open = DirectPlan.of(rows.sources, rows.offsets, rows.neighbours, null);
            HagOptions options = HagOptions.of(mode).withLambda(random.nextInt(-1, 5));
            HagPlan shared = HagPlan.of(rows.search(options).plan(options), mode);
            int threads = random.nextInt(1, 4);
            requireBits(mode == Mode.OPEN ? open : open.closed(), in, width, expected, expectedHolders);
            requireBits(shared, in, width, expected, expectedHolders);
            requireBits(shared.withThreads(threads), in, width, expected, expectedHolders);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bzr",
                "imdb-binary",
                "collab",
                "ppi-toy",
                "ca-grqc",
                "soc-slashdot0902",
                "cora",
                "amazon-photo",
                "facebook-pages"
            })
    void sharedMaximaOfPublicGraphsHaveTheBitsOfDirectOnes(String set) throws IOException {
        Path folder = Path.of(System.getProperty("anabranch.data.sets", "../shared/data"), set);
        assumeThat(folder)
                .as("The data set %s is not there, so maxima over it are not tested; see anabranch.data.sets.", set)
                .isDirectory();
        CompressedRows rows = DataSetFolder.open(folder).inRows();
        int width = 19;
        float[] in = numbers(new SplittableRandom(1), rows.rows() * width);
        DirectPlan open = DirectPlan.of(rows.rows(), rows.offsets(), rows.neighbours(), null);
        for (Mode mode : Mode.values()) {
            HagOptions options = HagOptions.of(mode);
            AggregationPlan direct = mode == Mode.OPEN ? open : open.closed();
            float[] expected = new float[in.length];
            int[] holders = new int[in.length];
            direct.max(in, width, expected, holders);
            requireBits(HagPlan.of(open.search(options).plan(options), mode), in, width, expected, holders);
        }
    }

    private static void requireBits(AggregationPlan plan, float[] in, int width, float[] expected, int[] holders) {
        float[] out = new float[expected.length];
        int[] found = new int[expected.length];
        Arrays.fill(out, 9);
        plan.max(in, width, out, found);
        assertThat(Arrays.equals(bits(out), bits(expected))).as("bits").isTrue();
        assertThat(Arrays.equals(found, holders)).as("holders").isTrue();
        Arrays.fill(out, 9);
        plan.max(in, width, out, null);
        assertThat(Arrays.equals(bits(out), bits(expected))).as("bits alone").isTrue();
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }

    /** Few different ones, so that there are ties. */
    private static float[] numbers(RandomGenerator random, int length) {
        float[] numbers = new float[length];
        for (int i = 0; i < length; i++) {
            int kind = random.nextInt(40);
            numbers[i] = kind == 0
                    ? Float.NaN
                    : kind == 1 ? -0f : kind < 20 ? random.nextInt(-4, 3) : (float) random.nextGaussian();
        }
        return numbers;
    }

    private static void plainly(TestRows rows, Mode mode, float[] in, int width, float[] out, int[] holders) {
        for (int v = 0; v < rows.targets(); v++) {
            int[] row = rows.row(v, mode);
            for (int j = 0; j < width; j++) {
                float best = Float.NEGATIVE_INFINITY;
                int holder = NOBODY;
                for (int u : row) {
                    if (in[u * width + j] > best) {
                        best = in[u * width + j];
                        holder = u;
                    }
                }
                out[v * width + j] = row.length == 0 || best == 0 ? 0 : best;
                holders[v * width + j] = holder;
            }
        }
    }
}
