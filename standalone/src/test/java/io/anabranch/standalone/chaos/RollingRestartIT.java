package io.anabranch.standalone.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.standalone.DrainWatch;
import io.anabranch.standalone.chaos.Site.ServerProcess;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.NameResolverRegistry;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Every process of both applications is replaced under load, one after the other of each kind and as Kubernetes does it: a model server by a new
 * one that is ready before the old is told to stop, a stream processor by itself. Clients are plain: round_robin, no retries. No read may fail,
 * every answer must be right, and in the end everything that was written.
 */
class RollingRestartIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int PROCESSES = 2;
    private static final int READERS = 3;
    private static final int VERTICES = 300;
    private static final long SEED = 20_261_130L;

    private final ChaosOptions options = new ChaosOptions(
            SEED,
            Duration.ZERO,
            100,
            4,
            ChaosOptions.EXACTLY_ONCE,
            Duration.ofSeconds(30),
            0,
            LateUpdates.ANY,
            List.of(ModelKind.MEAN),
            List.of(),
            Duration.ofSeconds(1),
            Path.of("target", "rolling-restart").toAbsolutePath());

    private final Timeline timeline = new Timeline();
    private final Ledger ledger = new Ledger();
    private final Answers answers = new Answers();

    @Test
    void noReadFailsWhileEveryProcessIsReplaced() throws InterruptedException {
        ReadyServers ready = new ReadyServers();
        NameResolverRegistry.getDefaultRegistry().register(ready);
        try (Site site = new Site(options)) {
            site.addServer();
            site.servers().forEach(ready::add);
            site.start(PROCESSES);
            timeline.note("all processes are ready");
            ManagedChannel channel = ManagedChannelBuilder.forTarget(ReadyServers.SCHEME + ":///model-service")
                    .defaultLoadBalancingPolicy("round_robin")
                    .usePlaintext()
                    .build();
            try {
                replaceAll(site, ready, channel);
            } finally {
                channel.shutdownNow();
            }
        } finally {
            NameResolverRegistry.getDefaultRegistry().deregister(ready);
        }
    }

    private void replaceAll(Site site, ReadyServers ready, ManagedChannel channel) throws InterruptedException {
        String servers = site.broker().bootstrapServers();
        List<GrpcReader> readers = new ArrayList<>();
        try (LoadGenerator load = new LoadGenerator(servers, Site.PREFIX + ".events", options.partitions(), ledger);
                EmbeddingWatch watch = new EmbeddingWatch(servers, Site.PREFIX + ".embeddings", options.partitions())) {
            Probes.bootstrap().forEach(load::send);
            load.flush();
            drain(servers);
            new ModelChanges(channel, timeline, SEED, options.models()).publishAndAwaitActive();
            drain(servers);
            for (int i = 0; i < READERS; i++) {
                readers.add(new GrpcReader(i, channel, options.partitions(), List::of, answers, SEED));
            }
            load.start(new EventMix(new SplittableRandom(SEED), VERTICES, LateUpdates.ANY), options.eventsPerSecond());
            for (int i = 0; i < PROCESSES; i++) {
                // Both start at the same time, which takes no longer than one.
                ServerProcess replacement = site.addServer();
                ready.add(replacement);
                replacement.process().start();
                QuarkusProcess processor = site.processors().get(i);
                stop(processor);
                processor.start();
                replacement.process().awaitReady();
                stop(site.servers().get(i).process());
                processor.awaitReady();
                moved(watch);
            }
            load.stop();
            Closing.drafts(options.partitions(), System.currentTimeMillis()).forEach(load::send);
            load.flush();
            drain(servers);
            for (GrpcReader reader : readers) {
                reader.stop();
            }
            timeline.note("drained; answers %s", answers.counts());
            verify(servers, load.greatestCount());
        }
    }

    private void stop(QuarkusProcess process) {
        timeline.note("%s is told to stop", process.name());
        assertThat(process.stop()).as("%s ended by itself", process.name()).isTrue();
        timeline.note("  it has");
    }

    /** Waits until every partition has embeddings of events from now on. */
    private void moved(EmbeddingWatch watch) throws InterruptedException {
        long since = System.currentTimeMillis();
        Await.that(PATIENCE, () -> watch.outageMs(since) >= 0, () -> "embeddings of every partition");
        timeline.note("  every partition moved after %.1f s", watch.outageMs(since) / 1000.0);
    }

    private static void drain(String servers) throws InterruptedException {
        try (DrainWatch watch = new DrainWatch(servers, Site.PREFIX, Site.PREFIX)) {
            watch.awaitDrained(PATIENCE);
        }
    }

    private void verify(String servers, int greatestCount) {
        // Vertices of the load come and go; that one is not there is no failure.
        Map<Answers.Refusal, Integer> failed = new HashMap<>(answers.refusals());
        failed.keySet().removeIf(refusal -> refusal.code() == Status.Code.NOT_FOUND);
        assertThat(failed).isEmpty();
        assertThat(answers.counts().get("OK")).isGreaterThan(1_000);
        Recording recording = TopicReader.record(servers, Site.PREFIX);
        Findings findings =
                new Verifier(options.partitions(), EventMix.DIMENSION, true, LateUpdates.ANY).verify(ledger, recording);
        // A reader meets several servers, of which one may be behind another.
        boolean monotonic = false;
        new AnswerCheck(ModelsTopic.of(recording.models()).all(), CountOffsets.of(ledger, greatestCount), monotonic)
                .check(answers, findings);
        assertThat(findings.describe()).isEqualTo("nothing wrong");
    }
}
