package io.anabranch.cli;

import io.anabranch.v1.FreshnessSummary;
import io.anabranch.v1.GetStatusResponse;
import io.anabranch.v1.SharedAggregation;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "status", description = "Say what the instance holds, how fresh it is, and whether it is ready.")
final class StatusCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (ServiceClient client = connection.connect()) {
            GetStatusResponse status = client.status();
            if (output.json()) {
                OutputOptions.print(out, status);
            } else {
                out.print(table(status));
                if (status.getModelsCount() > 0) {
                    out.println();
                    out.print(ModelsCommand.table(status.getModelsList()));
                }
            }
        }
        return ExitCode.OK;
    }

    private static TextTable table(GetStatusResponse status) {
        FreshnessSummary fresh = status.getFreshness();
        TextTable table = new TextTable("status", "")
                .row("ready", status.getReady() ? "yes" : "no: " + String.join("; ", status.getPendingList()))
                .row("vertices", count(status.getVertices()))
                .row("edges", count(status.getEdges()))
                .row("labels", count(status.getLabels()))
                .row("events", count(status.getEvents()))
                .row("dead letters", count(status.getDeadLetters()))
                .row("feature dimension", count(status.getFeatureDimension()))
                .row("partitions", count(status.getPartitions()))
                .row("freshness p50", millis(fresh.getP50Ms()))
                .row("freshness p99", millis(fresh.getP99Ms()));
        status.getSharedAggregationsList().forEach(shared -> table.row("shared sums", sharing(shared)));
        return table;
    }

    /** As "closed rows: 1,234 of 5,678 rows read (4.60x), 12 edits, 1 searches". */
    private static String sharing(SharedAggregation shared) {
        return String.format(
                Locale.ROOT,
                "%s rows: %,d of %,d rows read (%.2fx fewer), %,d edits, searches: %,d%s%s",
                shared.getRows().name().replace("AGGREGATED_ROWS_", "").toLowerCase(Locale.ROOT),
                shared.getSharedTransfers(),
                shared.getDirectTransfers(),
                shared.getDirectTransfers() / Math.max(1.0, shared.getSharedTransfers()),
                shared.getEdits(),
                shared.getRebuilds(),
                shared.getFailedRebuilds() > 0 ? ", %,d failed".formatted(shared.getFailedRebuilds()) : "",
                shared.getRebuilding() ? ", one under way" : "");
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String millis(double milliseconds) {
        return String.format(Locale.ROOT, "%,.0f ms", milliseconds);
    }
}
