package io.anabranch.serve.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.serve.TestModels;
import io.anabranch.serve.feed.GraphFeed;
import io.anabranch.serve.ingest.IngestRules;
import io.anabranch.serve.ingest.UnseenCheck;
import io.anabranch.serve.predict.Consistency;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.NodeFreshness;
import io.anabranch.serve.predict.NodeVector;
import io.anabranch.serve.predict.Predictions;
import io.anabranch.serve.predict.ProgressView;
import io.anabranch.serve.predict.Traffic;
import io.anabranch.serve.recompute.OnDemand;
import io.anabranch.serve.recompute.OnDemandLimits;
import io.anabranch.serve.recompute.UnseenVertices;
import io.anabranch.serve.registry.CoverageTable;
import io.anabranch.serve.registry.MemoryModelLog;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.wire.PredictionCalls;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WarmUpTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final ModelRegistry registry = new ModelRegistry(new CoverageTable(1));
    private final MemoryModelLog log = new MemoryModelLog();
    private final ModelPublisher publisher = new ModelPublisher(registry, log, 2, Duration.ofSeconds(1), () -> true);
    private final EmbeddingView view = new EmbeddingView();
    private final ProgressView progress = new ProgressView(1);
    private final SimpleMeterRegistry heard = new SimpleMeterRegistry();
    private final OnDemand onDemand = new OnDemand(new OnDemandLimits(1_000, 1, 1));
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile List<String> feeds = List.of();
    private long version;

    @BeforeEach
    void serve() {
        log.feed(registry);
        version = publisher.publish(TestModels.everyTask("m")).version();
        registry.cover(version, 0, 1);
        publisher.promote("m", version);
        put("u", 2, 0);
        put("v", -1, 3);
    }

    @AfterEach
    void close() {
        progress.close();
        onDemand.close();
    }

    private void put(String id, float... values) {
        view.put(version, id, new NodeVector(values, new NodeFreshness(1, 2, 0, 3)));
    }

    private WarmUp warmUp(Duration budget) {
        PredictionCalls calls = new PredictionCalls(
                new Predictions(registry, view, () -> feeds, new Traffic(1_000, heard)),
                new Consistency(
                        progress, () -> CompletableFuture.completedFuture(new long[] {100}), Duration.ofSeconds(10)),
                new UnseenVertices(new GraphFeed(3, Runnable::run), patience -> {}, onDemand),
                new UnseenCheck(new IngestRules(3, 1_000_000, Duration.ofMinutes(1), true, false)));
        return new WarmUp(budget, () -> feeds, registry, view, calls, ended::countDown);
    }

    private boolean ends() throws InterruptedException {
        return ended.await(30, TimeUnit.SECONDS);
    }

    private long answered() {
        return heard.find("anabranch.model.requests").tag("outcome", "OK").timers().stream()
                .mapToLong(Timer::count)
                .sum();
    }

    @Test
    void everyTaskIsAskedOnceTheFeedsHaveCaughtUp() throws InterruptedException {
        feeds = List.of("topic t is still to be read");
        try (WarmUp warmUp = warmUp(LONG)) {
            assertThat(warmUp.pending()).hasSize(1);
            warmUp.start();
            Thread.sleep(120);
            assertThat(answered()).as("while a feed is behind").isZero();
            assertThat(warmUp.pending()).hasSize(1);
            feeds = List.of();
            assertThat(ends()).isTrue();
            assertThat(warmUp.pending()).isEmpty();
            assertThat(answered()).as("embeddings and four tasks").isEqualTo(5 * 15_000);
        }
    }

    @Test
    void withoutTimeThereIsNone() {
        try (WarmUp warmUp = warmUp(Duration.ZERO)) {
            assertThat(warmUp.pending()).isEmpty();
            warmUp.start();
            assertThat(answered()).isZero();
        }
    }

    @Test
    void itEndsWithItsTime() throws InterruptedException {
        try (WarmUp warmUp = warmUp(Duration.ofNanos(1))) {
            warmUp.start();
            assertThat(ends()).isTrue();
            assertThat(warmUp.pending()).isEmpty();
            assertThat(answered()).isZero();
        }
    }

    @Test
    void aFaultKeepsNobodyOut() throws InterruptedException {
        put("w", 1, 2, 3, 4);
        put("x", 7);
        try (WarmUp warmUp = warmUp(LONG)) {
            warmUp.start();
            assertThat(ends()).isTrue();
            assertThat(warmUp.pending()).isEmpty();
            assertThat(answered()).as("a vector has not the model's width").isLessThan(5 * 15_000);
        }
    }
}
