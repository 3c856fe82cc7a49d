package io.anabranch.benchmark;

import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.propagation.EngineWarmUp;
import java.util.List;
import java.util.SplittableRandom;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The same updates through one partition on one thread, and through two on two threads ({@link Lockstep}). */
@Command(
        name = "two-partitions",
        mixinStandardHelpOptions = true,
        description = "Updates per second of one partition, and of two on two threads.")
public final class TwoPartitions implements Runnable {
    private static final int[] WIDTHS = {128, 64, 40};

    @Option(
            names = "--convolutions",
            split = ",",
            defaultValue = "SUM,GCN",
            description = "Any of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private List<EngineThroughput.Kind> kinds = List.of();

    @Option(names = "--batches", split = ",", defaultValue = "1000,10000", description = "(default: ${DEFAULT-VALUE})")
    private List<Integer> batches = List.of();

    @Option(names = "--updates", defaultValue = "300000", description = "(default: ${DEFAULT-VALUE})")
    private long updates;

    @Option(names = "--seed", defaultValue = "7", description = "(default: ${DEFAULT-VALUE})")
    private long seed;

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        Logs.warnings();
        System.exit(new CommandLine(new TwoPartitions()).execute(arguments));
    }

    @Override
    public void run() {
        EngineWarmUp.run();
        var graph = DirectedGraph.ofArxivShape(new SplittableRandom(seed));
        System.out.println(
                "| convolution | batch | one partition, updates/s | two on two threads | rows handed over per update | worst difference |");
        System.out.println("|---|---|---|---|---|---|");
        for (var kind : kinds) {
            FrozenModel model =
                    RandomModel.frozen(RandomModel.of(kind.convolution(), new SplittableRandom(seed), WIDTHS));
            var streamOfOne = new UpdateStream(graph, WIDTHS[0], new SplittableRandom(seed));
            var streamOfTwo = new UpdateStream(graph, WIDTHS[0], new SplittableRandom(seed));
            var one = new Lockstep(model, 1, streamOfOne);
            var two = new Lockstep(model, 2, streamOfTwo);
            for (int batch : batches) {
                one.run(streamOfOne, updates / 3, batch);
                two.run(streamOfTwo, updates / 3, batch);
                two.resetCounts();
                double alone = one.run(streamOfOne, updates, batch);
                double together = two.run(streamOfTwo, updates, batch);
                System.out.printf(
                        "| %s | %,d | %,.0f | %,.0f | %.2f | %.1e |%n",
                        kind,
                        batch,
                        updates / alone,
                        updates / together,
                        two.sentPerUpdate(),
                        one.worstDifference(two, graph.vertices()));
            }
        }
    }
}
