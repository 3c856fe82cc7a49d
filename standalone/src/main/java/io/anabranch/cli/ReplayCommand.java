package io.anabranch.cli;

import io.anabranch.graph.snapshot.DataSetFolder;
import io.anabranch.graph.snapshot.MalformedDataSetException;
import io.anabranch.standalone.Instance;
import io.anabranch.standalone.InstanceFolder;
import io.anabranch.standalone.StandaloneInstance;
import io.anabranch.standalone.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "replay",
        description = {
            "Stream a data-set folder through Kafka into the instance that runs, or into one that it starts.",
            "The format is in docs/data-sets.md."
        })
final class ReplayCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "DIR", description = "Folder of the data set.")
    private Path dataSet = Path.of(".");

    @Option(
            names = "--split",
            paramLabel = "N",
            defaultValue = "0",
            description = "Which of the set's splits (default: 0).")
    private int split;

    @Option(
            names = "--undirected",
            negatable = true,
            description =
                    "Take each edge for both directions, or (--no-undirected) for one (default: as the set says).")
    private @Nullable Boolean undirected;

    @Option(names = "--train", description = "Then train, and read the predictions of all test nodes back over gRPC.")
    private boolean train;

    @Option(names = "--exit", description = "End an instance that was started here, instead of serving on.")
    private boolean exit;

    @Option(
            names = "--events-rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Events per second (default: as fast as they are acknowledged).")
    private double eventsPerSecond;

    @Mixin
    private FolderOptions folder = new FolderOptions();

    @Mixin
    private StartOptions start = new StartOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private TrainCommand.Hyperparameters hyperparameters = new TrainCommand.Hyperparameters();

    @Override
    public Integer call() throws InterruptedException {
        DataSetFolder data = open();
        ReplayRun replay = new ReplayRun(
                data,
                eventsPerSecond,
                train ? hyperparameters.request() : null,
                output,
                spec.commandLine().getOut(),
                spec.commandLine().getErr());
        InstanceFolder running = folder.findRunning();
        Instance instance = running == null ? null : running.read();
        if (instance != null) {
            replay.run(instance);
            return ExitCode.OK;
        }
        // A set without features still needs a row: one zero.
        int dimension = Math.max(1, data.dimension());
        return StandaloneInstance.run(
                start.request(folder.toStart(data.name()), dimension, true), started -> replayInto(started, replay));
    }

    private int replayInto(Instance started, ReplayRun replay) throws InterruptedException {
        replay.run(started);
        if (!output.json()) {
            spec.commandLine().getErr().println();
            spec.commandLine().getErr().print(ServeCommand.addresses(started));
            spec.commandLine().getErr().println(exit ? "" : "Serving until Ctrl-C.");
            spec.commandLine().getErr().flush();
        }
        return exit ? ExitCode.OK : Work.KEEP_SERVING;
    }

    private DataSetFolder open() {
        try {
            DataSetFolder data = DataSetFolder.open(dataSet, split);
            return undirected == null ? data : data.withUndirected(undirected);
        } catch (MalformedDataSetException e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, "The data set %s cannot be read: %s".formatted(dataSet, e));
        }
    }
}
