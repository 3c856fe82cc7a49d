package io.anabranch.stream.propagation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.testkit.EventTraces;
import io.anabranch.graph.testkit.TraceShape;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Stage;
import io.anabranch.stream.frozen.DeepSnapshots;
import io.anabranch.stream.frozen.GruStep;
import io.anabranch.stream.frozen.Snapshots;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What connections along depth must give exactly: limits of their gates, equalities between them, symmetries. */
class DepthGoldenTest {
    private static final int DIMENSION = 5;
    private static final int WIDTH = 12;
    private static final int LAYERS = 10;
    private static final int GATES = 3;
    private static final int UPDATE = 0;
    private static final int RESET = 1;

    /** A model of GCN layers in one stage. */
    private static ModelSnapshot model(DepthConnection connection, Activation activation, Stage.Builder stage) {
        var spec = ModelSpec.newBuilder()
                .setName("golden")
                .setFeatureDimension(DIMENSION)
                .setDepthConnection(connection)
                .addStages(stage.setLayers(LAYERS).setWidth(WIDTH));
        for (int l = 0; l < LAYERS; l++) {
            spec.addLayers(Layer.newBuilder()
                    .setConvolution(Convolution.CONVOLUTION_GCN)
                    .setInputWidth(WIDTH)
                    .setOutputWidth(WIDTH)
                    .setActivation(activation));
        }
        return Snapshots.filled(1, spec.build(), new SplittableRandom(4));
    }

    private static SoloEngine run(ModelSnapshot model) {
        var solo = new SoloEngine(Snapshots.frozen(model));
        var random = new SplittableRandom(8);
        var trace = EventTraces.of(random, new TraceShape(25, 300, DIMENSION, 2, 2, 0.3, 0.2, 0.1, 0.2, 0.2));
        for (int from = 0; from < trace.size(); from += 20) {
            solo.apply(trace.subList(from, Math.min(trace.size(), from + 20)));
        }
        return solo;
    }

