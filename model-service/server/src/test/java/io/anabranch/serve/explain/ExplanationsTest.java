package io.anabranch.serve.explain;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.Provenance;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.explain.Explanation.Change;
import io.anabranch.serve.explain.Explanation.EdgeContribution;
import io.anabranch.serve.explain.Explanation.FeatureContribution;
import io.anabranch.serve.explain.Explanation.NodeContribution;
import io.anabranch.serve.explain.Explanation.Score;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.ModelChoice;
import io.anabranch.serve.predict.NodeFreshness;
import io.anabranch.serve.predict.NodeVector;
import io.anabranch.serve.predict.Prediction.Pair;
import io.anabranch.serve.predict.Predictions;
import io.anabranch.serve.recompute.Attribution.HopSum;
import io.anabranch.serve.recompute.OnDemand;
import io.anabranch.serve.recompute.OnDemandLimits;
import io.anabranch.serve.recompute.RandomSite;
import io.anabranch.serve.recompute.Recomputation;
import io.anabranch.serve.recompute.ReplicaGraph;
import io.anabranch.serve.recompute.SlopeByDifferences;
import io.anabranch.serve.registry.CoverageTable;
import io.anabranch.serve.registry.MemoryModelLog;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Explanations over a random graph and a model of two layers, whose served embeddings are those of a forward pass. */
class ExplanationsTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final ExplainQuery.Limits ALL = new ExplainQuery.Limits(1_000, 1_000, 3, 1_000, 0);

    private final long seed = Long.getLong("test.seed", new Random().nextInt());
    private final RandomSite site = new RandomSite(seed);
    private final ModelSnapshot model = site.twoLayers(FeatureEncoding.FEATURE_ENCODING_STANDARDIZED);
    private final ModelRegistry registry = new ModelRegistry(new CoverageTable(1));
    private final MemoryModelLog log = new MemoryModelLog();
    private final ModelPublisher publisher = new ModelPublisher(registry, log, 2, Duration.ofSeconds(1), () -> true);
    private final EmbeddingView view = new EmbeddingView();
    private final List<String> pending = new ArrayList<>();
    private final List<String> graphPending = new ArrayList<>();
    private final Predictions predictions = new Predictions(registry, view, () -> pending);
    private final AtomicInteger caughtUp = new AtomicInteger();
    private final List<OnDemand> opened = new ArrayList<>();
    private final long version;

    ExplanationsTest() {
        log.feed(registry);
        version = publisher.publish(model).version();
        registry.cover(version, 0, 1);
        publisher.promote("m", version);
        serve();
    }

    @AfterEach
    void close() {
        opened.forEach(OnDemand::close);
    }

    /** What the stream processor would have made of the graph as it is. */
    private void serve() {
        Recomputation pass = new Recomputation(model, site.replica.snapshot(), 100_000);
        for (String id : site.replica.snapshot().nodeIds()) {
            double[] row = requireNonNull(pass.embedding(id));
            float[] values = new float[row.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) row[i];
            }
            view.put(version, id, new NodeVector(values, new NodeFreshness(id.hashCode(), 0, 0, 0)));
        }
    }

    private Explanations explanations(int rows) {
        OnDemand onDemand = new OnDemand(new OnDemandLimits(rows, 1, 10));
        opened.add(onDemand);
        return new Explanations(
                new ReplicaGraph(site.replica),
                () -> graphPending,
                patience -> caughtUp.incrementAndGet(),
                onDemand,
                predictions,
                new SimpleMeterRegistry());
    }

    private Explanation explain(ExplainQuery query) {
        return explanations(100_000).explain(query, false, PATIENCE).join();
    }

    private static ExplainQuery node(String task, String id, String className, String against) {
        return new ExplainQuery(ModelChoice.ANY, task, List.of(id), className, against, ALL, 0);
    }

    private static double features(Explanation explanation) {
        return explanation.nodes().stream()
                .mapToDouble(NodeContribution::contribution)
                .sum();
    }

    private void sums(Explanation explanation) {
        double value = explanation.recomputed().value();
        var close = within(1e-9 * (1 + Math.abs(value)));
        assertThat(explanation.hops()).hasSize(2);
        for (HopSum hop : explanation.hops()) {
            assertThat(hop.total()).as("-Dtest.seed=%d", seed).isCloseTo(value, close);
            assertThat(explanation.edges().stream()
                            .mapToDouble(edge -> edge.byHop().get(hop.hop() - 1))
                            .sum())
                    .isCloseTo(hop.edges(), close);
        }
        assertThat(features(explanation) + explanation.constants()).isCloseTo(value, close);
        assertThat(explanation.edges()).hasSize(explanation.edgesRead());
        assertThat(explanation.nodes()).hasSize(explanation.nodesRead());
    }

    @Test
    void aClassIsExplainedAsItIsServed() {
        int checked = 0;
        for (String task : List.of("class", "tags")) {
            for (String id : RandomSite.SUBJECTS) {
                Explanation explanation = explain(node(task, id, "", ""));
                sums(explanation);
                var served = predictions
                        .classify(ModelChoice.ANY, task, List.of(id))
                        .nodes()
                        .getFirst();
                var likeliest = served.scores().stream()
                        .max(Comparator.comparingDouble(score -> score.probability()))
                        .orElseThrow();
                assertThat(explanation.className()).isEqualTo(likeliest.className());
                assertThat(explanation.served().probability()).isEqualTo((double) likeliest.probability());
                assertThat(explanation.recomputed().probability()).isCloseTo(likeliest.probability(), within(1e-5));
                assertThat(explanation.served().value())
                        .isCloseTo(
                                explanation.recomputed().value(),
                                within(1e-5
                                        * (1 + Math.abs(explanation.recomputed().value()))));
                assertThat(explanation.agrees()).isTrue();
                assertThat(explanation.freshness().eventTimeMs()).isEqualTo(id.hashCode());
                assertThat(explanation.modelVersion()).isEqualTo(version);
                assertThat(explanation.task()).isEqualTo(task);
                checked++;
            }
        }
        assertThat(checked).isEqualTo(8);
    }

    @Test
    void againstAnotherClassItIsTheDifferenceOfTheTwo() {
        Explanation z = explain(node("class", "n0", "z", ""));
        Explanation x = explain(node("class", "n0", "x", ""));
        Explanation both = explain(node("class", "n0", "z", "x"));
        sums(both);
        assertThat(both.recomputed().value())
                .isCloseTo(z.recomputed().value() - x.recomputed().value(), within(1e-9));
        assertThat(both.served().value())
                .isCloseTo(z.served().value() - x.served().value(), within(1e-5));
        assertThat(both.recomputed().probability()).isEqualTo(z.recomputed().probability());
        for (EdgeContribution edge : both.edges()) {
            assertThat(edge.contribution())
                    .isCloseTo(named(z, edge).contribution() - named(x, edge).contribution(), within(1e-9));
        }
        assertThat(explain(node("class", "n0", "", both.className())).className())
                .as("the likeliest of the others")
                .isNotEqualTo(both.className());
    }

    private static EdgeContribution named(Explanation explanation, EdgeContribution as) {
        return explanation.edges().stream()
                .filter(edge -> edge.source().equals(as.source())
                        && edge.target().equals(as.target())
                        && edge.type().equals(as.type()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aRegressionHasNoProbability() {
        Explanation explanation = explain(node("number", "n3", "", ""));
        sums(explanation);
        assertThat(explanation.served().probability()).isNull();
        assertThat(explanation.recomputed().probability()).isNull();
        assertThat(explanation.className()).isEmpty();
        Float value = predictions
                .classify(ModelChoice.ANY, "number", List.of("n3"))
                .nodes()
                .getFirst()
                .value();
        assertThat(explanation.served().value()).isEqualTo((double) requireNonNull(value));
    }

    @Test
    void aPairIsExplainedHalfByEachEnd() {
        int slopes = 0;
        for (Pair pair : List.of(new Pair("n0", "n1"), new Pair("n17", "n3"), new Pair("n1", "n1"))) {
            Explanation explanation = explain(
                    new ExplainQuery(ModelChoice.ANY, "", List.of(pair.source(), pair.target()), "", "", ALL, 5));
            sums(explanation);
            var served = predictions
                    .scoreLinks(ModelChoice.ANY, "", List.of(pair))
                    .links()
                    .getFirst();
            assertThat(explanation.served().probability()).isEqualTo((double) served.probability());
            assertThat(explanation.recomputed().probability()).isCloseTo(served.probability(), within(1e-5));
            assertThat(explanation.freshness()).isEqualTo(served.freshness());
            assertThat(explanation.task()).isEqualTo("link");

            // Of one edge, by what is scored when its weight is a little smaller and greater; unless that has a kink.
            int without = 0;
            for (EdgeContribution edge : explanation.edges().subList(0, 5)) {
                assertThat(requireNonNull(edge.without()).value())
                        .as("without %s, -Dtest.seed=%d", edge, seed)
                        .isCloseTo(score(pair, edge, 0, true), within(1e-7));
                without++;
                OptionalDouble slope = SlopeByDifferences.of(share -> score(pair, edge, (float) share, false));
                if (slope.isPresent()) {
                    assertThat(2 * edge.contribution())
                            .as("%s, -Dtest.seed=%d", edge, seed)
                            .isCloseTo(
                                    slope.getAsDouble(),
                                    within(1e-6
                                            * (1
                                                    + Math.abs(slope.getAsDouble())
                                                    + Math.abs(explanation
                                                            .recomputed()
                                                            .value()))));
                    slopes++;
                }
            }
            assertThat(without).isEqualTo(5);
        }
        assertThat(slopes).as("of 15, -Dtest.seed=%d", seed).isGreaterThan(10);
    }

    /** From scratch, with one edge changed. */
    private double score(Pair pair, EdgeContribution edge, float factor, boolean removed) {
        EdgeId id = new EdgeId(edge.source(), edge.target(), edge.type());
        if (removed) {
            site.replica.removeEdge(id);
        } else {
            site.replica.putEdge(id, edge.weight() * factor, edge.provenance(), edge.eventTimeMs());
        }
        double score = explain(new ExplainQuery(
                        ModelChoice.ANY, "link", List.of(pair.source(), pair.target()), "", "", ALL, 0))
                .recomputed()
                .value();
        site.replica.putEdge(id, edge.weight(), edge.provenance(), edge.eventTimeMs());
        return score;
    }

    @Test
    void whatWouldBeWithoutAnEdgeIsToldOfTheGreatest() {
        ExplainQuery query = new ExplainQuery(ModelChoice.ANY, "class", List.of("n0"), "y", "", ALL, 7);
        Explanation explanation = explain(query);
        for (EdgeContribution edge : explanation.edges().subList(0, 7)) {
            EdgeId id = new EdgeId(edge.source(), edge.target(), edge.type());
            site.replica.removeEdge(id);
            Explanation without = explain(query);
            site.replica.putEdge(id, edge.weight(), edge.provenance(), edge.eventTimeMs());
            Score told = requireNonNull(edge.without());
            assertThat(told.value()).isCloseTo(without.recomputed().value(), within(1e-9));
            assertThat(requireNonNull(told.probability()))
                    .isCloseTo(requireNonNull(without.recomputed().probability()), within(1e-9));
            assertThat(without.edgesRead()).isLessThan(explanation.edgesRead());
        }
        assertThat(explanation.edges().get(7).without()).isNull();
    }

    @Test
    void listsAreOrderedAndBounded() {
        Explanation all = explain(node("class", "n0", "x", ""));
        Explanation few = explain(new ExplainQuery(
                ModelChoice.ANY, "class", List.of("n0"), "x", "", new ExplainQuery.Limits(4, 3, 1, 6, 2_050), 0));
        assertThat(few.edges()).isEqualTo(all.edges().subList(0, 4));
        assertThat(few.edgesRead()).isEqualTo(all.edgesRead());
        assertThat(few.nodes())
                .extracting(NodeContribution::id)
                .containsExactlyElementsOf(all.nodes().subList(0, 3).stream()
                        .map(NodeContribution::id)
                        .toList());
        assertThat(few.nodes()).allSatisfy(node -> assertThat(node.features()).hasSizeLessThanOrEqualTo(1));
        assertThat(all.edges()).isSortedAccordingTo(Comparator.comparingDouble(edge -> -Math.abs(edge.contribution())));
        assertThat(all.nodes()).isSortedAccordingTo(Comparator.comparingDouble(node -> -Math.abs(node.contribution())));
        assertThat(all.nodes())
                .filteredOn(node -> node.distance() == 0)
                .extracting(NodeContribution::id)
                .containsExactly("n0");
        assertThat(all.nodes()).extracting(NodeContribution::distance).contains(1, 2);
        assertThat(all.edges())
                .extracting(EdgeContribution::provenance)
                .contains(Provenance.LEARNED, Provenance.OBSERVED);
        assertThat(all.nodes())
                .allSatisfy(node -> assertThat(node.features().stream()
                                .mapToDouble(feature -> feature.contribution())
                                .sum())
                        .isCloseTo(node.contribution(), within(1e-9)));

        // Edges were written at 2000 and later, nodes at 1000 and later.
        assertThat(all.changes())
                .hasSize(all.changesKnown())
                .isSortedAccordingTo(Comparator.comparingLong(change -> -change.eventTimeMs()));
        assertThat(all.changesKnown())
                .isEqualTo(all.edgesRead()
                        + (int) all.nodes().stream()
                                .filter(node -> node.eventTimeMs() > 0)
                                .count());
        assertThat(few.changes()).isEqualTo(all.changes().subList(0, 6));
        assertThat(few.changesKnown()).isEqualTo((int) all.changes().stream()
                .filter(change -> change.eventTimeMs() >= 2_050)
                .count());
        assertThat(few.changes()).extracting(Change::eventTimeMs).allMatch(time -> time >= 2_050);
    }

    @Test
    void aReplicaThatIsAheadIsToldApart() {
        Explanation before = explain(node("class", "n1", "x", ""));
        EdgeContribution first = before.edges().getFirst();
        site.replica.putEdge(new EdgeId(first.source(), first.target(), first.type()), 17, Provenance.LEARNED, 9_999);
        Explanation after = explain(node("class", "n1", "x", ""));
        sums(after);
        assertThat(after.served()).isEqualTo(before.served());
        assertThat(after.recomputed()).isNotEqualTo(before.recomputed());
        assertThat(after.agrees()).isFalse();
        assertThat(after.embeddingError()).isGreaterThan(1e-5);
        assertThat(after.changes().getFirst()).isInstanceOfSatisfying(EdgeContribution.class, edge -> {
            assertThat(edge.provenance()).isEqualTo(Provenance.LEARNED);
            assertThat(edge.eventTimeMs()).isEqualTo(9_999);
            assertThat(edge.weight()).isEqualTo(17);
        });
        serve();
        assertThat(explain(node("class", "n1", "x", "")).agrees()).isTrue();
    }

    @Test
    void aPairIsOffWhereEitherEndIs() {
        view.put(version, "n1", new NodeVector(new float[6], new NodeFreshness(1, 1, 0, 0)));
        assertThat(pair("n0", "n3").agrees()).isTrue();
        assertThat(pair("n1", "n0").agrees()).isFalse();
        assertThat(pair("n0", "n1").agrees()).isFalse();
        assertThat(pair("n0", "n1").embeddingError())
                .isEqualTo(explain(node("class", "n1", "", "")).embeddingError());
    }

    private Explanation pair(String source, String target) {
        return explain(new ExplainQuery(ModelChoice.ANY, "link", List.of(source, target), "", "", ALL, 0));
    }

    @Test
    void featuresAreToldAsTheyAreStored() {
        int told = 0;
        for (NodeContribution node : explain(node("class", "n0", "x", "")).nodes()) {
            FeatureVector stored = requireNonNull(site.replica.inNeighbourhood(List.of(node.id()), 0, 10))
                    .vertices()
                    .getFirst()
                    .features();
            for (FeatureContribution feature : node.features()) {
                assertThat(feature.value())
                        .as("column %d of %s", feature.column(), node.id())
                        .isEqualTo(stored == null ? 0 : stored.toArray()[feature.column()]);
                told++;
            }
        }
        assertThat(told).isGreaterThan(RandomSite.FEATURES);
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

    @Test
    void whatCannotBeExplainedIsRefused() {
        assertThat(problemOf(() -> explain(node("class", "nobody", "", ""))))
                .isInstanceOfSatisfying(
                        Problem.Missing.class,
                        missing -> assertThat(missing.names()).containsExactly("nobody"));
        assertThat(problemOf(() -> explanations(10)
                                .explain(node("class", "n0", "", ""), false, PATIENCE)
                                .join())
                        .reason())
                .isEqualTo("NEIGHBOURHOOD_TOO_LARGE");
        assertThat(problemOf(() -> explanations(10_000)
                        .explain(node("class", "n0", "", ""), false, Duration.ZERO)
                        .join()))
                .isInstanceOf(Problem.Late.class);
        assertThat(problemOf(() -> explain(node("class", "n0", "w", ""))).message())
                .isEqualTo("class_name: Must be one of [x, y, z], but is w.");
        assertThat(problemOf(() -> explain(node("number", "n0", "x", ""))).message())
                .isEqualTo("class_name: Must be empty: number has no classes.");
        assertThat(problemOf(() -> explain(node("class", "n0", "x", "w"))).message())
                .startsWith("against_class_name: ");
        assertThat(problemOf(() -> explain(node("class", "n0", "x", "x"))).message())
                .startsWith("against_class_name: Must be another");
        assertThat(problemOf(() -> explain(node("nothing", "n0", "", ""))).reason())
                .isEqualTo("TASK_NOT_FOUND");
        assertThat(problemOf(() -> node("class", "", "", "")).message()).startsWith("node_id: ");
        assertThat(problemOf(() -> new ExplainQuery(
                                ModelChoice.ANY,
                                "",
                                List.of("a", ""),
                                "",
                                "",
                                new ExplainQuery.Limits(1_001, -1, 5, 5, 0),
                                101))
                        .message())
                .isEqualTo("pair.target: Must have 1 to 256 bytes, but has 0. (and 3 more)");
        assertThat(problemOf(() -> new ExplainQuery(
                                ModelChoice.ANY, "", List.of("a"), "", "", new ExplainQuery.Limits(2, 5, 5, 5, 0), 3))
                        .message())
                .startsWith("leave_one_out: Must be at most max_edges (2)");
    }

    @Test
    void itWaitsForTheReplicaOnlyWhereItMust() {
        explanations(100_000)
                .explain(node("class", "n0", "", ""), false, PATIENCE)
                .join();
        assertThat(caughtUp).hasValue(0);
        explanations(100_000)
                .explain(node("class", "n0", "", ""), true, PATIENCE)
                .join();
        assertThat(caughtUp).hasValue(1);
        view.put(version, "late", new NodeVector(new float[6], new NodeFreshness(1, 1, 0, 0)));
        assertThat(problemOf(() -> explain(node("class", "late", "", ""))))
                .as("served, but not in the replica")
                .isInstanceOf(Problem.Unready.class);
        graphPending.add("the graph");
        assertThat(problemOf(() -> explain(node("class", "n0", "", "")))).isInstanceOf(Problem.Unready.class);
        graphPending.clear();
        pending.add("the embeddings");
        assertThat(problemOf(() -> explain(node("class", "n0", "", "")))).isInstanceOf(Problem.Unready.class);
    }
}
