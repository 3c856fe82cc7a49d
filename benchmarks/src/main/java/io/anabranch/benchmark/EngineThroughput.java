package io.anabranch.benchmark;

import io.anabranch.graph.Ownership;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.propagation.EngineHarness;
import io.anabranch.stream.propagation.EngineWarmUp;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The propagation engine alone: one thread, one partition, no log, no network, no state on disk.
 *
 * <p>A graph without a fifth of its edges, then a stream of one third each of new edges, deletes and feature updates, in batches. For each
 * convolution and batch size: updates a second, latency of a batch, bytes allocated, what the same updates cost when everything that they
 * reach is summed anew, and the whole graph's pass. At the end all embeddings are compared with {@link DoubleForward}.
 */
@Command(
        name = "engine-throughput",
        mixinStandardHelpOptions = true,
        description = "Updates per second of the propagation engine, and what bounds them.")
public final class EngineThroughput implements Runnable {
    private static final int[] WIDTHS = {128, 64, 40};
    private static final int COUNTED = 20_000;

    /** A layer's aggregation, as the command line names it. */
    enum Kind {
        SUM(Convolution.CONVOLUTION_SAGE_SUM),
        MEAN(Convolution.CONVOLUTION_SAGE_MEAN),
        GCN(Convolution.CONVOLUTION_GCN),
        MAX(Convolution.CONVOLUTION_SAGE_MAX),
        MIN(Convolution.CONVOLUTION_SAGE_MIN),
        GAT(Convolution.CONVOLUTION_GAT);

        private final Convolution convolution;

        Kind(Convolution convolution) {
            this.convolution = convolution;
        }

        Convolution convolution() {
            return convolution;
        }
    }

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--convolutions",
            split = ",",
            defaultValue = "SUM,MEAN,GCN",
            description = "Any of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private List<Kind> kinds = List.of();

    @Option(
            names = "--batches",
            split = ",",
            defaultValue = "1,10,100,1000,10000",
            description = "Updates per batch (default: ${DEFAULT-VALUE})")
    private List<Integer> batches = List.of();

    @Option(
            names = "--graph",
            description =
                    "Folder of a data set, of which the edges are taken; without it a graph of ogbn-arxiv's shape")
    private @Nullable Path folder;

    @Option(
            names = "--updates",
            defaultValue = "200000",
            description = "Updates of a measurement, or 100 batches if those are more (default: ${DEFAULT-VALUE})")
    private int updates;

    @Option(
            names = "--seconds",
            defaultValue = "5",
            description = "Longest time of a measurement (default: ${DEFAULT-VALUE})")
    private double seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "100000",
            description = "Updates before each measurement, for at most half its time (default: ${DEFAULT-VALUE})")
    private int warmUp;

    @Option(
            names = "--recompute-seconds",
            defaultValue = "3",
            description = "Longest time of a measurement of recomputation (default: ${DEFAULT-VALUE})")
    private double recomputeSeconds;

    @Option(names = "--seed", defaultValue = "7", description = "(default: ${DEFAULT-VALUE})")
    private long seed;

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        Logs.warnings();
        System.exit(new CommandLine(new EngineThroughput()).execute(arguments));
    }

    @Override
    public void run() {
        var random = new SplittableRandom(seed);
        DirectedGraph graph = graph(random);
        EngineWarmUp.run();
        FrozenModel sum = RandomModel.frozen(RandomModel.of(Convolution.CONVOLUTION_SAGE_SUM, random, WIDTHS));
        MachineBounds machine = MachineBounds.measure(sum.layer(1), graph.vertices(), WIDTHS[1]);
        print(
                "Graph %s: %,d vertices, %,d directed edges, a fifth held out. Java %s, %s, seed %d, load %.1f.%n%n%s",
                graph.name(),
                graph.vertices(),
                graph.edges(),
                Runtime.version(),
                LocalDate.now(),
                seed,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                machine.markdown());
        for (Kind kind : kinds) {
            measure(kind, graph, machine);
        }
    }

    private DirectedGraph graph(SplittableRandom random) {
        if (folder == null) {
            return DirectedGraph.ofArxivShape(random);
        }
        try {
            return DirectedGraph.read(folder);
        } catch (IOException e) {
            throw new CommandLine.ParameterException(
                    command.commandLine(),
                    "The folder %s cannot be read: %s%nMaybe the data set is not there; leave --graph out for a synthetic graph."
                            .formatted(folder, e.getMessage()),
                    e);
        }
    }

    private void measure(Kind kind, DirectedGraph graph, MachineBounds machine) {
        var random = new SplittableRandom(seed + 1);
        ModelSnapshot snapshot = RandomModel.of(kind.convolution, random, WIDTHS);
        FrozenModel model = RandomModel.frozen(snapshot);
        var stream = new UpdateStream(graph, WIDTHS[0], random);
        var engine = EngineHarness.of(model, Ownership.byHash(1, 0));
        stream.bootstrap(engine.graph()::apply);
        var table = new EngineTable(model, machine);
        table.bulkPass(bulkPass(engine));
        for (int batch : batches) {
            var cell = new EngineCell(engine, stream, batch);
            cell.run(warmUp, seconds / 2);
            var timing = cell.run(Math.max(updates, 100L * batch), seconds);
            table.incremental(batch, timing, cell.count(COUNTED, model.layers()));
        }
        table.error(EngineError.of(engine, new DoubleForward(snapshot, engine.graph())));
        engine.restart(EngineHarness.Mode.AFFECTED_SET);
        for (int batch : batches) {
            var cell = new EngineCell(engine, stream, batch);
            cell.run(updates, recomputeSeconds / 3);
            table.affectedSet(batch, cell.run(updates, recomputeSeconds));
        }
        print("## %s%n%n%s%n", kind, table.markdown(batches));
    }

    /** Nanoseconds of the fastest start of an engine. */
    private long bulkPass(EngineHarness engine) {
        long best = Long.MAX_VALUE;
        long begin = System.nanoTime();
        do {
            long start = System.nanoTime();
            engine.restart(EngineHarness.Mode.MEASURED);
            best = Math.min(best, System.nanoTime() - start);
        } while (System.nanoTime() - begin < recomputeSeconds * 1e9);
        return best;
    }

    private static void print(String format, Object... arguments) {
        System.out.printf(format, arguments);
        System.out.flush();
    }
}
