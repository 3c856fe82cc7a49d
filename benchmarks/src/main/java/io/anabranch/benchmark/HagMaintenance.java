package io.anabranch.benchmark;

import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagCost;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.maintenance.MaintainedHag;
import io.anabranch.graph.hag.maintenance.PatchedHag;
import io.anabranch.graph.hag.maintenance.RebuildRule;
import io.anabranch.graph.hag.pass.HagPlan;
import io.anabranch.graph.hag.search.HagSearch;
import io.anabranch.graph.snapshot.DataSetFolder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What edits of a graph cost its shared sums: the time of each patch, what the patched graph still saves after a part of all edges was
 * exchanged, and the searches in the background meanwhile. {@link HagChurn} says which edits.
 */
@Command(
        name = "hag-maintenance",
        mixinStandardHelpOptions = true,
        description = "Times and worth of shared sums under edits.")
public final class HagMaintenance implements Runnable {

    @Parameters(paramLabel = "DIR", description = "Data-set folders.")
    private List<Path> folders = List.of();

    @Option(names = "--skewed", description = "Also a graph of the size of ogbn-arxiv with hubs.")
    private boolean skewed;

    @Option(names = "--churn", defaultValue = "0.2", description = "Edits by edges (default: ${DEFAULT-VALUE})")
    private double churn;

    @Option(names = "--most-edits", defaultValue = "1000000", description = "Most edits (default: ${DEFAULT-VALUE})")
    private int mostEdits;

