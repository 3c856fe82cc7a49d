package io.anabranch.serve.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.model.v1.HeadKind;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.predict.Prediction.NodeClasses;
import io.anabranch.serve.predict.Prediction.Pair;
import io.anabranch.serve.registry.CoverageTable;
import io.anabranch.serve.registry.MemoryModelLog;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelRollout;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which version answers: aliases, canaries, promotions under load; and what is counted. */
class RoutingTest {

    private static final int VERTICES = 2000;

    private final ModelRegistry registry = new ModelRegistry(new CoverageTable(1));
    private final MemoryModelLog log = new MemoryModelLog();
    private final ModelPublisher publisher = new ModelPublisher(registry, log, 3, Duration.ofSeconds(5), () -> true);
    private final ModelRollout rollout = new ModelRollout(registry, publisher, Clock.systemUTC());
    private final EmbeddingView view = new EmbeddingView();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Traffic traffic = new Traffic(1000, meters);
    private final Predictions predictions = new Predictions(registry, view, List::of, traffic);

    RoutingTest() {
        log.feed(registry);
    }

    @AfterEach
    void close() {
        traffic.close();
    }

    private static Problem problemOf(ThrowingCallable call) {
        Problem[] caught = new Problem[1];
        assertThatThrownBy(call).isInstanceOfSatisfying(ProblemException.class, e -> caught[0] = e.problem());
        return caught[0];
    }

    /** Vectors, head weights and class names all say which version they are of. */
    private long publish(String name) {
        long next = registry.catalog().greatestVersion() + 1;
        ModelSnapshot snapshot = TestModels.model(
                        name,
                        "imported",
                        TestModels.head("class", HeadKind.HEAD_KIND_MULTI_CLASS, "a" + next, "b" + next),
                        TestModels.head("link", HeadKind.HEAD_KIND_LINK))
                .addTensors(TestModels.tensor("head.class.weight", List.of(2, 2), next, 0, 0, -next))
                .addTensors(TestModels.tensor("head.link.weight", List.of(2, 2), 1, 0, 0, 1))
                .build();
        long version = publisher.publish(snapshot).version();
        assertThat(version).isEqualTo(next);
        for (int i = 0; i < VERTICES; i++) {
            view.put(
                    version,
                    "v" + i,
                    new NodeVector(new float[] {0.1f * version, 0.01f * version}, new NodeFreshness(1, 1, 0, 1)));
        }
        registry.cover(version, 0, 1);
        return version;
    }

    private long answering(ModelChoice choice, String vertex) {
        return predictions.embeddings(choice, List.of(vertex)).modelVersion();
    }

    private static ModelChoice alias(String name, String alias) {
        return new ModelChoice(name, 0, alias, "");
    }

    @Test
    void anAliasIsResolvedWhenTheRequestComes() {
        long first = publish("m");
        long second = publish("m");
        publisher.promote("m", first);
        rollout.setAlias("m", "champion", second);
        assertThat(answering(alias("m", "champion"), "v1")).isEqualTo(second);
        assertThat(answering(alias("", "champion"), "v1")).isEqualTo(second);
        assertThat(predictions.model(alias("m", "champion")).version()).isEqualTo(second);
        rollout.setAlias("m", "champion", first);
        assertThat(answering(alias("m", "champion"), "v1")).isEqualTo(first);
        assertThat(problemOf(() -> answering(alias("m", "nobody"), "v1")).reason())
                .isEqualTo("ALIAS_NOT_FOUND");
        assertThat(problemOf(() -> answering(alias("", "nobody"), "v1")).reason())
                .isEqualTo("ALIAS_NOT_FOUND");
        assertThat(problemOf(() -> answering(alias("nobody", "champion"), "v1")).reason())
                .isEqualTo("MODEL_NOT_FOUND");
        assertThat(problemOf(() -> answering(new ModelChoice("m", first, "champion", ""), "v1"))
                        .message())
                .startsWith("model.alias: ");
        long filling = publisher.publish(TestModels.imported("m")).version();
        rollout.setAlias("m", "next", filling);
        assertThat(problemOf(() -> answering(alias("m", "next"), "v1")).reason())
                .isEqualTo("VERSION_NOT_COVERED");
        long other = publish("n");
        rollout.setAlias("n", "champion", other);
        assertThat(problemOf(() -> answering(alias("", "champion"), "v1")).message())
                .contains("[m, n]");
    }

