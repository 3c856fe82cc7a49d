package io.anabranch.standalone.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.standalone.DrainWatch;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The instance of one JVM, broker included, is killed with -9 in the middle of a burst, twice, and started again: what was
 * acknowledged is there, once, and every embedding is right.
 */
@Tag("chaos")
class StandaloneCrashIT {

    private static final int PARTITIONS = 4;
    private static final int BURST = 6_000;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final ChaosOptions options = ChaosOptions.fromSystemProperties("standalone-crash");
    private final SplittableRandom random = new SplittableRandom(options.seed());
    private final EventMix mix = new EventMix(random, 500, LateUpdates.ANY);
    private final Ledger ledger = new Ledger();
    private final Timeline timeline = new Timeline();

    @Test
    void aKilledInstanceGoesOnWhereItsLogEnds() throws InterruptedException {
        Folders.empty(options.folder());
        try (StandaloneProcess instance = new StandaloneProcess(options.folder(), PARTITIONS)) {
            instance.start();
            instance.awaitReady();
            ManagedChannel channel = ManagedChannelBuilder.forTarget(instance.grpcTarget())
                    .usePlaintext()
                    .build();
            try (LoadGenerator load =
                    new LoadGenerator(instance.bootstrapServers(), "anabranch.events", PARTITIONS, ledger)) {
                ModelChanges models =
                        new ModelChanges(channel, timeline, options.seed(), List.of(ModelKind.HISTORY_MEAN));
                models.publishAndAwaitActive();
                burst(load);
                for (int kill = 0; kill < 2; kill++) {
                    burst(load);
                    // Some of the burst is acknowledged, some on its way, some still with the producer.
                    Thread.sleep(random.nextInt(100, 1_500));
                    timeline.note("kill -9");
                    instance.kill();
                    instance.start();
                    instance.awaitReady();
                    timeline.note("ready again");
                }
                load.flush();
                Closing.drafts(PARTITIONS, System.currentTimeMillis()).forEach(load::send);
                load.flush();
                assertThat(load.failure())
                        .as("a record that Kafka refused for good")
                        .isNull();
                verify(instance.bootstrapServers());
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private void burst(LoadGenerator load) {
        for (int i = 0; i < BURST; i++) {
            load.send(mix.next(System.currentTimeMillis()));
        }
    }

    private void verify(String servers) throws InterruptedException {
        try (DrainWatch watch = new DrainWatch(servers, "anabranch-stream", "anabranch")) {
            watch.awaitDrained(PATIENCE);
        }
        Recording recording = TopicReader.record(servers, "anabranch");
        Findings findings =
                new Verifier(PARTITIONS, EventMix.DIMENSION, true, LateUpdates.ANY).verify(ledger, recording);
        timeline.note("comparisons %s, worst relative error %.1e", findings.comparisons(), findings.worstError());
        assertThat(findings.describe()).isEqualTo("nothing wrong");
        assertThat(findings.comparisons().get("events")).isEqualTo(3 * BURST + PARTITIONS);
    }
}
