package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.GraphMutation.RemoveEdge;
import io.anabranch.graph.GraphMutation.UpsertEdge;
import io.anabranch.graph.GraphMutation.UpsertNode;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.testkit.EventTraces;
import io.anabranch.graph.testkit.Randomized;
import io.anabranch.graph.testkit.TraceShape;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.Layer;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.frozen.InvalidModelException;
import io.anabranch.stream.frozen.Snapshots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What is particular to extrema and attention, on one partition, against a fresh pass with the same kernels. */
class AggregatorPropertyTest {
    private static final int DIMENSION = 20;

    @Randomized(runs = 60)
    void extremaHaveTheBitsOfAFreshPass(RandomGenerator random) {
        var relations = random.nextBoolean() ? List.<String>of() : List.of("pays", "");
        var max = Layer.newBuilder()
                .setConvolution(Convolution.CONVOLUTION_SAGE_MAX)
                .addAllRelations(relations)
                .build();
        var min =
                max.toBuilder().setConvolution(Convolution.CONVOLUTION_SAGE_MIN).build();
        var solo = new SoloEngine(model(random, 1, DIMENSION, List.of(max, min, max), 17, 24, 5));
        var trace = EventTraces.of(random, new TraceShape(30, 600, DIMENSION, 4, 2, 0.3, 0.3, 0.1, 0.2, 0.2));
        int compared = 0;
        for (int from = 0; from < trace.size(); ) {
            int to = Math.min(trace.size(), from + random.nextInt(1, 40));
            solo.apply(trace.subList(from, to));
            from = to;
            compared += requireSameBits(solo);
        }
        assertThat(compared).isGreaterThan(200);
        assertThat(solo.engine.resums()).as("sinks scanned again").isPositive();
    }

    private static int requireSameBits(SoloEngine solo) {
        float[] pass = solo.freshPass();
        var started = solo.startedNow();
        int width = solo.engine.model().embeddingWidth();
        int[] compared = {0};
        solo.graph.forEachExisting(v -> {
            assertThat(solo.engine.embedding(v))
                    .isEqualTo(Arrays.copyOfRange(pass, v * width, (v + 1) * width))
                    .isEqualTo(started.embedding(v));
            compared[0]++;
        });
        return compared[0];
    }

    /** Logits of some hundred: shares far beyond what a float holds, and sums that shrink by any factor as edges leave. */
    @Randomized(runs = 60)
    void attentionOfExtremeLogitsStaysExact(RandomGenerator random) {
        assertExtremeLogitsExact(random);
    }

    /** The last edge of a great logit leaves, and divided by what is left its rounding error is no float any more. */
    @Test
    void attentionThatLeavesTheRangeOfFloatsIsSummedAnew() {
        assertExtremeLogitsExact(new SplittableRandom(-786160538671309800L));
    }

    private static void assertExtremeLogitsExact(RandomGenerator random) {
        var gat = Layer.newBuilder()
                .setConvolution(Convolution.CONVOLUTION_GAT)
                .setHeads(3)
                .build();
        var solo = new SoloEngine(model(random, 60, DIMENSION, List.of(gat), 12));
        var trace = EventTraces.of(random, new TraceShape(20, 500, DIMENSION, 2, 1, 0.3, 0.3, 0, 0.2, 0.2));
        for (int from = 0; from < trace.size(); ) {
            int to = Math.min(trace.size(), from + random.nextInt(1, 12));
            solo.apply(trace.subList(from, to));
            from = to;
            assertThat(solo.worstError(solo.freshPass())).isLessThan(1e-5);
        }
        assertThat(solo.engine.resums()).as("sinks summed anew").isPositive();
    }

    /** The same without the rule that sums anew: what is left of sums that shrank is rounding error. */
    @Test
    void attentionThatIsNeverSummedAnewIsNoticed() {
        double worst = 0;
        for (int seed = 0; seed < 30 && worst < 1e-5; seed++) {
            var random = new SplittableRandom(seed);
            var gat = Layer.newBuilder()
                    .setConvolution(Convolution.CONVOLUTION_GAT)
                    .setHeads(3)
                    .build();
            var model = model(random, 60, DIMENSION, List.of(gat), 12);
            var solo = new SoloEngine(model, Fault.ATTENTION_NEVER_SUMMED_ANEW);
            var trace = EventTraces.of(random, new TraceShape(20, 500, DIMENSION, 2, 1, 0.3, 0.3, 0, 0.2, 0.2));
            for (int from = 0; from < trace.size(); from += 10) {
                solo.apply(trace.subList(from, Math.min(trace.size(), from + 10)));
                worst = Math.max(worst, solo.worstError(solo.freshPass()));
            }
        }
        assertThat(worst).isGreaterThan(1e-5);
    }

