package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.testkit.EventTraces;
import io.anabranch.graph.testkit.Randomized;
import io.anabranch.graph.testkit.TraceShape;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Readout;
import io.anabranch.model.v1.Stage;
import io.anabranch.stream.frozen.DeepSnapshots;
import io.anabranch.stream.frozen.Snapshots;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Each rule of the propagation along depth, in the smallest case that needs it: with the rule all is exact, without it it is not. */
class DepthRulesTest {
    private static final int DIMENSION = 3;
    private static final int WIDTH = 4;
    private static final double EXACT = 1e-5;
    private static final double WRONG = 1e-2;

    private static ModelSpec.Builder spec(DepthConnection connection, int layers, Stage.Builder... stages) {
        var spec = ModelSpec.newBuilder()
                .setName("rules")
                .setFeatureDimension(DIMENSION)
                .setDepthConnection(connection);
        for (int l = 0; l < layers; l++) {
            spec.addLayers(Layer.newBuilder()
                    .setConvolution(Convolution.CONVOLUTION_SAGE_MEAN)
                    .setInputWidth(WIDTH)
                    .setOutputWidth(WIDTH)
                    .setActivation(Activation.ACTIVATION_TANH));
        }
        for (var stage : stages) {
            spec.addStages(stage.setWidth(WIDTH));
        }
        return spec;
    }

    private static ModelSnapshot filled(ModelSpec.Builder spec) {
        return Snapshots.filled(1, spec.build(), new SplittableRandom(7));
    }

    /** Of which two layers do nothing but change the halves of the state. */
    private static ModelSnapshot halvesThatChangePlaces(int layers) {
        return DeepSnapshots.shut(filled(spec(
                DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE,
                layers,
                Stage.newBuilder().setLayers(layers).setMaxForget(1))));
    }

