package io.anabranch.learn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Part;
import io.anabranch.graph.hag.choice.PlanPolicy;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.model.v1.Convolution;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A plan of shared sums trains the same model as the direct one, up to rounding. */
class SharedAggregationTest {

    private static final int CLIQUES = 12;
    private static final int SIZE = 9;

    @ParameterizedTest
    @EnumSource(
            value = Convolution.class,
            names = {
                "CONVOLUTION_GCN",
                "CONVOLUTION_SAGE_MEAN",
                "CONVOLUTION_SAGE_SUM",
                "CONVOLUTION_SAGE_MAX",
                "CONVOLUTION_SAGE_MIN"
            })
    void theLossTakesTheSameCurve(Convolution convolution) {
        GraphSnapshot graph = cliques();
        TrainingOptions options = TrainerTest.options()
                .convolution(convolution)
                .maxEpochs(60)
                .patience(60)
                .learningRate(0.01)
                .build();

        TrainingReport direct = report(graph, options, PlanPolicy.DIRECT);
        TrainingReport shared = report(graph, options, PlanPolicy.SHARED);

        assertThat(shared.notes()).singleElement().asString().contains("SHARED plan");
        assertThat(direct.notes()).isEmpty();
        assertThat(shared.trainLoss()).hasSize(60);
        for (int epoch = 0; epoch < 60; epoch++) {
            assertThat(shared.trainLoss().get(epoch))
                    .isCloseTo(direct.trainLoss().get(epoch), within(1e-4));
        }
        assertThat(shared.trainLoss().getLast()).isLessThan(shared.trainLoss().getFirst());
    }

    private static TrainingReport report(GraphSnapshot graph, TrainingOptions options, PlanPolicy policy) {
        return TrainerTest.train(
                        graph, "", options.toBuilder().aggregation(policy).build())
                .report();
    }

    /** Complete graphs, each of one class, and a few edges between them. */
    private static GraphSnapshot cliques() {
        SplittableRandom random = new SplittableRandom(2);
        GraphSnapshot.Builder graph = GraphSnapshot.builder(4);
        int nodes = CLIQUES * SIZE;
        for (int v = 0; v < nodes; v++) {
            float[] row = new float[4];
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) random.nextGaussian() + (i == v / SIZE % 3 ? 0.5f : 0);
            }
            graph.node("v" + v, "", FeatureVector.dense(row));
            graph.label("v" + v, new Label("class", new LabelValue.OneClass("c" + v / SIZE % 3), Part.values()[v % 3]));
        }
        for (int v = 0; v < nodes; v++) {
            for (int u = v / SIZE * SIZE; u < (v / SIZE + 1) * SIZE; u++) {
                if (u != v) {
                    edge(graph, u, v);
                }
            }
            edge(graph, (v + SIZE + random.nextInt(nodes - 2 * SIZE)) % nodes, v);
        }
        return graph.build();
    }

    private static void edge(GraphSnapshot.Builder graph, int source, int target) {
        graph.edge(new EdgeId("v" + source, "v" + target, ""), 1);
    }
}
