package io.anabranch.standalone.chaos;

import io.anabranch.standalone.chaos.FaultInjector.Outage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The figures of a run as report.md in its folder. One thread. */
final class Report {

    private final ChaosOptions options;
    private final Timeline timeline;
    private final List<String> lines = new ArrayList<>();

    Report(ChaosOptions options, Timeline timeline) {
        this.options = options;
        this.timeline = timeline;
    }

    /** What was done to the system, and what it answered. */
    Report load(Ledger ledger, ModelChanges models, FaultInjector injector, Answers answers) {
        List<Ledger.Entry> entries = ledger.entries();
        line("# Chaos run");
        line("");
        line(
                "Seed %d, %s, %d partitions, %d events/s, session timeout %d s, %d standbys, lateness %s, models %s.",
                options.seed(),
                options.guarantee(),
                options.partitions(),
                options.eventsPerSecond(),
                options.sessionTimeout().toSeconds(),
                options.standbys(),
                options.latenessMs() == LateUpdates.ANY ? "any" : options.latenessMs() / 1000 + " s",
                options.models());
        line("");
        line("| what | how much |");
        line("|---|---|");
        line("| events sent | %,d |", entries.size());
        line(
                "| acknowledged | %,d |",
                entries.stream().filter(Ledger.Entry::acknowledged).count());
        line(
                "| to become dead letters | %,d |",
                entries.stream().filter(e -> e.draft().rejection() != null).count());
        line(
                "| to compute vertices anew | %,d |",
                entries.stream()
                        .map(entry -> entry.draft().event())
                        .filter(event -> event != null && event.hasRecompute())
                        .count());
        line("| faults | %d |", injector.faults());
        line("| models | %s |", models.describe());
        answers.counts().forEach((kind, count) -> line("| answers: %s | %,d |", kind, count));
        line("");
        line("## Time until the embeddings of every partition moved again");
        line("");
        line("| fault | times | least s | median s | most s |");
        line("|---|---|---|---|---|");
        Map<FaultKind, List<Long>> byKind = new TreeMap<>();
        for (Outage outage : injector.outages()) {
            byKind.computeIfAbsent(outage.kind(), k -> new ArrayList<>()).add(outage.milliseconds());
        }
        byKind.forEach((kind, times) -> {
            times.sort(null);
            line(
                    "| %s | %d | %.1f | %.1f | %.1f |",
                    kind,
                    times.size(),
                    times.getFirst() / 1000.0,
                    times.get(times.size() / 2) / 1000.0,
                    times.getLast() / 1000.0);
        });
        return this;
    }

    /** What the verifier says. */
    Report findings(Findings findings, Recording recording) {
        line("");
        line("## Verification");
        line("");
        line("| check | comparisons |");
        line("|---|---|");
        findings.comparisons().forEach((check, count) -> line("| %s | %,d |", check, count));
        line("");
        line(
                "Worst relative error of an embedding: %.1e. Records of the embeddings topic: %,d.",
                findings.worstError(), recording.embeddings().records());
        line("");
        line("Findings: %s", findings.describe());
        line("");
        line("## Timeline");
        line("");
        line("```");
        lines.addAll(timeline.lines());
        line("```");
        return this;
    }

    private void line(String format, Object... values) {
        lines.add(format.formatted(values));
    }

    void write() {
        try {
            Files.write(options.folder().resolve("report.md"), lines);
        } catch (IOException e) {
            throw new UncheckedIOException("The report cannot be written.", e);
        }
    }
}