    /** An edge of negative weight has no share, as model.proto says, and neither joins nor leaves the sums. */
    @Test
    void attentionIgnoresNegativeWeights() {
        var random = new SplittableRandom(5);
        var gat = Layer.newBuilder().setConvolution(Convolution.CONVOLUTION_GAT).build();
        var solo = new SoloEngine(model(random, 1, DIMENSION, List.of(gat), 4));
        solo.apply(List.of(node(random, 0, 1), node(random, 1, 1), node(random, 2, 1), edge(0, 1, 1, 1)));
        float[] without = solo.engine.embedding(solo.graph.ordinalOf("v1"));
        solo.apply(List.of(edge(2, 1, -3, 2)));
        assertThat(solo.engine.embedding(solo.graph.ordinalOf("v1"))).isEqualTo(without);
        solo.apply(List.of(edge(2, 1, 2, 3)));
        assertThat(solo.engine.embedding(solo.graph.ordinalOf("v1"))).isNotEqualTo(without);
        assertThat(solo.worstError(solo.freshPass())).isLessThan(1e-6);
        solo.apply(List.of(edge(2, 1, -1, 4)));
        assertThat(solo.worstError(solo.freshPass())).isLessThan(1e-6);
    }

    /** 100,000 updates around a hub: rounding errors of float sums must not add up. */
    @Test
    void attentionDoesNotDriftOverManyUpdates() {
        int vertices = 300;
        var random = new SplittableRandom(9);
        var gat = Layer.newBuilder()
                .setConvolution(Convolution.CONVOLUTION_GAT)
                .setHeads(2)
                .build();
        var solo = new SoloEngine(model(random, 2, DIMENSION, List.of(gat, gat), 16, 8));
        var batch = new ArrayList<GraphMutation>();
        for (int v = 0; v < vertices; v++) {
            batch.add(node(random, v, 1));
        }
        solo.apply(batch);
        double worst = 0;
        for (int update = 2; update <= 100_000; ) {
            batch.clear();
            for (int i = 0; i < 50; i++, update++) {
                // Vertex 0 takes a third of all edges in, and is a source as often.
                int target = random.nextInt(3) == 0 ? 0 : random.nextInt(vertices);
                int source = random.nextInt(3) == 0 ? 0 : random.nextInt(vertices);
                switch (random.nextInt(8)) {
                    case 0, 1 -> batch.add(node(random, random.nextInt(vertices), update));
                    case 2, 3 -> batch.add(new RemoveEdge(new EdgeId("v" + source, "v" + target, ""), update));
                    default -> batch.add(edge(source, target, (float) random.nextDouble(0, 2), update));
                }
            }
            solo.apply(batch);
            if (update % 10_000 < 50) {
                worst = Math.max(worst, solo.worstError(solo.freshPass()));
            }
        }
        assertThat(solo.graph.inDegree(solo.graph.ordinalOf("v0"))).isGreaterThan(100);
        assertThat(worst).isBetween(Double.MIN_VALUE, 1e-5);
    }

    private static UpsertNode node(RandomGenerator random, int v, long time) {
        float[] row = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            row[i] = (float) random.nextGaussian();
        }
        return new UpsertNode("v" + v, "", FeatureVector.dense(row), time);
    }

    private static UpsertEdge edge(int source, int target, float weight, long time) {
        return new UpsertEdge(new EdgeId("v" + source, "v" + target, ""), weight, Provenance.OBSERVED, time);
    }

    /** Random weights over kinds of layers with these widths; attention vectors are multiplied by the strength. */
    private static FrozenModel model(
            RandomGenerator random, double strength, int dimension, List<Layer> kinds, int... widths) {
        int[] all = new int[widths.length + 1];
        all[0] = dimension;
        System.arraycopy(widths, 0, all, 1, widths.length);
        var encoding = FeatureEncoding.FEATURE_ENCODING_IDENTITY;
        var snapshot = Snapshots.random(1, l -> kinds.get(l - 1), encoding, random, all);
        try {
            return FrozenModel.decode(Snapshots.scaled(snapshot, ".attention_", strength));
        } catch (InvalidModelException e) {
            throw new IllegalStateException(e);
        }
    }
}
