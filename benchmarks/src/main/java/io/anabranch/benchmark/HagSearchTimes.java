package io.anabranch.benchmark;

import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagCapacity;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.HagReport;
import io.anabranch.graph.hag.search.HagSearch;
import io.anabranch.graph.hag.search.SharedSums;
import io.anabranch.graph.snapshot.DataSetFolder;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * How long the search for shared sums takes on data-set folders, what memory it needs beside the graph, and what it finds; and how
 * both grow with a graph. Of several runs the median counts; the first ones, which compile the code, are left out.
 */
@Command(
        name = "hag-search",
        mixinStandardHelpOptions = true,
        description = "Times, memory and reductions of the search for shared sums.")
public final class HagSearchTimes implements Runnable {

    @Parameters(paramLabel = "DIR", description = "Data-set folders.")
    private List<Path> folders = List.of();

    @Option(names = "--runs", defaultValue = "3", description = "Timed runs (default: ${DEFAULT-VALUE})")
    private int runs;

    @Option(names = "--warm-up", defaultValue = "1", description = "Runs before these (default: ${DEFAULT-VALUE})")
    private int warmUp;

    @Option(names = "--threads", defaultValue = "1", description = "Threads (default: ${DEFAULT-VALUE})")
    private int threads;

    @Option(names = "--hub-limit", description = "Longest row that is searched (default: the search's own)")
    private int hubLimit = HagOptions.DEFAULT_HUB_LIMIT;

    @Option(names = "--growth", description = "Also search the graphs between 1/8, 1/4 and 1/2 of the nodes.")
    private boolean growth;

    @Option(names = "--hubs", description = "Also search a graph with hubs, under several hub limits.")
    private boolean hubs;

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new HagSearchTimes()).execute(arguments));
    }

    @Override
    public void run() {
        System.out.printf(
                "| set | mode | nodes | edges | search s | plan s | whole s | ns an edge | extra MB | graph MB | aggregations ÷ | transfers ÷ |"
                        + " nodes of the plan | depth | rows left out |%n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|%n");
        for (Path folder : folders) {
            DataSetFolder data = DataSets.open(folder);
            int[][] rows = HagRows.of(data.inRows());
            for (HagOptions.Mode mode : HagOptions.Mode.values()) {
                measure(data.name(), rows, mode);
            }
            for (int parts = 8; growth && parts > 1; parts /= 2) {
                measure(
                        "first 1/%d of %s".formatted(parts, data.name()),
                        HagRows.first(rows, parts),
                        HagOptions.Mode.OPEN);
                measure(
                        "1/%d of %s at random".formatted(parts, data.name()),
                        HagRows.drawn(rows, parts),
                        HagOptions.Mode.OPEN);
            }
        }
        for (int limit = 1_024; hubs && limit <= 65_536; limit *= 4) {
            for (double skew = 1; skew <= 3; skew += 2) {
                String name = "hubs as targets%s, limit %,d".formatted(skew > 1 ? " and sources" : "", limit);
                measure(name, HagRows.skewed(skew, 3), HagOptions.Mode.OPEN, limit);
            }
        }
    }

    private void measure(String name, int[][] rows, HagOptions.Mode mode) {
        measure(name, rows, mode, hubLimit);
    }

    private void measure(String name, int[][] rows, HagOptions.Mode mode, int limit) {
        HagOptions options = HagOptions.of(mode)
                .withThreads(threads)
                .withHubLimit(limit)
                .withLambda(-1)
                .withCapacity(HagCapacity.QUARTER);
        double[] search = new double[runs];
        double[] plan = new double[runs];
        double[] whole = new double[runs];
        long extra = 0;
        HagReport report = null;
        for (int run = -warmUp; run < runs; run++) {
            System.gc();
            long before = startPeak();
            long start = System.nanoTime();
            SharedSums shared = HagSearch.search(rows[0].length - 1, rows[0], rows[1], options);
            long searched = System.nanoTime();
            Hag hag = shared.plan(options);
            long end = System.nanoTime();
            extra = Math.max(extra, peak() - before);
            report = shared.report(hag);
            if (run >= 0) {
                search[run] = (searched - start) / 1e9;
                plan[run] = (end - searched) / 1e9;
                whole[run] = (end - start) / 1e9;
            }
        }
        if (report == null) {
            throw new IllegalArgumentException("The number of runs (%d) must be positive.".formatted(runs));
        }
        System.out.printf(
                "| %s | %s | %,d | %,d | %.2f | %.2f | %.2f | %.0f | %.0f | %.1f | %.2f | %.2f | %,d | %d | %d |%n",
                name,
                mode,
                rows[0].length - 1,
                rows[1].length,
                median(search),
                median(plan),
                median(whole),
                1e9 * median(whole) / rows[1].length,
                extra / 1e6,
                4e-6 * (rows[0].length + rows[1].length),
                report.aggregationsFactor(),
                report.transfersFactor(),
                report.shared().nodes(),
                report.depth(),
                report.hubRows() + report.hubSources());
    }

    private static double median(double[] times) {
        double[] sorted = times.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** Peaks count garbage that is not yet collected, so they are a bound from above. */
    private static long startPeak() {
        long used = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP) {
                pool.resetPeakUsage();
                used += pool.getUsage().getUsed();
            }
        }
        return used;
    }

    private static long peak() {
        long used = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP) {
                used += pool.getPeakUsage().getUsed();
            }
        }
        return used;
    }
}
