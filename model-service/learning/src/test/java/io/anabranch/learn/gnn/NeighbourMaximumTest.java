package io.anabranch.learn.gnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.hag.choice.PlanPolicy;
import io.anabranch.graph.hag.choice.PlanSettings;
import io.anabranch.learn.tensor.RowMaximum.Holders;
import io.anabranch.model.v1.Convolution;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NeighbourMaximumTest {

    private static final int VERTICES = 40;

    /** Communities, so that there is something to share; whole numbers, so that there are ties. */
    @ParameterizedTest
    @CsvSource({"SAGE_MAX, false", "SAGE_MIN, false", "SAGE_MAX, true", "SAGE_MIN, true"})
    void plansAndPlainLoopsAgreeOnNumbersAndHolders(String kind, boolean weighted) {
        Convolution convolution = Convolution.valueOf("CONVOLUTION_" + kind);
        SplittableRandom random = new SplittableRandom(3);
        int[] sources = new int[600];
        int[] targets = new int[600];
        float[] weights = new float[600];
        for (int e = 0; e < sources.length; e++) {
            targets[e] = 1 + random.nextInt(VERTICES - 1);
            sources[e] = random.nextInt(4) == 0 ? random.nextInt(VERTICES) : targets[e] / 8 * 8 + random.nextInt(8);
            weights[e] = weighted ? random.nextInt(-2, 4) / 2f : 1;
        }
        MessageGraph direct = MessageGraph.ofEdges(VERTICES, sources, targets, weights);
        MessageGraph shared = direct.planned(PlanSettings.of(PlanPolicy.SHARED, 1));
        int width = 21;
        float[] x = new float[VERTICES * width];
        double[] wide = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextInt(-6, 6);
            wide[i] = x[i];
        }
        Holders exact = direct.maximum(convolution).holders(wide, width);
        for (MessageGraph graph : new MessageGraph[] {direct, shared}) {
            NeighbourMaximum maximum = graph.maximum(convolution);
            Holders holders = maximum.holders(x, width);
            assertThat(holders.rows()).containsExactly(exact.rows());
            float[] y = new float[x.length];
            Arrays.fill(y, 9);
            maximum.apply(x.clone(), width, y);
            for (int i = 0; i < y.length; i++) {
                int row = exact.rows()[i];
                assertThat(y[i]).isEqualTo(row < 0 ? 0 : exact.factor(i) * x[row * width + i % width] + 0f);
            }
            assertThat(Arrays.copyOf(y, width)).as("no in-edges").containsOnly(0);
        }
        if (weighted) {
            assertThat(shared.planReport()).as("edge by edge, without a plan").isEmpty();
        } else {
            assertThat(shared.planReport()).singleElement().asString().contains("SHARED plan");
        }
    }
}
