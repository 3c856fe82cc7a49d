package io.anabranch.standalone.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Does faults to the processes of a site, one after another, and notes when. One thread. */
final class FaultInjector {

    /** Generous, for machines that do other things, too; how long it took is in the report. */
    private static final Duration SETTLE = Duration.ofMinutes(4);

    private final Site site;
    private final EmbeddingWatch watch;
    private final Timeline timeline;
    private final Duration session;
    private final List<Outage> outages = new ArrayList<>();
    private int faults;
    private @Nullable QuarkusProcess guest;

    FaultInjector(Site site, EmbeddingWatch watch, Timeline timeline, Duration session) {
        this.site = site;
        this.watch = watch;
        this.timeline = timeline;
        this.session = session;
    }

    /** How long embeddings stood still in one partition at least, from the fault on. */
    record Outage(FaultKind kind, long milliseconds) {}

    /** Does the fault, and returns when the embeddings of every partition have moved again. */
    void inject(FaultSchedule.Fault fault) throws InterruptedException {
        Thread.sleep(fault.pause());
        faults++;
        long since = System.currentTimeMillis();
        timeline.note("%s", fault.kind());
        perform(fault);
        if (fault.kind().stopsEmbeddings()) {
            Await.that(
                    SETTLE, () -> watch.outageMs(since) >= 0, () -> "embeddings to move again after " + fault.kind());
            long outage = watch.outageMs(since);
            outages.add(new Outage(fault.kind(), outage));
            timeline.note("  every partition moved again after %.1f s", outage / 1000.0);
        }
    }

    private void perform(FaultSchedule.Fault fault) throws InterruptedException {
        QuarkusProcess processor =
                site.processors().get(fault.choice() % site.processors().size());
        if (!processor.alive()) {
            processor = site.processors().getFirst();
        }
        switch (fault.kind()) {
            case KILL_PROCESSOR -> {
                processor.kill();
                processor.start();
            }
            case KILL_PROCESSOR_FOR_LONG -> {
                processor.kill();
                Thread.sleep(session.plusSeconds(2));
                timeline.note("  %s is back", processor.name());
                processor.start();
            }
            case KILL_ALL_PROCESSORS -> {
                List<QuarkusProcess> all =
                        site.processors().stream().filter(QuarkusProcess::alive).toList();
                all.forEach(QuarkusProcess::kill);
                all.forEach(QuarkusProcess::start);
            }
            case RESTART_PROCESSOR -> {
                if (!processor.stop()) {
                    throw new IllegalStateException("%s did not stop on SIGTERM.".formatted(processor.name()));
                }
                processor.start();
            }
            case PAUSE_PROCESSOR -> pause(processor, Duration.ofSeconds(3));
            case ZOMBIE_PROCESSOR -> pause(processor, session.plusSeconds(4));
            case REBALANCE -> rebalance();
            case RESTART_BROKER -> {
                site.broker().stop();
                site.broker().start();
            }
            case KILL_BROKER -> {
                site.broker().kill();
                site.broker().start();
            }
            case KILL_BROKER_AND_PROCESSOR -> {
                site.broker().kill();
                processor.kill();
                processor.start();
                site.broker().start();
            }
            case KILL_SERVER -> {
                site.server().kill();
                site.server().start();
                site.server().awaitReady();
            }
            case PAUSE_SERVER -> pause(site.server(), Duration.ofSeconds(3));
        }
    }

    private static void pause(QuarkusProcess process, Duration time) throws InterruptedException {
        process.pause();
        try {
            Thread.sleep(time);
        } finally {
            process.resume();
        }
    }

    private void rebalance() throws InterruptedException {
        QuarkusProcess known = guest;
        if (known == null) {
            known = site.addProcessor();
            guest = known;
        }
        if (known.alive()) {
            timeline.note("  %s leaves", known.name());
            known.stop();
        } else {
            timeline.note("  %s joins", known.name());
            known.start();
            known.awaitReady();
        }
    }

    int faults() {
        return faults;
    }

    List<Outage> outages() {
        return outages;
    }
}
