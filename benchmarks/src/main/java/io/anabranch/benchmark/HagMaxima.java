package io.anabranch.benchmark;

import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.pass.DirectPlan;
import io.anabranch.graph.hag.pass.HagPlan;
import io.anabranch.graph.hag.search.HagSearch;
import io.anabranch.graph.snapshot.DataSetFolder;
import io.anabranch.stream.frozen.ExtremumKernels;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One pass of neighbour maxima with their holders: edge by edge, as an engine starts, and over direct and shared plans. */
@Command(
        name = "hag-maxima",
        mixinStandardHelpOptions = true,
        description = "Times of neighbour maxima with holders: edge by edge, and over direct and shared plans.")
public final class HagMaxima implements Runnable {

    @Parameters(paramLabel = "DIR", arity = "1..*", description = "Data-set folders.")
    private List<Path> folders = List.of();

    @Option(names = "--widths", split = ",", defaultValue = "16,64", description = "(default: ${DEFAULT-VALUE})")
    private List<Integer> widths = List.of();

    @Option(names = "--seconds", defaultValue = "1", description = "Of each measurement (default: ${DEFAULT-VALUE})")
    private double seconds;

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new HagMaxima()).execute(arguments));
    }

    @Override
    public void run() {
        System.out.printf(
                "Java %s, %s, load %.1f.%n%n",
                Runtime.version(),
                LocalDate.now(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        System.out.printf(
                "| graph | width | edge by edge ms | direct plan ms | without holders | shared plan ms | without holders |%n|---|---|---|---|---|---|---|%n");
        for (Path folder : folders) {
            DataSetFolder data = DataSets.open(folder);
            int[][] rows = HagRows.of(data.inRows());
            HagOptions options = HagOptions.of(HagOptions.Mode.OPEN).withLambda(4);
            int nodes = rows[0].length - 1;
            DirectPlan direct = DirectPlan.of(nodes, rows[0], rows[1], null);
            HagPlan shared = HagPlan.of(
                    HagSearch.search(nodes, rows[0], rows[1], options).plan(options), HagOptions.Mode.OPEN);
            for (int width : widths) {
                measure(data.name(), rows, direct, shared, width);
            }
        }
    }

    private void measure(String name, int[][] rows, DirectPlan direct, HagPlan shared, int width) {
        float[] in = new float[direct.sources() * width];
        float[] out = new float[direct.targets() * width];
        int[] holders = new int[out.length];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < in.length; i++) {
            in[i] = (float) random.nextDouble();
        }
        Turns turns = new Turns();
        int folded = turns.add(() -> fold(rows, in, width, out, holders));
        int directHeld = turns.add(() -> direct.max(in, width, out, holders));
        int directPlain = turns.add(() -> direct.max(in, width, out, null));
        int sharedHeld = turns.add(() -> shared.max(in, width, out, holders));
        int sharedPlain = turns.add(() -> shared.max(in, width, out, null));
        turns.run(seconds);
        System.out.printf(
                "| %s | %d | %.1f | %.1f | %.1f | %.1f | %.1f |%n",
                name,
                width,
                turns.median(folded) / 1e6,
                turns.median(directHeld) / 1e6,
                turns.median(directPlain) / 1e6,
                turns.median(sharedHeld) / 1e6,
                turns.median(sharedPlain) / 1e6);
    }

    private static void fold(int[][] rows, float[] in, int width, float[] max, int[] holders) {
        Arrays.fill(max, Float.NEGATIVE_INFINITY);
        Arrays.fill(holders, ExtremumKernels.NO_WITNESS);
        for (int v = 0; v + 1 < rows[0].length; v++) {
            for (int e = rows[0][v]; e < rows[0][v + 1]; e++) {
                int u = rows[1][e];
                ExtremumKernels.fold(1, in, u * width, u, max, holders, v * width, width);
            }
        }
    }
}
