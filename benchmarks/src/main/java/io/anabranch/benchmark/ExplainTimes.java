package io.anabranch.benchmark;

import io.anabranch.model.v1.Convolution;
import io.anabranch.serve.explain.ExplainQuery;
import io.anabranch.serve.explain.Explanation;
import io.anabranch.serve.predict.ModelChoice;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Explanations of random vertices of data sets in one process, without transport, one after the other: time, and what was read for each. */
@Command(
        name = "explain-times",
        mixinStandardHelpOptions = true,
        description = "Times of explanations, with and without edges left out.")
public final class ExplainTimes implements Runnable {

    private static final int[] LEFT_OUT = {0, 10};

    @Parameters(description = "Folders of data sets", arity = "1..*")
    private List<Path> folders = List.of();

    @Option(names = "--seconds", defaultValue = "4", description = "Of each measurement (default: ${DEFAULT-VALUE})")
    private int seconds;

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        Logs.warnings();
        System.exit(new CommandLine(new ExplainTimes()).execute(arguments));
    }

    @Override
    public void run() {
        System.out.printf("| graph | model | left out | explanations | nodes read | edges read | p50 µs | p99 µs |%n");
        System.out.printf("|---|---|---|---|---|---|---|---|%n");
        for (Path folder : folders) {
            for (Convolution convolution : List.of(Convolution.CONVOLUTION_SAGE_MEAN, Convolution.CONVOLUTION_GAT)) {
                try (ExplainBench bench = new ExplainBench(DataSets.open(folder), convolution)) {
                    for (int leftOut : LEFT_OUT) {
                        measure(bench, leftOut, new Latencies());
                    }
                    for (int leftOut : LEFT_OUT) {
                        row(folder, convolution, bench, leftOut);
                    }
                }
            }
        }
    }

    private record Read(long explanations, long nodes, long edges) {}

    private void row(Path folder, Convolution convolution, ExplainBench bench, int leftOut) {
        Latencies latencies = new Latencies();
        Read read = measure(bench, leftOut, latencies);
        System.out.printf(
                "| %s | %s | %d | %,d | %,.0f | %,.0f | %s | %s |%n",
                folder.getFileName(),
                convolution.name().substring("CONVOLUTION_".length()),
                leftOut,
                read.explanations(),
                (double) read.nodes() / read.explanations(),
                (double) read.edges() / read.explanations(),
                latencies.percentile(0.5),
                latencies.percentile(0.99));
    }

    private Read measure(ExplainBench bench, int leftOut, Latencies latencies) {
        SplittableRandom random = new SplittableRandom(7);
        long explanations = 0;
        long nodes = 0;
        long edges = 0;
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        while (System.nanoTime() < end) {
            String id = bench.id(random.nextInt(bench.size()));
            ExplainQuery query = new ExplainQuery(
                    ModelChoice.ANY,
                    ExplainBench.TASK,
                    List.of(id),
                    "",
                    "",
                    new ExplainQuery.Limits(20, 10, 5, 10, 0),
                    leftOut);
            long begin = System.nanoTime();
            Explanation explanation = bench.explain(query);
            latencies.add(System.nanoTime() - begin);
            if (!explanation.agrees()) {
                throw new IllegalStateException("%s is off by %s.".formatted(id, explanation.embeddingError()));
            }
            explanations++;
            nodes += explanation.nodesRead();
            edges += explanation.edgesRead();
        }
        return new Read(explanations, nodes, edges);
    }
}