    @Option(
            names = "--pace",
            defaultValue = "10000",
            description = "Nanoseconds between edits at least (default: ${DEFAULT-VALUE})")
    private long pace;

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new HagMaintenance()).execute(arguments));
    }

    @Override
    public void run() {
        for (Path folder : folders) {
            DataSetFolder data = DataSets.open(folder);
            for (HagOptions.Mode mode : HagOptions.Mode.values()) {
                measure(data.name(), HagRows.of(data.inRows()), mode);
            }
        }
        if (skewed) {
            for (HagOptions.Mode mode : HagOptions.Mode.values()) {
                measure("arxiv-like", HagRows.skewed(3, 3), mode);
            }
        }
    }

    private void measure(String name, int[][] rows, HagOptions.Mode mode) {
        HagOptions options = HagOptions.of(mode);
        Hag hag = search(rows, options);
        int edits = (int) Math.min(mostEdits, Math.round(churn * rows[1].length)) / 2 * 2;
        // Once beforehand, so that the code is compiled.
        patch(hag, rows, mode, Math.min(edits, 200_000));
        report(name, rows, options, patch(hag, rows, mode, edits), hag);
        maintain(hag, rows, options, Math.min(edits, 20_000));
        System.out.printf("maintain | %s | %s | %s%n", name, options.mode(), maintain(hag, rows, options, edits));
    }

    private static Hag search(int[][] rows, HagOptions options) {
        return HagSearch.search(rows[0].length - 1, rows[0], rows[1], options).plan(options);
    }

    private record Patched(PatchedHag hag, HagChurn churn, long[] nanos) {}

    private static Patched patch(Hag hag, int[][] rows, HagOptions.Mode mode, int edits) {
        PatchedHag patched = PatchedHag.of(hag, mode);
        HagChurn churn = new HagChurn(rows);
        long[] nanos = new long[edits];
        for (int e = 0; e < edits; e++) {
            churn.next();
            long start = System.nanoTime();
            if (churn.removes()) {
                patched.remove(churn.source(), churn.target());
            } else {
                patched.add(churn.source(), churn.target());
            }
            nanos[e] = System.nanoTime() - start;
        }
        return new Patched(patched, churn, nanos);
    }

    private static void report(String name, int[][] rows, HagOptions options, Patched patched, Hag before) {
        int[][] now = patched.churn().rows();
        HagCost fresh = HagCost.of(search(now, options));
        HagCost old = patched.hag().cost();
        HagCost direct = patched.hag().direct();
        Arrays.sort(patched.nanos());
        System.out.printf(
                "patch | %s | %s | %,d | %,d | %.2f | %.2f | %.1f | %,.0f | %.2f / %.2f | %.2f / %.2f | %.2f / %.2f | %.2f | %.1f | %.1f |%n",
                name,
                options.mode(),
                rows[1].length,
                patched.nanos().length,
                micros(patched.nanos(), 0.5),
                micros(patched.nanos(), 0.9),
                micros(patched.nanos(), 0.99),
                micros(patched.nanos(), 1),
                direct.aggregations() / (double) before.aggregations(),
                direct.transfers() / (double) before.transfers(),
                direct.aggregations() / (double) old.aggregations(),
                direct.transfers() / (double) old.transfers(),
                direct.aggregations() / (double) fresh.aggregations(),
                direct.transfers() / (double) fresh.transfers(),
                fresh.transfers() / (double) old.transfers(),
                flatMillis(patched.hag()),
                passMillis(patched.hag(), options.mode()));
    }

    /** Time to write the graph out; the best of five after as many. */
    private static double flatMillis(PatchedHag hag) {
        long best = Long.MAX_VALUE;
        for (int run = 0; run < 10; run++) {
            hag.grow(hag.sources() + 1, hag.targets());
            long start = System.nanoTime();
            hag.toHag();
            best = run < 5 ? best : Math.min(best, System.nanoTime() - start);
        }
        return best / 1e6;
    }

    /** Time of one pass of 64 floats; the best of three after as many. */
    private static double passMillis(PatchedHag hag, HagOptions.Mode mode) {
        HagPlan plan = HagPlan.of(hag.toHag(), mode);
        float[] in = new float[64 * plan.sources()];
        float[] out = new float[64 * plan.targets()];
        long best = Long.MAX_VALUE;
        for (int run = 0; run < 6; run++) {
            long start = System.nanoTime();
            plan.sum(in, 64, out);
            best = run < 3 ? best : Math.min(best, System.nanoTime() - start);
        }
        return best / 1e6;
    }

    private String maintain(Hag hag, int[][] rows, HagOptions options, int edits) {
        AtomicLong searching = new AtomicLong();
        AtomicInteger searches = new AtomicInteger();
        long[] nanos = new long[edits];
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            MaintainedHag maintained = new MaintainedHag(
                    hag,
                    RebuildRule.of(options),
                    work -> thread.execute(() -> {
                        long start = System.nanoTime();
                        work.run();
                        searching.addAndGet(System.nanoTime() - start);
                        searches.incrementAndGet();
                    }));
            HagChurn churning = new HagChurn(rows);
            int firstSearch = 0;
            long waiting = 0;
            long begin = System.nanoTime();
            for (int e = 0; e < edits; e++) {
                churning.next();
                while (System.nanoTime() - begin < e * pace) {
                    Thread.onSpinWait();
                }
                long start = System.nanoTime();
                if (churning.removes()) {
                    maintained.remove(churning.source(), churning.target());
                } else {
                    maintained.add(churning.source(), churning.target());
                }
                nanos[e] = System.nanoTime() - start;
                if (firstSearch == 0 && maintained.report().rebuilding()) {
                    firstSearch = e + 1;
                }
                waiting = Math.max(waiting, maintained.report().waitingEdits());
            }
            HagCost fresh = HagCost.of(search(churning.rows(), options));
            HagCost end = maintained.report().shared();
            thread.close();
            maintained.takeRebuilt();
            HagCost caughtUp = maintained.report().shared();
            Arrays.sort(nanos);
            return "%,d | %,d | %d | %.0f | %,d | %.2f | %.2f | %.2f | %.1f | %,.0f |"
                    .formatted(
                            edits,
                            firstSearch,
                            maintained.report().rebuilds(),
                            searching.get() / 1e6 / Math.max(1, searches.get()),
                            waiting,
                            fresh.transfers() / (double) end.transfers(),
                            fresh.transfers() / (double) caughtUp.transfers(),
                            micros(nanos, 0.5),
                            micros(nanos, 0.99),
                            micros(nanos, 1));
        }
    }

    private static double micros(long[] ascending, double quantile) {
        return ascending[(int) Math.min(ascending.length - 1L, (long) (quantile * ascending.length))] / 1e3;
    }
}
