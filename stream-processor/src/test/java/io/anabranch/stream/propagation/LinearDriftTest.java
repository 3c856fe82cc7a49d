package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.GraphMutation.RemoveEdge;
import io.anabranch.graph.GraphMutation.UpsertEdge;
import io.anabranch.graph.GraphMutation.UpsertNode;
import io.anabranch.graph.Provenance;
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

/** 60,000 updates around a hub whose numbers grow a thousandfold and shrink again: rounding errors of float sums must not add up. */
class LinearDriftTest {
    private static final int DIMENSION = 8;
    private static final int VERTICES = 200;
    private static final int UPDATES = 60_000;
    private static final int BATCH = 20;

    @ParameterizedTest
    @EnumSource(
            value = Convolution.class,
            names = {"CONVOLUTION_SAGE_SUM", "CONVOLUTION_SAGE_MEAN", "CONVOLUTION_GCN"})
    void accumulatorsDoNotDrift(Convolution convolution) throws InvalidModelException {
        var random = new SplittableRandom(3);
        var layer = Layer.newBuilder().setConvolution(convolution).build();
        var encoding = FeatureEncoding.FEATURE_ENCODING_IDENTITY;
        var snapshot = Snapshots.random(1, l -> layer, encoding, random, DIMENSION, 16, 6);
        var solo = new SoloEngine(FrozenModel.decode(snapshot));
        double worst = 0;
        for (int update = 0; update < UPDATES; update += BATCH) {
            var batch = new ArrayList<GraphMutation>();
            for (int i = 0; i < BATCH; i++) {
                batch.add(update(random, update + i));
            }
            solo.apply(batch);
            if (update % 3_000 == 0) {
                worst = Math.max(worst, solo.worstError(solo.freshPass()));
            }
        }
        assertThat(solo.graph.inDegree(solo.graph.ordinalOf("v0"))).isGreaterThan(60);
        assertThat(solo.engine.resums()).as("accumulators summed anew").isPositive();
        assertThat(worst).isBetween(Double.MIN_VALUE, 1e-5);
    }

    private static GraphMutation update(SplittableRandom random, int time) {
        int source = random.nextInt(1, VERTICES);
        var edge = new EdgeId("v" + source, "v" + (random.nextInt(3) > 0 ? 0 : random.nextInt(VERTICES)), "");
        return switch (random.nextInt(3)) {
            case 0 -> new UpsertEdge(edge, random.nextFloat(), Provenance.OBSERVED, time);
            case 1 -> new RemoveEdge(edge, time);
            default -> {
                // Great for a while, small for a while.
                float size = time / 5_000 % 2 == 0 ? 1000f : 1f;
                float[] row = new float[DIMENSION];
                for (int i = 0; i < DIMENSION; i++) {
                    row[i] = size * (float) random.nextGaussian();
                }
                yield new UpsertNode("v" + source, "", FeatureVector.dense(row), time);
            }
        };
    }
}
