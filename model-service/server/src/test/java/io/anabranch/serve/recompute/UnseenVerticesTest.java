package io.anabranch.serve.recompute;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.snapshot.GraphReplica;
import io.anabranch.graph.snapshot.InNeighbourhood;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Tensor;
import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.predict.NodeVector;
import io.anabranch.serve.recompute.UnseenNode.Edge;
import io.anabranch.serve.registry.ModelVersion;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UnseenVerticesTest {

    private static final int FEATURES = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final long seed = Long.getLong("test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final GraphReplica stored = new GraphReplica(FEATURES);
    private final GraphReplica together = new GraphReplica(FEATURES);
    private final List<OnDemand> opened = new ArrayList<>();
    private final UnseenVertices unseen = vertices(10_000);

    private UnseenVertices vertices(int rows) {
        OnDemand onDemand = new OnDemand(new OnDemandLimits(rows, 1, 1));
        opened.add(onDemand);
        return new UnseenVertices(new ReplicaGraph(stored), patience -> {}, onDemand);
    }

    @AfterEach
    void close() {
        opened.forEach(OnDemand::close);
    }

    private FeatureVector row() {
        return FeatureVector.dense(random.nextFloat() - 0.5f, random.nextFloat(), -random.nextFloat());
    }

    private void edge(GraphReplica graph, String source, String target, String type, float weight) {
        graph.putEdge(new EdgeId(source, target, type), weight, Provenance.OBSERVED);
    }

    /** Skewed degrees, both with and without features. */
    private void randomGraph() {
        for (int i = 0; i < 40; i++) {
            if (i % 7 != 0) {
                FeatureVector row = row();
                stored.putNode("n" + i, "", row);
                together.putNode("n" + i, "", row);
            }
        }
        for (int i = 0; i < 160; i++) {
            String source = "n" + random.nextInt(40);
            String target = "n" + random.nextInt(1 + random.nextInt(40));
            String type = random.nextBoolean() ? "pays" : "";
            float weight = random.nextFloat() + 0.1f;
            edge(stored, source, target, type, weight);
            edge(together, source, target, type, weight);
        }
        for (int i = 0; i < 40; i++) {
            edge(stored, "n" + i, "n" + (i + 1) % 40, "ring", 1);
            edge(together, "n" + i, "n" + (i + 1) % 40, "ring", 1);
        }
    }

    private UnseenNode store(UnseenNode node) {
        together.putNode(node.id(), "", node.features());
        node.in().forEach(edge -> edge(together, edge.other(), node.id(), edge.type(), edge.weight()));
        node.out().forEach(edge -> edge(together, node.id(), edge.other(), edge.type(), edge.weight()));
        return node;
    }

    private Tensor tensor(String name, int size) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < size; i++) {
            bytes.putFloat(random.nextFloat() - 0.4f);
        }
        return Tensor.newBuilder()
                .setName(name)
                .setData(ByteString.copyFrom(bytes.array()))
                .build();
    }

    private ModelVersion model(Convolution convolution, int layers) {
        ModelSpec.Builder spec = ModelSpec.newBuilder().setName("m").setFeatureDimension(FEATURES);
        ModelSnapshot.Builder model = ModelSnapshot.newBuilder();
        for (int l = 1; l <= layers; l++) {
            spec.addLayers(Layer.newBuilder()
                    .setConvolution(convolution)
                    .setInputWidth(FEATURES)
                    .setOutputWidth(FEATURES)
                    .setInnerWidth(FEATURES)
                    .setActivation(l < layers ? Activation.ACTIVATION_RELU : Activation.ACTIVATION_IDENTITY));
            model.addTensors(tensor("layer." + l + ".self", 9));
            model.addTensors(tensor("layer." + l + ".neighbor", 9));
            model.addTensors(tensor("layer." + l + ".attention_source", 3));
            model.addTensors(tensor("layer." + l + ".attention_target", 3));
            model.addTensors(tensor("layer." + l + ".bias", 3));
            model.addTensors(tensor("layer." + l + ".epsilon", 1));
            model.addTensors(tensor("layer." + l + ".outer", 9));
            model.addTensors(tensor("layer." + l + ".outer_bias", 3));
            model.addTensors(tensor("layer." + l + ".pool", 9));
            model.addTensors(tensor("layer." + l + ".pool_bias", 3));
        }
        return new ModelVersion(1, "m", false, model.setSpec(spec).build());
    }

    @ParameterizedTest
    @EnumSource(
            value = Convolution.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"CONVOLUTION_UNSPECIFIED", "UNRECOGNIZED"})
    void whatIsGivenIsEmbeddedAsIfItWereStored(Convolution convolution) {
        randomGraph();
        List<UnseenNode> nodes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            List<Edge> in = new ArrayList<>();
            List<Edge> out = new ArrayList<>();
            for (int j = 0; j < 1 + 2 * i; j++) {
                in.add(new Edge("n" + (9 * i + j), "", 0.5f + j));
                // Back to where it comes from: its own edges reach it.
                out.add(new Edge("n" + (9 * i + j), "pays", 2));
            }
            if (i > 0) {
                in.add(new Edge("x" + (i - 1), "", 1));
            }
            nodes.add(store(new UnseenNode("x" + i, i == 2 ? null : row(), in, out)));
        }
        int compared = 0;
        for (int layers = 1; layers <= 3; layers++) {
            ModelVersion version = model(convolution, layers);
            Map<String, NodeVector> found =
                    unseen.embed(version, nodes, false, PATIENCE).join();
            Recomputation whole = new Recomputation(requireNonNull(version.snapshot()), together.snapshot(), 10_000);
            for (UnseenNode node : nodes) {
                NodeVector vector = requireNonNull(found.get(node.id()));
                double[] expected = requireNonNull(whole.embedding(node.id()));
                for (int i = 0; i < expected.length; i++) {
                    assertThat((double) vector.value(i))
                            .as("%s, %d layers, -Dtest.seed=%d", convolution, layers, seed)
                            .isCloseTo(expected[i], within(1e-6 * (1 + Math.abs(expected[i]))));
                    compared++;
                }
            }
        }
        assertThat(compared).isEqualTo(3 * 4 * 3);
    }

    private static Problem problemOf(ThrowingCallable call) {
        Problem[] caught = new Problem[1];
        assertThatThrownBy(call).satisfies(e -> {
            Throwable cause = e instanceof CompletionException ? requireNonNull(e.getCause()) : e;
            assertThat(cause).isInstanceOf(ProblemException.class);
            caught[0] = ((ProblemException) cause).problem();
        });
        return caught[0];
    }

    private static UnseenNode node(String id, Edge... in) {
        return new UnseenNode(id, null, List.of(in), List.of());
    }

    @Test
    void whatCannotBeAnsweredIsRefused() {
        randomGraph();
        ModelVersion version = model(Convolution.CONVOLUTION_GCN, 2);
        assertThat(problemOf(() -> unseen.embed(version, List.of(node("n3")), false, PATIENCE)
                                .join())
                        .reason())
                .isEqualTo("NODE_EXISTS");
        assertThat(problemOf(() -> unseen.embed(version, List.of(node("x", new Edge("nobody", "", 1))), false, PATIENCE)
                        .join()))
                .isInstanceOfSatisfying(
                        Problem.Missing.class,
                        missing -> assertThat(missing.names()).containsExactly("nobody"));
        UnseenVertices bounded = vertices(3);
        assertThat(problemOf(() -> bounded.embed(version, List.of(node("x", new Edge("n0", "", 1))), false, PATIENCE)
                                .join())
                        .reason())
                .isEqualTo("NEIGHBOURHOOD_TOO_LARGE");
        assertThat(problemOf(() -> bounded.embed(
                                version, List.of(node("x", new Edge("n0", "", 1))), false, Duration.ZERO)
                        .join()))
                .isInstanceOf(Problem.Late.class);
        assertThat(problemOf(() -> UnseenVertices.check(List.of(node("x"), node("x"))))
                        .message())
                .isEqualTo("unseen_nodes[1].id: Is there twice.");
        assertThat(problemOf(() -> UnseenVertices.check(
                                List.of(node("x", new Edge("n1", "t", 1), new Edge("n1", "t", 2)))))
                        .message())
                .startsWith("unseen_nodes[0].in_edges[1]: ");
        assertThat(problemOf(() -> UnseenVertices.check(List.of(
                                node("x"), new UnseenNode("y", null, List.of(), List.of(new Edge("x", "", 1))))))
                        .message())
                .startsWith("unseen_nodes[1].out_edges[0].target: ");
    }

    @Test
    void edgesThatAreRemovedAreForgotten() {
        edge(stored, "a", "b", "", 1);
        edge(stored, "c", "a", "", 1);
        stored.removeEdge(new EdgeId("a", "b", ""));
        InNeighbourhood around = requireNonNull(stored.inNeighbourhood(List.of("a", "b"), 1, 10));
        assertThat(around.vertices()).extracting(InNeighbourhood.Vertex::id).containsExactly("a", "c");
        assertThat(around.vertices().getFirst().degree()).isOne();
    }
}
