package io.anabranch.serve.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.model.v1.HeadKind;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.predict.Prediction.ClassProbability;
import io.anabranch.serve.predict.Prediction.Classified;
import io.anabranch.serve.predict.Prediction.NodeClasses;
import io.anabranch.serve.predict.Prediction.Pair;
import io.anabranch.serve.registry.CoverageTable;
import io.anabranch.serve.registry.MemoryModelLog;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelRollout;
import io.anabranch.serve.registry.ModelVersion;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a shadow is asked, what comes of it, and that the caller hears nothing of it. */
class ShadowTest {

    private final ModelRegistry registry = new ModelRegistry(new CoverageTable(1));
    private final MemoryModelLog log = new MemoryModelLog();
    private final ModelPublisher publisher = new ModelPublisher(registry, log, 3, Duration.ofSeconds(5), () -> true);
    private final ModelRollout rollout = new ModelRollout(registry, publisher, Clock.systemUTC());
    private final EmbeddingView view = new EmbeddingView();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Traffic traffic = new Traffic(1000, meters);
    private final Predictions predictions = new Predictions(registry, view, List::of, traffic);

    ShadowTest() {
        log.feed(registry);
    }

    @AfterEach
    void close() {
        traffic.close();
    }

    private long publish() {
        long version = publisher
                .publish(TestModels.model(
                                "m",
                                "imported",
                                TestModels.head("class", HeadKind.HEAD_KIND_MULTI_CLASS, "a", "b"),
                                TestModels.head("link", HeadKind.HEAD_KIND_LINK))
                        .build())
                .version();
        registry.cover(version, 0, 1);
        return version;
    }

    private void put(long version, String id, float... values) {
        view.put(version, id, new NodeVector(values, new NodeFreshness(1, 1, 0, 1)));
    }

    /** Two versions that agree about x and differ about y. */
    private long[] pair() {
        long active = publish();
        long shadow = publish();
        publisher.promote("m", active);
        for (long version : new long[] {active, shadow}) {
            put(version, "x", 2, 0);
        }
        put(active, "y", 1, 0);
        put(shadow, "y", 0, 1);
        return new long[] {active, shadow};
    }

