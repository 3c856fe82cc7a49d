package io.anabranch.standalone.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.standalone.DrainWatch;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Real processes under load, killed, paused, restarted and joined by others while models change and readers read; then
 * everything that they wrote is compared with what the acknowledged events say. docs/testing.md has the options.
 */
@Tag("chaos")
class ChaosIT {

    private static final int PROCESSORS = 2;
    private static final int READERS = 2;
    private static final int VERTICES = 1_000;
    private static final Duration DRAIN_PATIENCE = Duration.ofMinutes(5);

    private final ChaosOptions options = ChaosOptions.fromSystemProperties("chaos");
    private final Timeline timeline = new Timeline();
    private final Ledger ledger = new Ledger();
    private final Answers answers = new Answers();

    @Test
    void everyAcknowledgedEventHasItsEffectOnceAndNothingElseIsThere() throws InterruptedException {
        Report report = new Report(options, timeline);
        try (Site site = new Site(options)) {
            site.start(PROCESSORS);
            timeline.note("all processes are ready (seed %d)", options.seed());
            ManagedChannel channel = ManagedChannelBuilder.forTarget(site.grpcTarget())
                    .usePlaintext()
                    .build();
            try {
                trouble(site, channel, report);
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private void trouble(Site site, ManagedChannel channel, Report report) throws InterruptedException {
        String servers = site.broker().bootstrapServers();
        ModelChanges models = new ModelChanges(channel, timeline, options.seed(), options.models());
        List<GrpcReader> readers = new ArrayList<>();
        try (LoadGenerator load = new LoadGenerator(servers, Site.PREFIX + ".events", options.partitions(), ledger);
                EmbeddingWatch watch = new EmbeddingWatch(servers, Site.PREFIX + ".embeddings", options.partitions())) {
            Probes.bootstrap().forEach(load::send);
            load.flush();
            drain(servers);
            models.begin();
            for (int i = 0; i < READERS; i++) {
                readers.add(
                        new GrpcReader(i, channel, options.partitions(), load::acknowledged, answers, options.seed()));
            }
            load.start(
                    new EventMix(new SplittableRandom(options.seed()), VERTICES, options.latenessMs()),
                    options.eventsPerSecond());
            FaultInjector injector = new FaultInjector(site, watch, timeline, options.sessionTimeout());
            FaultSchedule schedule = new FaultSchedule(options.seed(), options.faults());
            long end = System.nanoTime() + options.trouble().toNanos();
            while (System.nanoTime() < end || !schedule.roundComplete()) {
                injector.inject(schedule.next());
            }
            timeline.note("no more trouble");
            models.stop();
            load.stop();
            lastWords(load);
            assertThat(models.refusals())
                    .as("changes of models that were refused")
                    .isEmpty();
            assertThat(load.failure())
                    .as("a record that Kafka refused for good")
                    .isNull();
            drain(servers);
            models.awaitCovered();
            drain(servers);
            if (!options.exactlyOnce()) {
                // Partitions that moved since have lost their progress; docs/operations.md says that it begins with the
                // next event.
                lastWords(load);
                drain(servers);
            }
            timeline.note("drained");
            for (GrpcReader reader : readers) {
                reader.stop();
            }
            report.load(ledger, models, injector, answers);
            verify(site, servers, load.greatestCount(), report);
        }
    }

    private void lastWords(LoadGenerator load) {
        Closing.drafts(options.partitions(), System.currentTimeMillis()).forEach(load::send);
        load.flush();
    }

    private void drain(String servers) throws InterruptedException {
        try (DrainWatch watch = new DrainWatch(servers, Site.PREFIX, Site.PREFIX)) {
            watch.awaitDrained(DRAIN_PATIENCE);
        }
    }

    private void verify(Site site, String servers, int greatestCount, Report report) {
        Recording recording = TopicReader.record(servers, Site.PREFIX);
        Verifier verifier =
                new Verifier(options.partitions(), EventMix.DIMENSION, options.exactlyOnce(), options.latenessMs());
        Findings findings = verifier.verify(ledger, recording);
        new AnswerCheck(
                        ModelsTopic.of(recording.models()).all(),
                        CountOffsets.of(ledger, greatestCount),
                        options.exactlyOnce())
                .check(answers, findings);
        for (QuarkusProcess processor : site.processors()) {
            if (processor.alive() && !processor.live()) {
                findings.add("processes", "%s has given up; see %s", processor.name(), processor.log());
            }
        }
        report.findings(findings, recording).write();
        assertThat(findings.describe()).isEqualTo("nothing wrong");
        NegativeControls.run(verifier, ledger, recording);
    }
}
