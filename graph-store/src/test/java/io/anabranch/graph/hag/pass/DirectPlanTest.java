package io.anabranch.graph.hag.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.testkit.Randomized;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class DirectPlanTest {

    /** By hand: 0 and 2 point at 1 with weights 2 and 3; nobody points at 0. */
    @Test
    void sumsByHand() {
        DirectPlan plan = DirectPlan.of(3, new int[] {0, 0, 2}, new int[] {0, 2}, new float[] {2, 3});
        float[] out = {9, 9, 9, 9};

        plan.sum(new float[] {1, 10, 5, 5, 100, 1000}, 2, out);
        assertThat(out).containsExactly(0, 0, 302, 3020);

        float[] back = new float[6];
        plan.sumTransposed(new float[] {7, 7, 1, 10}, 2, back);
        assertThat(back).containsExactly(2, 20, 0, 0, 3, 30);
        assertThat(plan.rowAdditions()).isEqualTo(2);
    }

    @Randomized(runs = 100)
    void bothPassesEqualTheDenseProduct(RandomGenerator random) {
        int targets = random.nextInt(1, 20);
        int sources = random.nextInt(1, 20);
        int width = random.nextInt(1, 70);
        double[][] matrix = new double[targets][sources];
        int edges = random.nextInt(60);
        int[] offsets = new int[targets + 1];
        int[] neighbours = new int[edges];
        float[] weights = random.nextBoolean() ? new float[edges] : null;
        int[] targetOf = random.ints(edges, 0, targets).sorted().toArray();
        for (int e = 0; e < edges; e++) {
            offsets[targetOf[e] + 1]++;
            neighbours[e] = random.nextInt(sources);
            float weight = 1;
            if (weights != null) {
                weight = weights[e] = random.nextFloat() - 0.5f;
            }
            matrix[targetOf[e]][neighbours[e]] += weight;
        }
        for (int v = 0; v < targets; v++) {
            offsets[v + 1] += offsets[v];
        }
        DirectPlan plan = DirectPlan.of(sources, offsets, neighbours, weights);

        float[] in = gaussian(random, sources * width);
        float[] out = gaussian(random, targets * width);
        plan.sum(in, width, out);
        float[] gradient = gaussian(random, targets * width);
        float[] back = gaussian(random, sources * width);
        plan.sumTransposed(gradient, width, back);

        for (int i = 0; i < width; i++) {
            for (int v = 0; v < targets; v++) {
                double expected = 0;
                for (int u = 0; u < sources; u++) {
                    expected += matrix[v][u] * in[u * width + i];
                }
                assertThat((double) out[v * width + i]).isCloseTo(expected, within(1e-5 * (1 + Math.abs(expected))));
            }
            for (int u = 0; u < sources; u++) {
                double expected = 0;
                for (int v = 0; v < targets; v++) {
                    expected += matrix[v][u] * gradient[v * width + i];
                }
                assertThat((double) back[u * width + i]).isCloseTo(expected, within(1e-5 * (1 + Math.abs(expected))));
            }
        }
    }

    @Test
    void weightsOfOneAreNoWeights() {
        int[] offsets = {0, 2, 3};
        int[] neighbours = {1, 2, 0};
        float[] in = {0.1f, 0.2f, 0.7f};
        float[] weighted = new float[2];
        float[] plain = new float[2];

        DirectPlan.of(3, offsets, neighbours, new float[] {1, 1, 1}).sum(in, 1, weighted);
        DirectPlan.of(3, offsets, neighbours, null).sum(in, 1, plain);

        assertThat(weighted).containsExactly(plain).containsExactly(0.2f + 0.7f, 0.1f);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DirectPlan.of(3, offsets, neighbours, new float[] {1, 1}))
                .withMessage("There are 2 weights for 3 edges.");
    }

    @Test
    void arraysMustFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DirectPlan.of(2, new int[] {0, 1}, new int[] {2}, null))
                .withMessage("The neighbour (2) must be from 0 to 1.");
        assertThatIllegalArgumentException().isThrownBy(() -> DirectPlan.of(2, new int[] {0, 2}, new int[] {1}, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DirectPlan.of(2, new int[] {0, 1}, new int[] {1}, new float[0]));
        DirectPlan plan = DirectPlan.of(2, new int[] {0, 1}, new int[] {1}, null);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan.sum(new float[5], 3, new float[3]))
                .withMessage("The input has 5 floats, 2 rows of 3 are needed.");
    }

    private static float[] gaussian(RandomGenerator random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