    private ShadowReport await(long shadow, LongPredicate requests) throws InterruptedException {
        for (int i = 0; i < 1000; i++) {
            ShadowReport report = traffic.shadow(shadow);
            if (report != null && requests.test(report.requests())) {
                return report;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("The shadow was not asked: " + traffic.shadow(shadow));
    }

    @Test
    void theShadowIsComparedAndNeverAnswers() throws InterruptedException {
        long[] versions = pair();
        rollout.setShadow("m", versions[1], 100);
        for (int i = 0; i < 20; i++) {
            assertThat(predictions
                            .classify(new ModelChoice("m", 0), "", List.of("x", "y"))
                            .modelVersion())
                    .isEqualTo(versions[0]);
        }
        ShadowReport report = await(versions[1], requests -> requests == 20);
        assertThat(report.activeVersion()).isEqualTo(versions[0]);
        assertThat(report.compared()).isEqualTo(40);
        assertThat(report.flips()).isEqualTo(20);
        assertThat(report.errors()).isZero();
        // softmax(1, 0) against softmax(0, 1).
        double apart = 1 / (1 + Math.exp(-1)) - 1 / (1 + Math.exp(1));
        assertThat(report.maxDifference()).isCloseTo(apart, within(1e-6));
        assertThat(report.meanDifference()).isCloseTo(apart / 2, within(1e-6));
        assertThat(traffic.served(versions[1]).requests())
                .as("no request of a caller")
                .isZero();
        assertThat(meters.get("anabranch.shadow.requests")
                        .tags("version", "2", "outcome", "answered")
                        .counter()
                        .count())
                .isEqualTo(20);
        assertThat(meters.get("anabranch.shadow.difference").summary().max()).isCloseTo(apart, within(1e-6));
        assertThat(meters.get("anabranch.shadow.flips").counter().count()).isEqualTo(20);
    }

    @Test
    void pinnedAliasedAndEmbeddingRequestsAreNotCopied() throws InterruptedException {
        long[] versions = pair();
        rollout.setShadow("m", versions[1], 100);
        rollout.setAlias("m", "champion", versions[0]);
        predictions.classify(new ModelChoice("m", versions[0]), "", List.of("x"));
        predictions.classify(new ModelChoice("m", 0, "champion", ""), "", List.of("x"));
        predictions.embeddings(new ModelChoice("m", 0), List.of("x"));
        predictions.scoreLinks(new ModelChoice("m", 0), "", List.of(new Pair("x", "y")));
        ShadowReport report = await(versions[1], requests -> requests > 0);
        assertThat(report.requests()).isEqualTo(1);
        assertThat(report.compared()).isEqualTo(1);
        // x · y is 2 in one version and 0 in the other.
        assertThat(report.maxDifference()).isCloseTo(1 / (1 + Math.exp(-2)) - 0.5, within(1e-6));
        assertThat(report.flips()).as("one half is above").isZero();
    }

    @Test
    void aSampleIsAsLargeAsItsShare() throws InterruptedException {
        long[] versions = pair();
        rollout.setShadow("m", versions[1], 25);
        int expected = 0;
        for (int i = 1; i <= 400; i++) {
            predictions.classify(new ModelChoice("m", 0), "", List.of("x"));
            if (Share.holds(25, versions[1], i)) {
                expected++;
            }
        }
        // 400 fair draws of a quarter: 100, standard deviation 8.7.
        assertThat(expected).isBetween(57, 143);
        int copied = expected;
        await(versions[1], requests -> requests == copied);
    }

    @Test
    void whatTheShadowCannotAnswerIsCounted() throws InterruptedException {
        long[] versions = pair();
        put(versions[0], "new", 1, 1);
        rollout.setShadow("m", versions[1], 100);
        assertThat(predictions
                        .classify(new ModelChoice("m", 0), "", List.of("new"))
                        .nodes())
                .hasSize(1);
        ShadowReport report = await(versions[1], requests -> requests == 1);
        assertThat(report.errors()).isEqualTo(1);
        assertThat(report.compared()).isZero();
    }

    @Test
    void aShadowThatHangsHoldsUpNobodyAndTheRestIsDropped() throws InterruptedException {
        long[] versions = pair();
        rollout.setShadow("m", versions[1], 100);
        ModelVersion active = Objects.requireNonNull(registry.catalog().version(versions[0]));
        ModelVersion shadow = Objects.requireNonNull(registry.catalog().version(versions[1]));
        Route route = new Route(
                active, Route.Role.ACTIVE, shadow, registry.catalog().alias("m").getShadow());
        NodeClasses node = new NodeClasses(
                "x", List.of("a"), List.of(new ClassProbability("a", 1)), null, new NodeFreshness(1, 1, 0, 1));
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch hanging = new CountDownLatch(1);
        for (int i = 0; i < 1500; i++) {
            // The caller's own computation returns at once; the copy hangs on the shadow's thread.
            Classified answer = traffic.answer(route, version -> {
                if (version == shadow) {
                    hanging.countDown();
                    awaitQuietly(release);
                }
                return new Classified(version.version(), "class", List.of(node));
            });
            assertThat(answer.modelVersion()).isEqualTo(versions[0]);
        }
        hanging.await();
        assertThat(Objects.requireNonNull(traffic.shadow(versions[1])).dropped())
                .as("1,000 wait, of which one hangs")
                .isEqualTo(500);
        release.countDown();
        ShadowReport report = await(versions[1], requests -> requests == 1000);
        assertThat(report.dropped()).isEqualTo(500);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void theReportBeginsAnewWithAnotherActiveVersion() throws InterruptedException {
        long[] versions = pair();
        long third = publish();
        put(third, "x", 5, 0);
        rollout.setShadow("m", versions[1], 100);
        predictions.classify(new ModelChoice("m", 0), "", List.of("x"));
        await(versions[1], requests -> requests == 1);
        publisher.promote("m", third);
        predictions.classify(new ModelChoice("m", 0), "", List.of("x"));
        for (int i = 0;
                i < 1000 && Objects.requireNonNull(traffic.shadow(versions[1])).activeVersion() != third;
                i++) {
            Thread.sleep(10);
        }
        ShadowReport report = await(versions[1], requests -> requests == 1);
        assertThat(report.activeVersion()).isEqualTo(third);
        assertThat(report.compared()).isEqualTo(1);
    }

    private static NodeClasses classes(Object... namesAndProbabilities) {
        List<ClassProbability> scores = new java.util.ArrayList<>();
        for (int i = 0; i < namesAndProbabilities.length; i += 2) {
            scores.add(new ClassProbability(
                    (String) namesAndProbabilities[i], ((Double) namesAndProbabilities[i + 1]).floatValue()));
        }
        return new NodeClasses(
                "n", List.of(scores.getFirst().className()), scores, null, new NodeFreshness(1, 1, 0, 1));
    }

    @Test
    void classesThatOneSideDoesNotKnowCountAsZero() {
        Difference difference = Difference.of(
                new Classified(1, "t", List.of(classes("a", 0.7, "b", 0.3), classes("a", 1.0))),
                new Classified(2, "t", List.of(classes("a", 0.6, "c", 0.4), classes("a", 0.9, "b", 0.1))));
        assertThat(difference.values()[0]).isCloseTo(0.4, within(1e-6));
        assertThat(difference.values()[1]).isCloseTo(0.1, within(1e-6));
        assertThat(difference.flips()).isZero();
    }
}