    private static GraphMutation node(String id, long time) {
        var random = new SplittableRandom(time);
        float[] row = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            row[i] = (float) random.nextGaussian();
        }
        return new GraphMutation.UpsertNode(id, "", FeatureVector.dense(row), time);
    }

    private static GraphMutation edge(String source, String target, long time) {
        return new GraphMutation.UpsertEdge(new EdgeId(source, target, ""), 1, Provenance.OBSERVED, time);
    }

    /** Two vertices, then new features of the one at which the edge begins. @return the worst error */
    private static double afterAFeatureChange(ModelSnapshot model, Fault... faults) {
        var solo = new SoloEngine(Snapshots.frozen(model), faults);
        solo.apply(List.of(node("a", 1), node("b", 2), edge("a", "b", 3)));
        assertThat(solo.worstError(solo.freshPass())).isLessThan(EXACT);
        solo.apply(List.of(node("a", 4)));
        return solo.worstError(solo.freshPass());
    }

    /** h_1 = c_0 = 0 stays; c_1 = h_0 changed, and is h_2. */
    @Test
    void aHiddenChangeReachesTheSameVertexAtTheNextLevel() {
        var model = halvesThatChangePlaces(2);
        assertThat(afterAFeatureChange(model)).isLessThan(EXACT);
        assertThat(afterAFeatureChange(model, Fault.HIDDEN_CHANGE_NOT_HANDED_ON))
                .isGreaterThan(WRONG);
    }

    /** And nobody else: what the neighbours read has not changed. */
    @Test
    void aHiddenChangeMovesNoNeighbour() {
        var solo = new SoloEngine(Snapshots.frozen(halvesThatChangePlaces(2)));
        solo.apply(List.of(node("a", 1), node("b", 2), edge("a", "b", 3)));
        long first = solo.engine.rowAdds(1);
        long second = solo.engine.rowAdds(2);
        solo.apply(List.of(node("a", 4)));
        assertThat(solo.engine.rowAdds(1)).as("h_0 moved").isGreaterThan(first);
        assertThat(solo.engine.rowAdds(2)).as("h_1 did not").isEqualTo(second);
        int a = solo.graph.ordinalOf("a");
        assertThat(solo.engine.changedLayers(a)).as("h_0 alone is sent").isEqualTo(1);
        assertThat(solo.engine.embeddingChanged().contains(a)).isTrue();
        assertThat(solo.engine.embeddingChanged().size()).isEqualTo(1);
    }

    /** One layer of the same: h_1 stays, h_0 does not, and the embedding reads both. */
    @Test
    void anEmbeddingOfAllHopsFollowsEveryLevel() {
        var model = DeepSnapshots.shut(filled(spec(
                        DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE,
                        1,
                        Stage.newBuilder().setLayers(1).setMaxForget(1))
                .setReadout(Readout.READOUT_ALL_HOPS)
                .setReadoutWidth(5)));
        assertThat(afterAFeatureChange(model)).isLessThan(EXACT);
        assertThat(afterAFeatureChange(model, Fault.READOUT_OF_LAST_LEVEL_ONLY)).isGreaterThan(WRONG);
    }

    @Test
    void whatAStageBeginsWithFollowsTheLevelBefore() {
        for (var connection :
                new DepthConnection[] {DepthConnection.DEPTH_CONNECTION_RESIDUAL, DepthConnection.DEPTH_CONNECTION_LSTM
                }) {
            var model = filled(spec(
                    connection,
                    2,
                    Stage.newBuilder().setLayers(1),
                    Stage.newBuilder().setLayers(1)));
            assertThat(afterAFeatureChange(model)).isLessThan(EXACT);
            assertThat(afterAFeatureChange(model, Fault.ENTRY_NOT_RECOMPUTED)).isGreaterThan(WRONG);
        }
    }

    /** Outputs of zero, whatever comes in: only the rows of before tell the vertex that it has to step. */
    @Test
    void aVertexStepsWhenItsOwnRowMovedAlthoughTheOutputDidNot() {
        var model = filled(spec(
                DepthConnection.DEPTH_CONNECTION_RESIDUAL, 2, Stage.newBuilder().setLayers(2)));
        model = Snapshots.scaled(Snapshots.scaled(model, ".self", 0), ".neighbor", 0);
        // Extrema keep their outputs and compare; sums take every vertex that moved for changed.
        var extrema = model.toBuilder();
        extrema.getSpecBuilder()
                .getLayersBuilderList()
                .forEach(l -> l.setConvolution(Convolution.CONVOLUTION_SAGE_MAX));
        assertThat(afterAFeatureChange(extrema.build())).isLessThan(EXACT);
        assertThat(afterAFeatureChange(extrema.build(), Fault.STEP_FOR_OUTPUTS_ONLY))
                .isGreaterThan(WRONG);
    }

    /** Whatever is wrong with the rows of a vertex, and not with what they come from, is mended by computing it from scratch. */
    @Test
    void aSuspectIsComputedAtEveryLevel() {
        var model = filled(spec(
                DepthConnection.DEPTH_CONNECTION_GRU,
                2,
                Stage.newBuilder().setLayers(1),
                Stage.newBuilder().setLayers(1)));
        var solo = new SoloEngine(Snapshots.frozen(model), Fault.ENTRY_NOT_RECOMPUTED);
        solo.apply(List.of(node("a", 1), node("b", 2), edge("a", "b", 3)));
        solo.apply(List.of(node("a", 4)));
        assertThat(solo.worstError(solo.freshPass())).isGreaterThan(WRONG);
        var suspects = new VertexSet();
        suspects.add(solo.graph.ordinalOf("a"));
        suspects.add(solo.graph.ordinalOf("b"));
        solo.engine.apply(solo.graph.drainDelta(), new VertexSet(), suspects);
        assertThat(solo.worstError(solo.freshPass())).isLessThan(EXACT);
    }

    @Test
    void aSuspectIsReadOutAnew() {
        var model = DeepSnapshots.shut(filled(spec(
                        DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE,
                        1,
                        Stage.newBuilder().setLayers(1).setMaxForget(1))
                .setReadout(Readout.READOUT_ALL_HOPS)
                .setReadoutWidth(5)));
        var solo = new SoloEngine(Snapshots.frozen(model), Fault.READOUT_OF_LAST_LEVEL_ONLY);
        solo.apply(List.of(node("a", 1)));
        solo.apply(List.of(node("a", 4)));
        assertThat(solo.worstError(solo.freshPass())).isGreaterThan(WRONG);
        var suspects = new VertexSet();
        suspects.add(solo.graph.ordinalOf("a"));
        solo.engine.apply(solo.graph.drainDelta(), new VertexSet(), suspects);
        assertThat(solo.worstError(solo.freshPass())).isLessThan(EXACT);
        assertThat(solo.engine.embeddingChanged().size()).isEqualTo(1);
    }

    /** Extrema give the bits of a fresh pass, and so does everything that a vertex makes of them: no tile, no order, no history may show. */
    @Randomized(runs = 60)
    void overExtremaRowsHaveTheBitsOfAFreshPass(RandomGenerator random) {
        var connections = DepthConnection.values();
        var connection = connections[random.nextInt(1, connections.length - 1)];
        var convolutions = new Convolution[] {
            Convolution.CONVOLUTION_SAGE_MAX, Convolution.CONVOLUTION_SAGE_MIN, Convolution.CONVOLUTION_SAGE_POOL
        };
        var layers = new Layer[random.nextInt(1, 6)];
        for (int l = 0; l < layers.length; l++) {
            layers[l] = Layer.newBuilder()
                    .setConvolution(convolutions[random.nextInt(3)])
                    .build();
        }
        var solo = new SoloEngine(Snapshots.frozen(DeepSnapshots.random(1, connection, layers, DIMENSION, 20, random)));
        var trace = EventTraces.of(random, new TraceShape(40, 300, DIMENSION, 4, 2, 0.3, 0.3, 0.1, 0.2, 0.2));
        int width = solo.engine.model().embeddingWidth();
        for (int from = 0; from < trace.size(); ) {
            int to = Math.min(trace.size(), from + random.nextInt(1, 60));
            solo.apply(trace.subList(from, to));
            from = to;
            float[] pass = solo.freshPass();
            solo.graph.forEachExisting(v -> assertThat(solo.engine.embedding(v))
                    .isEqualTo(Arrays.copyOfRange(pass, v * width, (v + 1) * width)));
        }
        var everybody = new VertexSet();
        solo.graph.forEachExisting(everybody::add);
        solo.engine.apply(solo.graph.drainDelta(), new VertexSet(), everybody);
        assertThat(solo.engine.payloadChanged().size()
                        + solo.engine.embeddingChanged().size())
                .as("what is exact and computed from scratch does not change")
                .isZero();
    }
}
