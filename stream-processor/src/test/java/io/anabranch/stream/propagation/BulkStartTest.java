package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.GraphMutation.UpsertEdge;
import io.anabranch.graph.GraphMutation.UpsertNode;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.hag.choice.PlanPolicy;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.Layer;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.frozen.InvalidModelException;
import io.anabranch.stream.frozen.Snapshots;
import java.util.ArrayList;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An engine that starts on cliques: the pass over the graph may share their sums, and the state that it leaves is the same. */
class BulkStartTest {
    private static final int DIMENSION = 5;
    private static final int CLIQUES = 12;
    private static final int SIZE = 9;

    @ParameterizedTest
    @EnumSource(
            value = Convolution.class,
            names = {"CONVOLUTION_SAGE_SUM", "CONVOLUTION_SAGE_MEAN"})
    void sharedSumsStartAnEngineAlike(Convolution convolution) throws InvalidModelException {
        var random = new SplittableRandom(8);
        var layer = Layer.newBuilder().setConvolution(convolution).build();
        var snapshot =
                Snapshots.random(1, l -> layer, FeatureEncoding.FEATURE_ENCODING_IDENTITY, random, DIMENSION, 16, 6);
        var solo = new SoloEngine(FrozenModel.decode(snapshot));
        solo.apply(cliques(random));

        Engine direct = solo.startedNow(tuning(PlanPolicy.DIRECT));
        Engine chosen = solo.startedNow(tuning(PlanPolicy.AUTO));
        Engine shared = solo.startedNow(tuning(PlanPolicy.SHARED));

        float[] pass = solo.freshPass();
        int width = direct.embedding(0).length;
        int[] otherBits = {0};
        solo.graph.forEachExisting(v -> {
            assertThat(chosen.embedding(v)).as("two passes pay for no search").isEqualTo(direct.embedding(v));
            for (int i = 0; i < width; i++) {
                float expected = pass[v * width + i];
                float found = shared.embedding(v)[i];
                assertThat(Math.abs(found - expected) / (1 + Math.abs(expected)))
                        .isLessThan(1e-5f);
                otherBits[0] += found == direct.embedding(v)[i] ? 0 : 1;
            }
        });
        assertThat(otherBits[0])
                .as("numbers that were added up in another order")
                .isPositive();
    }

    private static EngineTuning tuning(PlanPolicy bulkPlan) {
        return new EngineTuning(EngineTuning.Strategy.MEASURED, RowSlab.SEGMENT_FLOATS, bulkPlan);
    }

    private static ArrayList<GraphMutation> cliques(SplittableRandom random) {
        var batch = new ArrayList<GraphMutation>();
        for (int v = 0; v < CLIQUES * SIZE; v++) {
            float[] row = new float[DIMENSION];
            for (int i = 0; i < DIMENSION; i++) {
                row[i] = (float) random.nextDouble(-1, 1);
            }
            batch.add(new UpsertNode("v" + v, "", FeatureVector.dense(row), 1));
            for (int i = 0; i < SIZE; i++) {
                int u = v / SIZE * SIZE + i;
                if (u != v) {
                    batch.add(new UpsertEdge(new EdgeId("v" + u, "v" + v, ""), 1, Provenance.OBSERVED, 1));
                }
            }
        }
        return batch;
    }
}
