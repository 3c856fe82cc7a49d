package io.anabranch.benchmark;

import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.stream.propagation.EngineWarmUp;
import java.lang.management.ManagementFactory;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What a connection along depth costs in the propagation engine: one thread, one partition, single updates, by connection and number of layers.
 *
 * <p>The graph is a ring in which each vertex has edges from a few of those around it, so that an update reaches as many vertices more at each layer, and not
 * the whole graph after five. Engines of one depth are measured in turns, each on the same updates, and compared with the plain one of the same turn.
 */
@Command(
        name = "deep-engine",
        mixinStandardHelpOptions = true,
        description = "What connections along depth cost per update.")
public final class DeepEngine implements Runnable {
    private static final List<DepthConnection> CONNECTIONS = List.of(
            DepthConnection.DEPTH_CONNECTION_PLAIN,
            DepthConnection.DEPTH_CONNECTION_RESIDUAL,
            DepthConnection.DEPTH_CONNECTION_MOMENTUM,
            DepthConnection.DEPTH_CONNECTION_GRU,
            DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE,
            DepthConnection.DEPTH_CONNECTION_LSTM);

    @Option(names = "--layers", split = ",", defaultValue = "2,8,16", description = "(default: ${DEFAULT-VALUE})")
    private List<Integer> depths = List.of();

    @Option(names = "--width", defaultValue = "64", description = "Of features and layers (default: ${DEFAULT-VALUE})")
    private int width;

    @Option(names = "--vertices", defaultValue = "20000", description = "(default: ${DEFAULT-VALUE})")
    private int vertices;

    @Option(names = "--around", defaultValue = "8", description = "How far edges go (default: ${DEFAULT-VALUE})")
    private int around;

    @Option(names = "--rounds", defaultValue = "5", description = "(default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "1", description = "Of each measurement (default: ${DEFAULT-VALUE})")
    private double seconds;

    @Option(names = "--seed", defaultValue = "7", description = "(default: ${DEFAULT-VALUE})")
    private long seed;

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        Logs.warnings();
        System.exit(new CommandLine(new DeepEngine()).execute(arguments));
    }

    @Override
    public void run() {
        EngineWarmUp.run();
        var graph = ring();
        System.out.printf(
                "%,d vertices, %,d edges, width %d. Java %s, %s, seed %d, load %.1f.%n%n",
                graph.vertices(),
                graph.edges(),
                width,
                Runtime.version(),
                LocalDate.now(),
                seed,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        System.out.println(
                "| layers | connection | µs per update, median of rounds | of plain, median (least to most) | rows moved per update | start, ms |");
        System.out.println("|---|---|---|---|---|---|");
        for (int layers : depths) {
            measure(layers, graph);
        }
    }

    private DirectedGraph ring() {
        var random = new SplittableRandom(seed);
        int[] sources = new int[4 * vertices];
        int[] targets = new int[4 * vertices];
        for (int v = 0; v < vertices; v++) {
            int[] steps = random.ints(1, around + 1).distinct().limit(4).toArray();
            for (int i = 0; i < 4; i++) {
                sources[4 * v + i] = Math.floorMod(v + (i % 2 == 0 ? steps[i] : -steps[i]), vertices);
                targets[4 * v + i] = v;
            }
        }
        return new DirectedGraph("ring", vertices, sources, targets);
    }

    private void measure(int layers, DirectedGraph graph) {
        Map<String, ModelSnapshot> models = new LinkedHashMap<>();
        for (var connection : CONNECTIONS) {
            models.put(
                    connection.name().substring("DEPTH_CONNECTION_".length()),
                    DeepModel.of(connection, layers, width, new SplittableRandom(seed + 1)));
        }
        for (var result : new EngineContest(graph, rounds, seconds, seed).run(models)) {
            System.out.printf(
                    "| %d | %s | %,.0f | %.2f (%.2f to %.2f) | %,.0f | %,d |%n",
                    layers,
                    result.name(),
                    result.micros(),
                    result.ratio(),
                    result.ratios()[0],
                    result.ratios()[rounds - 1],
                    result.rowsMoved(),
                    result.startMillis());
        }
    }
}