    private static int[] vertices(SoloEngine solo) {
        var vertices = new ArrayList<Integer>();
        solo.graph.forEachExisting(vertices::add);
        assertThat(vertices).hasSizeGreaterThan(10);
        return vertices.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Sets columns {@code [gate width, (gate + 1) width)} of the biases of all layers' cells. */
    private static ModelSnapshot gate(ModelSnapshot model, int gate, float bias) {
        for (int l = 1; l <= LAYERS; l++) {
            String name = "layer." + l + ".cell.bias";
            float[] values = new float[GATES * WIDTH];
            var given = model.getTensorsList().stream()
                    .filter(tensor -> tensor.getName().equals(name))
                    .findFirst()
                    .orElseThrow();
            given.getData()
                    .asReadOnlyByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(values);
            Arrays.fill(values, gate * WIDTH, (gate + 1) * WIDTH, bias);
            model = Snapshots.with(model, name, values);
        }
        return model;
    }

    @Test
    void aClosedUpdateGateLeavesEveryLevelAsItWas() {
        var model = model(DepthConnection.DEPTH_CONNECTION_GRU, Activation.ACTIVATION_ELU, Stage.newBuilder());
        var solo = run(gate(model, UPDATE, -60));
        for (int v : vertices(solo)) {
            float[] first = solo.engine.valueRow(v, 0);
            for (float x : first) {
                assertThat(Math.abs(x)).isBetween(1e-10f, 1f);
            }
            for (int l = 1; l <= LAYERS; l++) {
                assertThat(solo.engine.valueRow(v, l)).as("level %d", l).isEqualTo(first);
            }
        }
    }

    /** With the update gate open and nothing reset, what is left is {@code tanh(y W_n + b_n)}: a plain GCN. */
    @Test
    void anOpenUpdateGateMakesAPlainConvolution() {
        var gated = model(DepthConnection.DEPTH_CONNECTION_GRU, Activation.ACTIVATION_IDENTITY, Stage.newBuilder());
        var solo = run(gate(gate(gated, UPDATE, 60), RESET, -60));
        var model = solo.engine.model();
        for (int v : vertices(solo)) {
            for (int l = 1; l <= LAYERS; l++) {
                var cell =
                        ((GruStep) requireNonNull(requireNonNull(model.level(l)).step())).cell();
                float[] y = solo.engine.outputRow(v, l);
                float[] h = solo.engine.valueRow(v, l);
                for (int j = 0; j < WIDTH; j++) {
                    double sum = cell.bias(2, j);
                    for (int i = 0; i < WIDTH; i++) {
                        sum += (double) y[i] * cell.inputWeight(2, i, j);
                    }
                    assertThat((double) h[j]).isCloseTo(Math.tanh(sum), offset(2e-6));
                }
            }
        }
    }

    /** A gate that keeps everything passes the two halves to and fro. */
    @Test
    void aReversibleGateThatKeepsEverythingAlternates() {
        var model = model(
                DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE,
                Activation.ACTIVATION_TANH,
                Stage.newBuilder().setMaxForget(1));
        var solo = run(DeepSnapshots.shut(model));
        for (int v : vertices(solo)) {
            float[] h = solo.engine.valueRow(v, 0);
            float[] c = solo.engine.hiddenRow(v, 0);
            assertThat(c).containsOnly(0f);
            for (int l = 1; l <= LAYERS; l++) {
                assertThat(solo.engine.valueRow(v, l)).as("level %d", l).isEqualTo(l % 2 == 0 ? h : c);
                assertThat(solo.engine.hiddenRow(v, l))
                        .as("hidden, level %d", l)
                        .isEqualTo(l % 2 == 0 ? c : h);
            }
        }
    }

    @Test
    void momentumOfZeroIsAResidualNetwork() {
        var residual = model(DepthConnection.DEPTH_CONNECTION_RESIDUAL, Activation.ACTIVATION_TANH, Stage.newBuilder());
        var momentum = residual.toBuilder();
        momentum.getSpecBuilder().setDepthConnection(DepthConnection.DEPTH_CONNECTION_MOMENTUM);
        var one = run(residual);
        var other = run(momentum.build());
        momentum.getSpecBuilder().getStagesBuilder(0).setMomentum(0.5f);
        var third = run(momentum.build());
        boolean differs = false;
        for (int v : vertices(one)) {
            for (int l = 0; l <= LAYERS; l++) {
                assertThat(other.engine.valueRow(v, l)).isEqualTo(one.engine.valueRow(v, l));
                differs |= !Arrays.equals(third.engine.valueRow(v, l), one.engine.valueRow(v, l));
            }
        }
        assertThat(differs).isTrue();
    }

    /** By hand: h_0 = 1, c_0 = 0, y = 1 in every layer, momentum 3/4: c = 1/4, 7/16, 37/64; h = 1 + their sums. */
    @Test
    void momentumByHand() {
        var spec = ModelSpec.newBuilder()
                .setName("by hand")
                .setFeatureDimension(1)
                .setDepthConnection(DepthConnection.DEPTH_CONNECTION_MOMENTUM)
                .addStages(Stage.newBuilder().setLayers(3).setWidth(1).setMomentum(0.75f));
        for (int l = 0; l < 3; l++) {
            spec.addLayers(Layer.newBuilder()
                    .setConvolution(Convolution.CONVOLUTION_SAGE_SUM)
                    .setInputWidth(1)
                    .setOutputWidth(1));
        }
        var model = Snapshots.filled(1, spec.build(), new SplittableRandom(1));
        model = Snapshots.with(model, "stage.1.entry", 1);
        model = Snapshots.with(model, "stage.1.entry_bias", 0);
        for (int l = 1; l <= 3; l++) {
            model = Snapshots.with(model, "layer." + l + ".self", 0);
            model = Snapshots.with(model, "layer." + l + ".bias", 1);
        }
        var solo = new SoloEngine(Snapshots.frozen(model));
        solo.apply(List.of(new GraphMutation.UpsertNode("v", "", FeatureVector.dense(1), 1)));
        int v = solo.graph.ordinalOf("v");
        assertThat(solo.engine.embedding(v)).containsExactly(1 + 1 / 4f + 7 / 16f + 37 / 64f);
        assertThat(solo.engine.hiddenRow(v, 3)).containsExactly(37 / 64f);
    }

    @ParameterizedTest
    @EnumSource(
            value = DepthConnection.class,
            names = {"DEPTH_CONNECTION_UNSPECIFIED", "DEPTH_CONNECTION_PLAIN", "UNRECOGNIZED"},
            mode = EnumSource.Mode.EXCLUDE)
    void anIsolatedVertexSeesItselfAlone(DepthConnection connection) {
        var model = Snapshots.frozen(model(connection, Activation.ACTIVATION_ELU, stage(connection)));
        var alone = new SoloEngine(model);
        var node = new GraphMutation.UpsertNode("alone", "", FeatureVector.dense(1, -2, 3, -4, 5), 1);
        alone.apply(List.of(node));
        var among = new SoloEngine(model);
        var trace = EventTraces.of(
                new SplittableRandom(8), new TraceShape(25, 200, DIMENSION, 2, 2, 0.3, 0.2, 0.1, 0.2, 0.2));
        among.apply(trace.subList(0, 100));
        among.apply(List.of(node));
        among.apply(trace.subList(100, trace.size()));
        assertThat(among.engine.embedding(among.graph.ordinalOf("alone")))
                .isEqualTo(alone.engine.embedding(alone.graph.ordinalOf("alone")));
    }

    private static Stage.Builder stage(DepthConnection connection) {
        var stage = Stage.newBuilder();
        return switch (connection) {
            case DEPTH_CONNECTION_MOMENTUM -> stage.setMomentum(0.9f);
            case DEPTH_CONNECTION_REVERSIBLE_GATE -> stage.setMaxForget(0.875f);
            default -> stage;
        };
    }

    /** Other names and another order of the same vertices and edges: the same rows, up to the order of sums. */
    @ParameterizedTest
    @EnumSource(
            value = DepthConnection.class,
            names = {"DEPTH_CONNECTION_UNSPECIFIED", "DEPTH_CONNECTION_PLAIN", "UNRECOGNIZED"},
            mode = EnumSource.Mode.EXCLUDE)
    void namesAndOrderDoNotMatter(DepthConnection connection) {
        var model = Snapshots.frozen(model(connection, Activation.ACTIVATION_ELU, stage(connection)));
        int n = 20;
        var random = new SplittableRandom(2);
        int[] other = IntStream.range(0, n).map(v -> (7 * v + 3) % n).toArray();
        var here = new ArrayList<GraphMutation>();
        var there = new ArrayList<GraphMutation>();
        for (int v = 0; v < n; v++) {
            var features = FeatureVector.dense(
                    (float) random.nextGaussian(), (float) random.nextGaussian(), 0, (float) random.nextGaussian(), 1);
            here.add(new GraphMutation.UpsertNode("v" + v, "", features, 1));
            there.addFirst(new GraphMutation.UpsertNode("v" + other[v], "", features, 1));
        }
        for (int e = 0; e < 60; e++) {
            // Half of all edges end in a hub.
            int source = random.nextInt(n);
            int target = random.nextBoolean() ? 0 : random.nextInt(n);
            float weight = (float) random.nextDouble(0.1, 2);
            here.add(edge(source, target, weight, e + 2));
            there.addFirst(edge(other[source], other[target], weight, e + 2));
        }
        var one = new SoloEngine(model);
        one.apply(here);
        var two = new SoloEngine(model);
        two.apply(there);
        for (int v = 0; v < n; v++) {
            float[] row = one.engine.embedding(one.graph.ordinalOf("v" + v));
            float[] same = two.engine.embedding(two.graph.ordinalOf("v" + other[v]));
            for (int i = 0; i < row.length; i++) {
                assertThat(same[i]).isCloseTo(row[i], offset(1e-5f * (1 + Math.abs(row[i]))));
            }
        }
        assertThat(Stream.iterate(0, v -> v < n, v -> v + 1)
                        .map(v -> Arrays.toString(one.engine.embedding(v)))
                        .distinct())
                .hasSize(n);
    }

    private static GraphMutation edge(int source, int target, float weight, long time) {
        return new GraphMutation.UpsertEdge(
                new EdgeId("v" + source, "v" + target, ""), weight, Provenance.OBSERVED, time);
    }
}
