package io.anabranch.learn.gnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.hag.choice.PlanPolicy;
import io.anabranch.graph.hag.choice.PlanSettings;
import io.anabranch.graph.testkit.Randomized;
import io.anabranch.model.v1.Convolution;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class NeighbourSumTest {

    private static final List<Convolution> CONVOLUTIONS =
            List.of(Convolution.CONVOLUTION_GCN, Convolution.CONVOLUTION_SAGE_MEAN, Convolution.CONVOLUTION_SAGE_SUM);

    /** 0 → 1 with weight 2, 2 → 1 with 3; c = (1, 3^-1/2, 1). */
    @Test
    void byHand() {
        MessageGraph graph = MessageGraph.ofEdges(3, new int[] {0, 2}, new int[] {1, 1}, new float[] {2, 3});

        assertThat(sum(graph, Convolution.CONVOLUTION_SAGE_SUM, 1, 10, 100)).containsExactly(0, 302, 0);
        assertThat(sum(graph, Convolution.CONVOLUTION_SAGE_MEAN, 1, 10, 100)).containsExactly(0, 151, 0);
        float[] symmetric = sum(graph, Convolution.CONVOLUTION_GCN, 1, 10, 100);
        assertThat(symmetric[0]).isEqualTo(1);
        assertThat((double) symmetric[1]).isCloseTo(302 / Math.sqrt(3) + 10 / 3.0, within(1e-4));
        assertThat(symmetric[2]).isEqualTo(100);
    }

    private static float[] sum(MessageGraph graph, Convolution convolution, float... x) {
        float[] y = {9, 9, 9};
        graph.sum(convolution).apply(x, 1, y);
        return y;
    }

    @Randomized(runs = 40)
    void precisionsAgreeAndTheTransposedMapIsTheAdjoint(RandomGenerator random) {
        int n = 1 + random.nextInt(20);
        int edges = random.nextInt(4 * n);
        int width = 1 + random.nextInt(40);
        float[] weights = new float[edges];
        boolean unweighted = random.nextBoolean();
        for (int e = 0; e < edges; e++) {
            weights[e] = unweighted ? 1 : random.nextFloat(2);
        }
        MessageGraph graph = MessageGraph.ofEdges(
                n, random.ints(edges, 0, n).toArray(), random.ints(edges, 0, n).toArray(), weights);
        for (Convolution convolution : CONVOLUTIONS) {
            NeighbourSum map = graph.sum(convolution);
            double[] x = random.doubles(n * width, -1, 1).toArray();
            double[] g = random.doubles(n * width, -1, 1).toArray();
            double[] y = wide(map, x, width);
            double[] back = wide(map.transposed(), g, width);

            assertThat(dot(y, g)).as("%s", convolution).isCloseTo(dot(x, back), within(1e-9));
            assertThat(wide(map.transposed().transposed(), x, width)).containsExactly(y);
            requireClose(narrow(map, x, width), y);
            requireClose(narrow(map.transposed(), g, width), back);
        }
    }

    /** The double sums go edge by edge, whatever the plan. */
    @Randomized(runs = 40)
    void sharedPlansMapTheSameWay(RandomGenerator random) {
        int n = 1 + random.nextInt(20);
        int edges = random.nextInt(10 * n);
        float[] ones = new float[edges];
        Arrays.fill(ones, 1);
        MessageGraph graph = MessageGraph.ofEdges(
                        n,
                        random.ints(edges, 0, n).toArray(),
                        random.ints(edges, 0, n).toArray(),
                        ones)
                .planned(PlanSettings.of(PlanPolicy.SHARED, 1));
        int width = 1 + random.nextInt(40);
        for (Convolution convolution : CONVOLUTIONS) {
            NeighbourSum map = graph.sum(convolution);
            double[] x = random.doubles(n * width, -1, 1).toArray();
            requireClose(narrow(map, x, width), wide(map, x, width));
            requireClose(narrow(map.transposed(), x, width), wide(map.transposed(), x, width));
        }
        assertThat(graph.planReport())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("SHARED plan"));
    }

    private static double[] wide(NeighbourSum map, double[] x, int width) {
        double[] y = new double[x.length];
        Arrays.fill(y, 7);
        map.apply(x.clone(), width, y);
        return y;
    }

    private static float[] narrow(NeighbourSum map, double[] x, int width) {
        float[] y = new float[x.length];
        float[] input = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = 7;
            input[i] = (float) x[i];
        }
        map.apply(input, width, y);
        return y;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static void requireClose(float[] actual, double[] expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-5 * (1 + Math.abs(expected[i]))));
        }
    }
}