    private Map<String, Long> byVertex() {
        Map<String, Long> versions = new HashMap<>();
        for (int i = 0; i < VERTICES; i++) {
            versions.put("v" + i, answering(new ModelChoice("m", 0), "v" + i));
        }
        return versions;
    }

    private static long count(Map<String, Long> versions, long version) {
        return versions.values().stream().filter(v -> v == version).count();
    }

    @Test
    void aCanaryAnswersItsShareAndAVertexStaysOnItsSide() {
        long first = publish("m");
        long second = publish("m");
        publisher.promote("m", first);
        rollout.setCanary("m", second, 10);
        Map<String, Long> atTen = byVertex();
        // 2,000 fair draws of 10 %: 200, standard deviation 13.4; five of them each way.
        assertThat(count(atTen, second)).isBetween(133L, 267L);
        assertThat(byVertex()).isEqualTo(atTen);
        rollout.setCanary("m", second, 40);
        Map<String, Long> atForty = byVertex();
        assertThat(count(atForty, second)).isBetween(690L, 910L);
        atTen.forEach((vertex, version) -> {
            if (version == second) {
                assertThat(atForty.get(vertex))
                        .as("%s stays with a greater share", vertex)
                        .isEqualTo(second);
            }
        });
        rollout.setCanary("m", second, 0);
        assertThat(count(byVertex(), second)).isZero();
        rollout.setCanary("m", second, 100);
        assertThat(count(byVertex(), second)).isEqualTo(VERTICES);

        ModelRegistry restarted = new ModelRegistry(new CoverageTable(1));
        rollout.setCanary("m", second, 10);
        log.replay(restarted);
        restarted.cover(first, 0, 1);
        restarted.cover(second, 0, 1);
        Predictions again = new Predictions(restarted, view, List::of);
        atTen.forEach((vertex, version) -> assertThat(again.embeddings(new ModelChoice("m", 0), List.of(vertex))
                        .modelVersion())
                .as(vertex)
                .isEqualTo(version));
    }

    @Test
    void aRoutingKeyDecidesForAWholeRequestWhateverItsVertices() {
        long first = publish("m");
        long second = publish("m");
        publisher.promote("m", first);
        rollout.setCanary("m", second, 50);
        List<Long> sides = new ArrayList<>();
        for (int key = 0; key < 50; key++) {
            ModelChoice choice = new ModelChoice("m", 0, "", "user-" + key);
            long side = answering(choice, "v0");
            for (int i = 1; i < 20; i++) {
                assertThat(answering(choice, "v" + i)).isEqualTo(side);
            }
            assertThat(predictions
                            .scoreLinks(choice, "", List.of(new Pair("v3", "v4")))
                            .modelVersion())
                    .isEqualTo(side);
            sides.add(side);
        }
        assertThat(sides).contains(first, second);
        assertThat(answering(new ModelChoice("m", first), "v1")).isEqualTo(first);
        assertThat(answering(new ModelChoice("m", second), "v1")).isEqualTo(second);
    }

    @Test
    void aCanaryStepsBackWhereItCannotAnswer() {
        long first = publish("m");
        publisher.promote("m", first);
        long without =
                publisher.publish(TestModels.model("m", "imported").build()).version();
        registry.cover(without, 0, 1);
        rollout.setCanary("m", without, 100);
        assertThat(predictions
                        .classify(new ModelChoice("m", 0), "class", List.of("v1"))
                        .modelVersion())
                .as("it has no such head")
                .isEqualTo(first);
        long second = publish("m");
        rollout.setCanary("m", second, 100);
        assertThat(answering(new ModelChoice("m", 0), "v1")).isEqualTo(second);
        registry.coverage().saw(0, 2);
        assertThat(answering(new ModelChoice("m", 0), "v1"))
                .as("its embeddings are being said to be exact anew")
                .isEqualTo(first);
    }

