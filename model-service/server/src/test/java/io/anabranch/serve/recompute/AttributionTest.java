package io.anabranch.serve.recompute;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.snapshot.GraphReplica;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.recompute.Attribution.HopSum;
import io.anabranch.serve.recompute.FixedGates.Message;
import io.anabranch.serve.recompute.RandomSite.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AttributionTest {

    private final long seed = Long.getLong("test.seed", System.nanoTime());
    private final RandomSite site = new RandomSite(seed);

    /** Every kind alone in one, two and three layers, and some together. */
    static Stream<List<Kind>> models() {
        List<List<Kind>> models = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (int layers = 1; layers <= 3; layers++) {
                models.add(Collections.nCopies(layers, kind));
            }
        }
        models.add(List.of(Kind.GCN, Kind.GAT));
        models.add(List.of(Kind.GAT_AVERAGED, Kind.MAX_BY_RELATION, Kind.GCN));
        models.add(List.of(Kind.MIN, Kind.MEAN_BY_RELATION, Kind.SUM));
        return models.stream();
    }

    /** The logit of one class at one vertex, on the whole graph. */
    private final class Logit {
        final ModelSnapshot model;
        final StoredGraph graph;
        final Recomputation pass;
        final TaskHead head;
        final double[] factors = {0, 1, 0};
        final Attribution attribution;
        final int v;

        Logit(FeatureEncoding encoding, List<Kind> kinds, String id) {
            List<String> all = IntStream.range(0, RandomSite.VERTICES)
                    .mapToObj(i -> "n" + i)
                    .toList();
            graph = site.around(all, kinds.size());
            v = graph.nodeOf(id);
            ModelSnapshot drawn = site.model(encoding, kinds);
            for (int draws = 1; attribution(drawn).hops().getLast().edges() == 0; draws++) {
                // All gates shut: nothing would be seen.
                assertThat(draws).as("models in vain, -Dtest.seed=%d", seed).isLessThan(100);
                drawn = site.model(encoding, kinds);
            }
            model = drawn;
            pass = new Recomputation(model, graph, 100_000, () -> {});
            head = TaskHead.of(pass, "class");
            attribution = attribution(model);
        }

        private Attribution attribution(ModelSnapshot drawn) {
            Recomputation rows = new Recomputation(drawn, graph, 100_000, () -> {});
            TaskHead classes = TaskHead.of(rows, "class");
            return new Attribution(rows, Map.of(v, classes.slope(factors)), classes.constant(factors));
        }

        double of(double[] embedding) {
            return head.logits(embedding)[1];
        }

        List<double[]> inputs() {
            return IntStream.range(0, graph.size())
                    .mapToObj(u -> pass.row(0, u))
                    .toList();
        }
    }

    private static Offset<Double> relative(double expected) {
        return within(1e-9 * (1 + Math.abs(expected)));
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyHopAndAllFeaturesSumToTheLogit(List<Kind> kinds) {
        int compared = 0;
        for (FeatureEncoding encoding : List.of(
                FeatureEncoding.FEATURE_ENCODING_IDENTITY,
                FeatureEncoding.FEATURE_ENCODING_ROW_NORMALIZED,
                FeatureEncoding.FEATURE_ENCODING_STANDARDIZED)) {
            for (String id : List.of("n0", "n3", "n17")) {
                Logit logit = new Logit(encoding, kinds, id);
                double expected = logit.of(
                        requireNonNull(new Recomputation(logit.model, site.replica.snapshot(), 100_000).embedding(id)));
                Attribution attribution = logit.attribution;
                assertThat(attribution.value()).isCloseTo(expected, relative(expected));
                assertThat(attribution.hops()).hasSize(kinds.size());
                double features = 0;
                for (HopSum hop : attribution.hops()) {
                    assertThat(hop.total())
                            .as("%s of %s, %s, -Dtest.seed=%d", hop, id, encoding, seed)
                            .isCloseTo(expected, relative(expected));
                    double edges = 0;
                    for (int u = 0; u < logit.graph.size(); u++) {
                        for (int e = 0; e < logit.graph.degree(u); e++) {
                            edges += attribution.edge(hop.hop(), u, e);
                        }
                    }
                    assertThat(edges).isCloseTo(hop.edges(), relative(expected));
                    compared++;
                }
                for (int u = 0; u < logit.graph.size(); u++) {
                    double[] columns = attribution.features(u);
                    features += columns == null ? 0 : Arrays.stream(columns).sum();
                }
                assertThat(features + attribution.constants()).isCloseTo(expected, relative(expected));
            }
        }
        assertThat(compared).isEqualTo(3 * 3 * kinds.size());
    }

    @ParameterizedTest
    @MethodSource("models")
    void aContributionIsWhatIsLackingWithoutTheMessageWhileGatesStay(List<Kind> kinds) {
        int moving = 0;
        int compared = 0;
        Logit logit = new Logit(FeatureEncoding.FEATURE_ENCODING_STANDARDIZED, kinds, "n0");
        FixedGates gates = new FixedGates(logit.model, logit.graph, logit.inputs());
        double whole = logit.of(gates.embedding(logit.v, List.of(), 1, -1, 1));
        assertThat(whole).isCloseTo(logit.attribution.value(), relative(whole));
        for (int u = 0; u < logit.graph.size(); u++) {
            double[] columns = logit.attribution.features(u);
            double lacking = whole - logit.of(gates.embedding(logit.v, List.of(), 1, u, 0));
            assertThat(columns == null ? 0 : Arrays.stream(columns).sum())
                    .as("features of vertex %d, -Dtest.seed=%d", u, seed)
                    .isCloseTo(lacking, relative(whole));
            for (int e = 0; e < logit.graph.degree(u); e++) {
                List<Message> everyHop = new ArrayList<>();
                double sum = 0;
                for (int hop = 1; hop <= kinds.size(); hop++) {
                    Message message = new Message(hop, u, e);
                    double without = logit.of(gates.embedding(logit.v, List.of(message), 0, -1, 1));
                    double contribution = logit.attribution.edge(hop, u, e);
                    assertThat(contribution)
                            .as("%s, -Dtest.seed=%d", message, seed)
                            .isCloseTo(whole - without, relative(whole));
                    everyHop.add(message);
                    sum += contribution;
                    compared++;
                    moving += contribution == 0 ? 0 : 1;
                }
                double less = logit.of(gates.embedding(logit.v, everyHop, 1 - 1e-4, -1, 1));
                double more = logit.of(gates.embedding(logit.v, everyHop, 1 + 1e-4, -1, 1));
                assertThat((more - less) / 2e-4).isCloseTo(sum, within(1e-6 * (1 + Math.abs(whole) + Math.abs(sum))));
            }
        }
        assertThat(compared).isGreaterThan(20 * kinds.size());
        assertThat(moving)
                .as("contributions that are not zero, -Dtest.seed=%d", seed)
                .isPositive();
    }

    /** No attention: there a weight moves shares. */
    static Stream<List<Kind>> withoutAttention() {
        return models().filter(kinds -> !kinds.contains(Kind.GAT) && !kinds.contains(Kind.GAT_AVERAGED));
    }

    /** By the forward pass itself, on weights that are a little smaller and greater; left out where that is no slope. */
    @ParameterizedTest
    @MethodSource("withoutAttention")
    void aSmallChangeOfAWeightMovesTheLogitByTheSumOverHops(List<Kind> kinds) {
        Logit logit = new Logit(FeatureEncoding.FEATURE_ENCODING_IDENTITY, kinds, "n1");
        int kinks = 0;
        int compared = 0;
        for (int u = 0; u < logit.graph.size(); u += 2) {
            for (int e = 0; e < logit.graph.degree(u); e += 3) {
                int target = u;
                int edge = e;
                OptionalDouble slope = SlopeByDifferences.of(share -> withShare(logit, target, edge, share));
                if (slope.isEmpty()) {
                    kinks++;
                    continue;
                }
                double sum = 0;
                for (int hop = 1; hop <= kinds.size(); hop++) {
                    sum += logit.attribution.edge(hop, u, e);
                }
                assertThat(slope.getAsDouble())
                        .as("edge %d into vertex %d, -Dtest.seed=%d", e, u, seed)
                        .isCloseTo(sum, within(1e-6 * (1 + Math.abs(logit.attribution.value()) + Math.abs(sum))));
                compared++;
            }
        }
        assertThat(compared)
                .as("kinks %d, -Dtest.seed=%d", kinks, seed)
                .isGreaterThan(3 * kinks)
                .isGreaterThan(8);
    }

    /** The logit while an edge has only a share of its weight. */
    private double withShare(Logit logit, int u, int e, double share) {
        EdgeId edge = new EdgeId(
                logit.graph.edge(u, e).source(),
                logit.graph.vertex(u).id(),
                logit.graph.edge(u, e).type());
        float weight = logit.graph.weight(u, e);
        site.replica.putEdge(edge, weight * (float) share, Provenance.OBSERVED);
        double value = logit.of(requireNonNull(new Recomputation(logit.model, site.replica.snapshot(), 100_000)
                .embedding(logit.graph.vertex(logit.v).id())));
        site.replica.putEdge(edge, weight, Provenance.OBSERVED);
        return value;
    }

    @ParameterizedTest
    @MethodSource("models")
    void withoutAnEdgeItIsTheForwardPassOfTheGraphWithoutIt(List<Kind> kinds) {
        ModelSnapshot model = new Logit(FeatureEncoding.FEATURE_ENCODING_IDENTITY, kinds, "n0").model;
        StoredGraph graph = site.around(List.of("n0", "n2"), kinds.size());
        Recomputation pass = new Recomputation(model, graph, 100_000, () -> {});
        EdgeRemoval removal = new EdgeRemoval(graph, pass);
        int compared = 0;
        int moved = 0;
        for (int u = 0; u < graph.size(); u++) {
            for (int e = 0; e < graph.vertex(u).in().size(); e++) {
                EdgeId edge = new EdgeId(
                        graph.edge(u, e).source(),
                        graph.vertex(u).id(),
                        graph.edge(u, e).type());
                Recomputation without = removal.without(u, e);
                site.replica.removeEdge(edge);
                Recomputation expected = new Recomputation(model, site.replica.snapshot(), 100_000);
                for (String id : List.of("n0", "n2")) {
                    double[] embedding = requireNonNull(without.embedding(id));
                    double[] whole = expected.embedding(id);
                    // The last edge of a vertex that was never put takes the vertex with it.
                    if (whole != null) {
                        assertThat(embedding)
                                .as("%s without %s, -Dtest.seed=%d", id, edge, seed)
                                .containsExactly(whole, within(1e-9));
                        compared++;
                        moved += Arrays.equals(embedding, pass.embedding(id)) ? 0 : 1;
                    }
                }
                site.replica.putEdge(
                        edge, graph.edge(u, e).weight(), graph.edge(u, e).provenance());
            }
        }
        assertThat(compared).isGreaterThan(8);
        assertThat(moved).isPositive();
    }

    /** On paper: v with features (1, 2), in-edges from a (3, -1), weight 2, and from b (5, 4), weight 1; all matrices the identity. */
    @Test
    void contributionsOfASumAndAMaximumOnPaper() {
        GraphReplica replica = new GraphReplica(2);
        replica.putNode("v", "", FeatureVector.dense(1, 2));
        replica.putNode("a", "", FeatureVector.dense(3, -1));
        replica.putNode("b", "", FeatureVector.dense(5, 4));
        replica.putEdge(new EdgeId("a", "v", ""), 2, Provenance.OBSERVED);
        replica.putEdge(new EdgeId("b", "v", ""), 1, Provenance.OBSERVED);
        StoredGraph graph = new StoredGraph(requireNonNull(replica.inNeighbourhood(List.of("v"), 1, 10)));
        int v = graph.nodeOf("v");
        int a = graph.edge(v, 0).source().equals("a") ? 0 : 1;

        // First column: messages 6 and 5, own 1, bias 10; the second: -2 and 4, own 2, bias 20.
        Attribution sum = attribution(Convolution.CONVOLUTION_SAGE_SUM, graph, 1, 1);
        assertThat(sum.edge(1, v, a)).isEqualTo(4);
        assertThat(sum.edge(1, v, 1 - a)).isEqualTo(9);
        assertThat(sum.hops()).containsExactly(new HopSum(1, 2, 13, 3, 30));
        assertThat(requireNonNull(sum.features(graph.nodeOf("a")))).containsExactly(6, -2);

        // a wins the first column, b the second.
        Attribution max = attribution(Convolution.CONVOLUTION_SAGE_MAX, graph, 1, 1);
        assertThat(max.edge(1, v, a)).isEqualTo(6);
        assertThat(max.edge(1, v, 1 - a)).isEqualTo(4);
        assertThat(requireNonNull(max.features(graph.nodeOf("b")))).containsExactly(0, 4);
        Attribution mean = attribution(Convolution.CONVOLUTION_SAGE_MEAN, graph, 1, -1);
        assertThat(mean.edge(1, v, a)).isEqualTo(4);
        assertThat(mean.edge(1, v, 1 - a)).isEqualTo(0.5);
        assertThat(mean.value()).isEqualTo(4.5 - 1 - 10);
    }

    /** Three in-edges, two of which bring the same message: of weight 1 from a (6, -3) and of weight 2 from b (3, -1.5). */
    @Test
    void amongEqualMessagesTheFirstEdgeWins() {
        GraphReplica replica = new GraphReplica(2);
        replica.putNode("v", "", FeatureVector.dense(1, 2));
        replica.putNode("a", "", FeatureVector.dense(6, -3));
        replica.putNode("b", "", FeatureVector.dense(3, -1.5f));
        replica.putNode("c", "", FeatureVector.dense(2, -1));
        replica.putEdge(new EdgeId("a", "v", ""), 1, Provenance.OBSERVED);
        replica.putEdge(new EdgeId("b", "v", ""), 2, Provenance.OBSERVED);
        replica.putEdge(new EdgeId("c", "v", ""), 1, Provenance.OBSERVED);
        StoredGraph graph = new StoredGraph(requireNonNull(replica.inNeighbourhood(List.of("v"), 1, 10)));
        int v = graph.nodeOf("v");
        List<String> sources = IntStream.range(0, 3)
                .mapToObj(edge -> graph.edge(v, edge).source())
                .toList();
        int first = Math.min(sources.indexOf("a"), sources.indexOf("b"));
        int second = Math.max(sources.indexOf("a"), sources.indexOf("b"));
        int third = sources.indexOf("c");

        Attribution max = attribution(Convolution.CONVOLUTION_SAGE_MAX, graph, 1, 0);
        assertThat(max.edge(1, v, first)).isEqualTo(6);
        assertThat(max.edge(1, v, second)).isZero();
        assertThat(max.edge(1, v, third)).isZero();
        Attribution min = attribution(Convolution.CONVOLUTION_SAGE_MIN, graph, 0, 1);
        assertThat(min.edge(1, v, first)).isEqualTo(-3);
        assertThat(min.edge(1, v, second)).isZero();
        assertThat(min.edge(1, v, third)).isZero();
    }

    private static Attribution attribution(Convolution convolution, StoredGraph graph, double... slope) {
        float[] identity = {1, 0, 0, 1};
        ModelSnapshot model = ModelSnapshot.newBuilder()
                .setSpec(ModelSpec.newBuilder()
                        .setFeatureDimension(2)
                        .addLayers(Layer.newBuilder()
                                .setConvolution(convolution)
                                .setInputWidth(2)
                                .setOutputWidth(2)))
                .addTensors(TestModels.tensor("layer.1.self", List.of(2, 2), identity))
                .addTensors(TestModels.tensor("layer.1.neighbor", List.of(2, 2), identity))
                .addTensors(TestModels.tensor("layer.1.bias", List.of(2), 10, 20))
                .build();
        Recomputation pass = new Recomputation(model, graph, 100, () -> {});
        return new Attribution(pass, Map.of(graph.nodeOf("v"), slope), 0);
    }
}
