package io.anabranch.cli;

import io.anabranch.processor.v1.ProcessorReport;
import io.anabranch.processor.v1.Restore;
import io.anabranch.v1.FreshnessSummary;
import io.anabranch.v1.GetStatusResponse;
import io.anabranch.v1.SharedAggregation;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
                .row("edges", edges(status))
                .row("labels", count(status.getLabels()))
                .row("events", count(status.getEvents()))
                .row("dead letters", count(status.getDeadLetters()))
                .row("feature dimension", count(status.getFeatureDimension()))
                .row("partitions", count(status.getPartitions()))
                .row("freshness p50", millis(fresh.getP50Ms()))
                .row("freshness p99", millis(fresh.getP99Ms()));
        status.getSharedAggregationsList().forEach(shared -> table.row("shared sums", sharing(shared)));
        long now = System.currentTimeMillis();
        status.getProcessorsList()
                .forEach(report -> table.row("processor " + report.getInstanceId(), processor(report, now)));
        return table;
    }

    private static String edges(GetStatusResponse status) {
        String all = count(status.getEdges());
        return status.getLearnedEdges() == 0
                ? all
                : "%s, %s of them learned".formatted(all, count(status.getLearnedEdges()));
    }

    /** As "restoring 7 s ago, partitions 0 3, standbys 1, partition 3: 1,200 of 5,000 records". */
    static String processor(ProcessorReport report, long nowMs) {
        List<String> parts = new ArrayList<>();
        parts.add("%s %d s ago"
                .formatted(
                        report.getState().name().replace("PROCESSOR_STATE_", "").toLowerCase(Locale.ROOT),
                        Math.max(0, nowMs - report.getReportedMs()) / 1_000));
        if (report.getActivePartitionsCount() > 0) {
            parts.add("partitions " + numbers(report.getActivePartitionsList()));
        }
        if (report.getStandbyPartitionsCount() > 0) {
            parts.add("standbys " + numbers(report.getStandbyPartitionsList()));
        }
        for (Restore restore : report.getRestoringList()) {
            parts.add("partition %d: %s of %s records"
                    .formatted(restore.getPartition(), count(restore.getRestored()), count(restore.getTotal())));
        }
        return String.join(", ", parts);
    }

    private static String numbers(List<Integer> partitions) {
        return partitions.stream().map(Object::toString).collect(Collectors.joining(" "));
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