    /** Every number of an answer must be of the version that it names. */
    private void assertOfOneVersion(int round) {
        List<String> ids = IntStream.range(0, 8)
                .mapToObj(i -> "v" + (round + i) % VERTICES)
                .toList();
        var embedded = predictions.embeddings(new ModelChoice("m", 0), ids);
        for (var node : embedded.nodes()) {
            assertThat(node.vector().value(0)).isEqualTo(0.1f * embedded.modelVersion());
        }
        var classified = predictions.classify(new ModelChoice("m", 0), "class", ids);
        long version = classified.modelVersion();
        // Logits 0.1 v · v and -0.01 v · v.
        double expected = 1 / (1 + Math.exp(-0.11 * version * version));
        for (NodeClasses node : classified.nodes()) {
            assertThat(node.scores()).hasSize(2);
            assertThat(node.scores().getFirst().className()).isEqualTo("a" + version);
            assertThat((double) node.scores().getFirst().probability()).isCloseTo(expected, within(1e-6));
        }
        var links = predictions.scoreLinks(new ModelChoice("m", 0), "", List.of(new Pair(ids.get(0), ids.get(1))));
        double dot = 0.0101 * links.modelVersion() * links.modelVersion();
        assertThat((double) links.links().getFirst().probability()).isCloseTo(1 / (1 + Math.exp(-dot)), within(1e-6));
    }

    @Test
    void underConcurrentPromotionsEveryAnswerIsOfTheVersionThatItNames() throws Exception {
        publish("m");
        publisher.promote("m", 1);
        registry.onChange(() -> registry.catalog().versions().forEach(version -> {
            if (version.retired()) {
                view.drop(version.version());
                predictions.forget(version.version());
            }
        }));
        AtomicBoolean over = new AtomicBoolean();
        Callable<Integer> reader = () -> {
            int rounds = 0;
            while (!over.get() || rounds < 100) {
                assertOfOneVersion(rounds++);
            }
            return rounds;
        };
        try (ExecutorService readers = Executors.newFixedThreadPool(3)) {
            List<Future<Integer>> rounds =
                    List.of(readers.submit(reader), readers.submit(reader), readers.submit(reader));
            try {
                for (int i = 0; i < 12; i++) {
                    long next = publish("m");
                    rollout.setShadow("m", next, 50);
                    rollout.setCanary("m", next, 50);
                    publisher.promote("m", next);
                    publisher.rollback("m");
                    publisher.rollback("m");
                }
            } finally {
                over.set(true);
            }
            for (Future<Integer> each : rounds) {
                assertThat(each.get()).isGreaterThanOrEqualTo(100);
            }
        }
        assertThat(registry.catalog().versions())
                .as("some retired under the readers")
                .anyMatch(version -> version.retired());
        assertThat(traffic.served(Objects.requireNonNull(registry.catalog().active("m"))
                                .version())
                        .errors())
                .isZero();
    }

    @Test
    void aVersionThatRetiresUnderARequestIsNotAMissingNode() {
        long first = publish("m");
        publisher.promote("m", first);
        long second = publish("m");
        publisher.retire("m", second);
        view.drop(second);
        assertThat(problemOf(() -> answering(new ModelChoice("m", second), "v1"))
                        .reason())
                .isEqualTo("VERSION_RETIRED");
    }

    @Test
    void requestsErrorsAndTimesAreCountedByVersion() {
        long first = publish("m");
        long second = publish("m");
        publisher.promote("m", first);
        for (int i = 0; i < 3; i++) {
            answering(new ModelChoice("m", 0), "v1");
        }
        answering(new ModelChoice("m", second), "v1");
        assertThat(problemOf(() -> answering(new ModelChoice("m", 0), "nobody")).reason())
                .isEqualTo("NODE_NOT_FOUND");
        assertThat(traffic.served(first).requests()).isEqualTo(4);
        assertThat(traffic.served(first).errors()).isEqualTo(1);
        assertThat(traffic.served(first).meanMs()).isPositive();
        assertThat(traffic.served(second).requests()).isEqualTo(1);
        assertThat(meters.get("anabranch.model.requests")
                        .tags("model", "m", "version", "1", "role", "active", "outcome", "OK")
                        .timer()
                        .count())
                .isEqualTo(3);
        assertThat(meters.get("anabranch.model.requests")
                        .tags("role", "active", "outcome", "NODE_NOT_FOUND")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get("anabranch.model.requests")
                        .tags("version", "2", "role", "version")
                        .timer()
                        .count())
                .isEqualTo(1);
        predictions.forget(second);
        assertThat(meters.find("anabranch.model.requests").tags("version", "2").meters())
                .as("a retired version leaves no series")
                .isEmpty();
    }
}
