package io.anabranch.cli;

import io.anabranch.graph.hag.HagCapacity;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.search.PrefixSharing;
import io.anabranch.graph.snapshot.DataSetFolder;
import io.anabranch.graph.snapshot.MalformedDataSetException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "plan",
        description = {
            "Say how much of the aggregation over a data-set folder's graph its nodes can share.",
            "OPEN sums the in-neighbours, CLOSED the node too (as GCN does), SEQUENTIAL reads them in an order.",
            "Nothing is started. The format is in docs/data-sets.md."
        })
final class PlanCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "DIR", description = "Folder of the data set.")
    private Path dataSet = Path.of(".");

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            split = ",",
            description = "Any of ${COMPLETION-CANDIDATES} (default: all).")
    private List<PlanTable.Mode> modes = List.of(PlanTable.Mode.values());

    @Option(names = "--capacity", paramLabel = "N", description = "Most shared nodes (default: several are tried).")
    private @Nullable Long capacity;

    @Option(names = "--capacity-share", paramLabel = "X", description = "Most shared nodes for each node of the graph.")
    private @Nullable Double capacityShare;

    @Option(
            names = "--lambda",
            paramLabel = "X",
            description = "Share a node only if that saves more than X edges; -1: wherever it saves additions.")
    private @Nullable Double lambda;

    @Option(
            names = "--order",
            defaultValue = "DEGREE",
            description = "Order for SEQUENTIAL: one of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private PrefixSharing.Order order = PrefixSharing.Order.DEGREE;

    @Option(
            names = "--hub-limit",
            paramLabel = "N",
            description = "Longest row that is searched (default: ${DEFAULT-VALUE}).")
    private int hubLimit = HagOptions.DEFAULT_HUB_LIMIT;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads that search (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--undirected",
            negatable = true,
            description =
                    "Take each edge for both directions, or (--no-undirected) for one (default: as the set says).")
    private @Nullable Boolean undirected;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        PlanTable table = table();
        DataSetFolder data = open();
        PrintWriter out = spec.commandLine().getOut();
        table.measure(data.inRows());
        if (output.json()) {
            OutputOptions.print(out, table.values());
        } else {
            out.print(table);
            out.flush();
        }
        return ExitCode.OK;
    }

    private PlanTable table() {
        try {
            HagOptions options =
                    HagOptions.of(HagOptions.Mode.OPEN).withHubLimit(hubLimit).withThreads(threads);
            boolean chosen = capacity != null || capacityShare != null || lambda != null;
            if (!chosen) {
                return new PlanTable(modes, order, options, null);
            }
            // A capacity alone is used up.
            options = options.withLambda(lambda == null ? -1 : lambda);
            if (capacity != null || capacityShare != null) {
                options = options.withCapacity(
                        new HagCapacity(capacity == null ? 0 : capacity, capacityShare == null ? 0 : capacityShare));
            }
            return new PlanTable(modes, order, options, options);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private DataSetFolder open() {
        try {
            DataSetFolder data = DataSetFolder.open(dataSet);
            return undirected == null ? data : data.withUndirected(undirected);
        } catch (MalformedDataSetException e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, "The data set %s cannot be read: %s".formatted(dataSet, e));
        }
    }
}
