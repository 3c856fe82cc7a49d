package io.anabranch.cli;

import io.anabranch.snapshot.v1.Manifest;
import io.anabranch.stream.snapshot.SnapshotExport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "export",
        description = {
            "Write the graph and its models to a folder, while the service runs or when it is stopped.",
            "The manifest names the positions of events from which the stream goes on without a gap."
        })
final class SnapshotExportCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private ApplicationOptions application = new ApplicationOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Parameters(paramLabel = "DIR", description = "Folder to write; empty, or not there yet.")
    private Path folder = Path.of(".");

    @Override
    public Integer call() throws IOException, InterruptedException {
        SnapshotExport export = new SnapshotExport(
                kafka.clientProperties(),
                KafkaOptions.PATIENCE,
                kafka.snapshotTopics(application.applicationId()),
                Clock.systemUTC());
        Manifest manifest;
        try (Progress progress =
                Progress.start("Exporting", -1, spec.commandLine().getErr(), output.json())) {
            manifest = export.run(folder, progress::at);
        }
        SnapshotText.print(spec.commandLine().getOut(), output, manifest);
        return ExitCode.OK;
    }
}
