package io.anabranch.benchmark;

import io.anabranch.graph.Ownership;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.propagation.EngineWarmUp;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What hash tags save: the share of edges between partitions, the copies of vertices that partitions keep of each other, the rows that cross
 * per update ({@link Lockstep}, no log between them), and how evenly edges lie, with ids that have no tags and with tags by {@link Tags}.
 */
@Command(
        name = "locality",
        mixinStandardHelpOptions = true,
        description = "Edges, copies and messages between partitions, with hash tags and without.")
public final class Locality implements Runnable {

    private static final int[] WIDTHS = {16, 32, 16};
    private static final int BATCH = 1_000;

    @Parameters(arity = "0..*", description = "Data-set folders; one that is not there is left out")
    private List<Path> folders = List.of();

    @Option(names = "--partitions", split = ",", defaultValue = "4,16", description = "(default: ${DEFAULT-VALUE})")
    private List<Integer> partitions = List.of();

    @Option(names = "--updates", defaultValue = "50000", description = "(default: ${DEFAULT-VALUE})")
    private long updates;

    @Option(names = "--seed", defaultValue = "7", description = "(default: ${DEFAULT-VALUE})")
    private long seed;

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        Logs.warnings();
        System.exit(new CommandLine(new Locality()).execute(arguments));
    }

    @Override
    public void run() {
        EngineWarmUp.run();
        FrozenModel model = RandomModel.frozen(
                RandomModel.of(EngineThroughput.Kind.MEAN.convolution(), new SplittableRandom(seed), WIDTHS));
        System.out.println(
                "| graph | vertices | edges | partitions | tags | edges between partitions | copies per vertex | rows over per update | most vertices / mean | most edges / mean |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        for (DirectedGraph graph : graphs()) {
            for (int count : partitions) {
                for (Tags tags : Tags.values()) {
                    row(graph, count, tags, model);
                }
            }
        }
    }

    private List<DirectedGraph> graphs() {
        List<DirectedGraph> graphs = new ArrayList<>();
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                System.err.printf("There is no %s: left out.%n", folder);
                continue;
            }
            try {
                graphs.add(DirectedGraph.read(folder));
            } catch (IOException e) {
                throw new UncheckedIOException("The data set %s cannot be read.".formatted(folder), e);
            }
        }
        graphs.add(DirectedGraph.ofArxivShape(new SplittableRandom(seed)));
        return graphs;
    }

    private void row(DirectedGraph graph, int count, Tags tags, FrozenModel model) {
        String[] ids = tags.ids(graph, count, new SplittableRandom(seed));
        Ownership ownership = Ownership.byHash(count, 0);
        int[] owner = IntStream.range(0, ids.length)
                .map(v -> ownership.ownerOf(ids[v]))
                .toArray();
        long[] vertices = new long[count];
        long[] edges = new long[count];
        var copies = new LongOpenHashSet();
        int between = 0;
        for (int o : owner) {
            vertices[o]++;
        }
        for (int e = 0; e < graph.edges(); e++) {
            int source = graph.sources()[e];
            int at = owner[graph.targets()[e]];
            edges[at]++;
            if (owner[source] != at) {
                between++;
                copies.add((long) source * count + at);
            }
        }
        var stream = new UpdateStream(graph, ids, WIDTHS[0], new SplittableRandom(seed));
        var lockstep = new Lockstep(model, count, stream);
        lockstep.resetCounts();
        lockstep.run(stream, updates, BATCH);
        System.out.printf(
                "| %s | %,d | %,d | %d | %s | %.1f %% | %.2f | %.2f | %.2f | %.2f |%n",
                graph.name(),
                graph.vertices(),
                graph.edges(),
                count,
                tags.label(),
                100.0 * between / graph.edges(),
                (double) copies.size() / graph.vertices(),
                lockstep.sentPerUpdate(),
                balance(vertices),
                balance(edges));
    }

    private static double balance(long[] sizes) {
        return Arrays.stream(sizes).max().orElse(0)
                / Arrays.stream(sizes).average().orElse(1);
    }
}
