package io.anabranch.cli;

import io.anabranch.graph.snapshot.DataSetFolder;
import io.anabranch.graph.snapshot.MalformedDataSetException;
import io.anabranch.snapshot.v1.Manifest;
import io.anabranch.stream.snapshot.SnapshotSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "create",
        description = {
            "Make a snapshot of a graph that comes from elsewhere, for import.",
            "A list of edges has one a line: source,target[,weight[,type[,time]]], with commas or tabs, perhaps a heading that begins with source."
        })
final class SnapshotCreateCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Parameters(paramLabel = "DIR", description = "Folder to write; empty, or not there yet.")
    private Path folder = Path.of(".");

    /** Where the graph comes from. */
    private static final class Source {
        @Option(names = "--data-set", paramLabel = "FOLDER", description = "A data-set folder (docs/data-sets.md).")
        private @Nullable Path dataSet;

        @Option(names = "--edges", paramLabel = "FILE", description = "A list of edges; gzip if it ends with .gz.")
        private @Nullable Path edges;
    }

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Source source = new Source();

    @Option(names = "--undirected", description = "Each line of the list stands for both directions.")
    private boolean undirected;

    @Option(names = "--time", paramLabel = "TIME", description = "Event time of edges that have none (default: now).")
    private @Nullable Instant time;

    @Override
    public Integer call() throws IOException {
        Instant now = Instant.now();
        Manifest manifest;
        try (Progress progress =
                Progress.start("Writing", -1, spec.commandLine().getErr(), output.json())) {
            manifest = source.edges != null
                    ? SnapshotSource.ofEdges(
                            source.edges, undirected, time == null ? now : time, folder, now, progress::at)
                    : dataSet(now, progress);
        }
        SnapshotText.print(spec.commandLine().getOut(), output, manifest);
        return ExitCode.OK;
    }

    private Manifest dataSet(Instant now, Progress progress) throws IOException {
        Path path = source.dataSet == null ? Path.of(".") : source.dataSet;
        try {
            DataSetFolder data = DataSetFolder.open(path);
            long span = data.events(0).mapToLong(event -> event.time()).max().orElse(0);
            return SnapshotSource.ofMutations(
                    data.events((time == null ? now : time).toEpochMilli() - span)
                            .iterator(),
                    data.name(),
                    folder,
                    now,
                    progress::at);
        } catch (MalformedDataSetException e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
        }
    }
}
