package io.anabranch.benchmark;

import io.anabranch.graph.hag.AggregationPlan;
import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.pass.DirectPlan;
import io.anabranch.graph.hag.pass.HagPlan;
import io.anabranch.graph.hag.search.HagSearch;
import io.anabranch.graph.hag.search.SharedSums;
import io.anabranch.graph.snapshot.DataSetFolder;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * One pass of the neighbour sums of a graph: each row by itself, and along a plan of shared sums. The two take turns, and medians are compared; plain copies of memory
 * follow.
 */
@Command(
        name = "hag-kernel",
        mixinStandardHelpOptions = true,
        description = "Times of direct and shared neighbour sums, and of copies in the same run.")
public final class HagKernel implements Runnable {

    private static final int COPIED_FLOATS = 1 << 24;

    @Parameters(paramLabel = "DIR", arity = "0..*", description = "Data-set folders.")
    private List<Path> folders = List.of();

    @Option(names = "--widths", split = ",", defaultValue = "16,64,128", description = "(default: ${DEFAULT-VALUE})")
    private List<Integer> widths = List.of();

    @Option(names = "--seconds", defaultValue = "1", description = "Of each measurement (default: ${DEFAULT-VALUE})")
    private double seconds;

    @Option(names = "--lambda", defaultValue = "4", description = "See HagOptions (default: ${DEFAULT-VALUE})")
    private double lambda;

    @Option(names = "--threads", defaultValue = "1", description = "Threads of a pass (default: ${DEFAULT-VALUE})")
    private int threads;

    private final float[] copied = new float[COPIED_FLOATS];
    private final float[] copy = new float[COPIED_FLOATS];

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new HagKernel()).execute(arguments));
    }

    @Override
    public void run() {
        Arrays.fill(copied, 1);
        System.out.printf(
                "Java %s, %s, load %.1f, %d threads, lambda %s. GB/s of copies are bytes read and written; those of sums are rows read and written.%n%n",
                Runtime.version(),
                LocalDate.now(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                threads,
                lambda);
        System.out.printf(
                "| graph | mode | width | table MB | direct ms | ns an edge | GB/s | copy GB/s | of the copy | transfers ÷ | shared ms | direct ÷ shared | backward direct ms | backward ÷ |%n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|%n");
        for (Path folder : folders) {
            DataSetFolder data = DataSets.open(folder);
            int[][] rows = HagRows.of(data.inRows());
            for (HagOptions.Mode mode : HagOptions.Mode.values()) {
                compare(data.name(), rows, mode);
            }
        }
        int[][] random = HagRows.skewed(1, 1);
        DirectPlan direct = DirectPlan.of(random[0].length - 1, random[0], random[1], null);
        for (int width : widths) {
            measure("ends at random", direct.withThreads(threads), null, 1, width);
        }
    }

    private void compare(String name, int[][] rows, HagOptions.Mode mode) {
        int nodes = rows[0].length - 1;
        HagOptions options = HagOptions.of(mode).withLambda(lambda);
        SharedSums found = HagSearch.search(nodes, rows[0], rows[1], options);
        Hag hag = found.plan(options);
        double saved = found.report(hag).transfersFactor();
        DirectPlan direct = DirectPlan.of(nodes, rows[0], rows[1], null);
        for (int width : widths) {
            measure(
                    name,
                    (mode == HagOptions.Mode.OPEN ? direct : direct.closed()).withThreads(threads),
                    HagPlan.of(hag, mode).withThreads(threads),
                    saved,
                    width);
        }
    }

    private void measure(
            String name, AggregationPlan direct, @Nullable AggregationPlan shared, double saved, int width) {
        float[] in = new float[direct.sources() * width];
        float[] out = new float[direct.targets() * width];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < in.length; i++) {
            in[i] = (float) random.nextDouble();
        }
        Turns turns = new Turns();
        int directSum = turns.add(() -> direct.sum(in, width, out));
        int sharedSum = shared == null ? -1 : turns.add(() -> shared.sum(in, width, out));
        int directBack = turns.add(() -> direct.sumTransposed(out, width, in));
        int sharedBack = shared == null ? -1 : turns.add(() -> shared.sumTransposed(out, width, in));
        turns.run(seconds);
        // Apart, as it would leave the caches cold for whoever comes next.
        Turns copies = new Turns();
        int plainCopy = copies.add(() -> System.arraycopy(copied, 0, copy, 0, COPIED_FLOATS));
        copies.run(seconds / 5);
        double read = 4.0 * width * (direct.rowAdditions() + direct.targets()) / turns.median(directSum);
        double bandwidth = 8.0 * COPIED_FLOATS / copies.median(plainCopy);
        System.out.printf(
                "| %s | %s | %d | %.1f | %.3f | %.2f | %.1f | %.1f | %.0f %% | %.2f | %s | %s | %.3f | %s |%n",
                name,
                direct.mode(),
                width,
                4e-6 * in.length,
                turns.median(directSum) / 1e6,
                (double) turns.median(directSum) / direct.rowAdditions(),
                read,
                bandwidth,
                100 * read / bandwidth,
                saved,
                shared == null ? "" : "%.3f".formatted(turns.median(sharedSum) / 1e6),
                shared == null ? "" : "%.2f".formatted((double) turns.median(directSum) / turns.median(sharedSum)),
                turns.median(directBack) / 1e6,
                shared == null ? "" : "%.2f".formatted((double) turns.median(directBack) / turns.median(sharedBack)));
    }
}
