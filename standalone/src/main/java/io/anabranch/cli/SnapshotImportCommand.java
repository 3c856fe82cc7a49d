package io.anabranch.cli;

import io.anabranch.snapshot.v1.Manifest;
import io.anabranch.standalone.Instance;
import io.anabranch.stream.snapshot.EventsFrom;
import io.anabranch.stream.snapshot.ImportReport;
import io.anabranch.stream.snapshot.SnapshotFolder;
import io.anabranch.stream.snapshot.SnapshotImport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "import",
        description = {
            "Bring a snapshot into a service that runs, or into topics on which one is to start: ./anabranch topics create makes them.",
            "What is later wins, and at equal times what is there already: to import twice changes nothing."
        })
final class SnapshotImportCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private ApplicationOptions application = new ApplicationOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Parameters(paramLabel = "DIR", description = "Folder of the snapshot.")
    private Path folder = Path.of(".");

    @Option(
            names = "--events-from",
            paramLabel = "WHERE",
            description = {
                "Where a stream processor that has not run yet begins to read events: earliest, snapshot, or a time such as 2026-01-01T00:00:00Z.",
                "Default: as the snapshot says if it was taken with the same topic of events, else earliest."
            })
    private @Nullable String eventsFrom;

    @Option(names = "--no-models", description = "Import the graph alone.")
    private boolean noModels;

    @Override
    public Integer call() throws IOException, InterruptedException {
        EventsFrom from = eventsFrom();
        SnapshotFolder snapshot = SnapshotFolder.open(folder);
        requireDimension(snapshot.manifest());
        SnapshotImport into = new SnapshotImport(
                kafka.clientProperties(), KafkaOptions.PATIENCE, kafka.snapshotTopics(application.applicationId()));
        Manifest manifest = snapshot.manifest();
        ImportReport report;
        try (Progress progress = Progress.start(
                "Importing",
                manifest.getNodes() + manifest.getEdges() + manifest.getLabels() + manifest.getSteps(),
                spec.commandLine().getErr(),
                output.json())) {
            report = into.run(snapshot, from, !noModels, progress::at);
        }
        print(report);
        return ExitCode.OK;
    }

    private EventsFrom eventsFrom() {
        return switch (eventsFrom) {
            case null -> new EventsFrom.Best();
            case "earliest" -> new EventsFrom.Earliest();
            case "snapshot" -> new EventsFrom.Snapshot();
            case String time -> {
                try {
                    yield new EventsFrom.Time(Instant.parse(time));
                } catch (DateTimeParseException e) {
                    throw new CommandFailure(
                            ExitCode.USAGE,
                            "--events-from (%s) must be earliest, snapshot or a time such as 2026-01-01T00:00:00Z."
                                    .formatted(time));
                }
            }
        };
    }

    /** An instance of a folder says what it expects; elsewhere the partitions refuse what does not fit. */
    private void requireDimension(Manifest manifest) {
        Instance instance = kafka.instance();
        int dimension = manifest.getFeatureDimension();
        if (instance != null && dimension != 0 && dimension != instance.featureDimension()) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "The snapshot has %d features, the instance that runs %d."
                            .formatted(dimension, instance.featureDimension()));
        }
    }

    private void print(ImportReport report) {
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("registers", report.registers());
            all.put("records", report.records());
            all.put("model_records", report.modelRecords());
            all.put("events_positions", report.eventsPositions());
            all.put("note", report.positionsNote());
            OutputOptions.print(out, all);
            return;
        }
        out.printf(
                "%,d registers in %,d records, %,d records of models%n",
                report.registers(), report.records(), report.modelRecords());
        if (!report.eventsPositions().isEmpty()) {
            out.printf(
                    "%s will read events from %s on%n",
                    application.applicationId(), SnapshotText.positions(report.eventsPositions()));
        }
        if (!report.positionsNote().isEmpty()) {
            out.println(report.positionsNote());
        }
        out.flush();
    }
}
