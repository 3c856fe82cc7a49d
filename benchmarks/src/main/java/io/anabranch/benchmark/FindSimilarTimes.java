package io.anabranch.benchmark;

import io.anabranch.serve.predict.CandidateFilter;
import io.anabranch.serve.predict.LinkQuery;
import io.anabranch.serve.predict.ModelChoice;
import io.anabranch.serve.predict.Prediction.Similar;
import io.anabranch.serve.predict.Prediction.SimilarNode;
import io.anabranch.serve.predict.ScanLimit;
import io.anabranch.serve.predict.SimilarQuery;
import io.anabranch.serve.predict.SimilarityMetric;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Nearest neighbours and rankings of links in one process, without transport: time and recall while embeddings change, beside the
 * comparison with all in the same run, and what the index takes on the heap. One search at a time, each for a random vertex.
 */
@Command(
        name = "find-similar",
        mixinStandardHelpOptions = true,
        description = "Times, recall and memory of nearest neighbours, times of rankings.")
public final class FindSimilarTimes implements Runnable {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Option(names = "--vectors", defaultValue = "100000", description = "Vertices (default: ${DEFAULT-VALUE})")
    private int vectors;

    @Option(names = "--width", defaultValue = "64", description = "Columns (default: ${DEFAULT-VALUE})")
    private int width;

    @Option(names = "--changes", defaultValue = "1000", description = "Changes a second (default: ${DEFAULT-VALUE})")
    private int changes;

    @Option(names = "--seconds", defaultValue = "10", description = "Of each measurement (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--clusters",
            defaultValue = "200",
            description = "Gaussian clusters; 0: one cloud (default: ${DEFAULT-VALUE})")
    private int clusters;

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new FindSimilarTimes()).execute(arguments));
    }

    @Override
    public void run() {
        try (SimilarBench bench = new SimilarBench(vectors, width, clusters)) {
            bench.fill();
            long before = SimilarBench.heap();
            double built = bench.build();
            long grown = SimilarBench.heap() - before;
            System.out.printf(
                    "%n%,d × %d, %s; built in %.1f s; %,d bytes a vector on the heap, of which %,d are the vector (the gauge says %,d)%n%n",
                    vectors,
                    width,
                    clusters == 0 ? "one cloud" : clusters + " clusters",
                    built,
                    grown / vectors,
                    4 * width,
                    bench.gaugedBytes() / vectors);
            System.out.printf(
                    "| what | changes/s | answers | p50 µs | p99 µs | greatest µs | recall@10 | compared | not indexed yet |%n|---|---|---|---|---|---|---|---|---|%n");
            similar(bench, false, 0, 2);
            for (int rate : new int[] {0, changes}) {
                similar(bench, false, rate, seconds);
                similar(bench, true, rate, seconds);
            }
            rank(bench, 0);
            rank(bench, changes);
            System.out.printf(
                    "%nAt the end %,d vectors are indexed, %,d tombstones wait, and the embeddings are %,d.%n",
                    bench.gauge("anabranch.similar.vectors"),
                    bench.gauge("anabranch.similar.tombstones"),
                    bench.embeddings());
        }
    }

    private void similar(SimilarBench bench, boolean exact, int rate, int lasting) {
        Latencies latencies = new Latencies();
        SplittableRandom random = new SplittableRandom(5);
        long greatest = 0;
        long answers = 0;
        long compared = 0;
        long pending = 0;
        long byIndex = 0;
        double recall = 0;
        int sampled = 0;
        try (SimilarBench.Churn churn = bench.churn(rate)) {
            long end = System.nanoTime() + lasting * 1_000_000_000L;
            while (System.nanoTime() < end) {
                String id = bench.id(random.nextInt(bench.stable()));
                SimilarQuery query = query(id, exact);
                long begin = System.nanoTime();
                Similar found = bench.find(query, PATIENCE);
                long took = System.nanoTime() - begin;
                latencies.add(took);
                greatest = Math.max(greatest, took);
                answers++;
                compared += found.compared();
                pending += found.pending();
                byIndex += found.exactBecause() == null ? 1 : 0;
                if (!exact && answers % 20 == 0) {
                    recall += recall(found, bench.find(query(id, true), PATIENCE));
                    sampled++;
                }
            }
            churn.check();
        }
        System.out.printf(
                "| %s | %,d | %,d%s | %s | %s | %,d | %s | %,d | %,d |%n",
                exact ? "exact" : lasting < seconds ? "index (warming up)" : "index",
                rate,
                answers,
                exact || byIndex == answers ? "" : " (%,d by comparing all)".formatted(answers - byIndex),
                latencies.percentile(0.5),
                latencies.percentile(0.99),
                greatest / 1000,
                exact ? "1" : sampled == 0 ? "–" : "%.4f".formatted(recall / sampled),
                compared / answers,
                pending / answers);
    }

    private static double recall(Similar found, Similar exact) {
        Set<String> nearest = new HashSet<>();
        exact.nodes().forEach(node -> nearest.add(node.nodeId()));
        long hits = found.nodes().stream()
                .map(SimilarNode::nodeId)
                .filter(nearest::contains)
                .count();
        return hits / (double) nearest.size();
    }

    private static SimilarQuery query(String id, boolean exact) {
        return SimilarQuery.ofNode(ModelChoice.ANY, id, 10, SimilarityMetric.COSINE, CandidateFilter.NONE, exact);
    }

    private void rank(SimilarBench bench, int rate) {
        for (boolean head : new boolean[] {false, true}) {
            Latencies latencies = new Latencies();
            SplittableRandom random = new SplittableRandom(6);
            long greatest = 0;
            long answers = 0;
            try (SimilarBench.Churn churn = bench.churn(rate)) {
                long end = System.nanoTime() + seconds * 500_000_000L;
                while (System.nanoTime() < end) {
                    LinkQuery query = new LinkQuery(
                            ModelChoice.ANY,
                            head ? "projected" : "plain",
                            bench.id(random.nextInt(bench.stable())),
                            10,
                            List.of(),
                            CandidateFilter.NONE);
                    long begin = System.nanoTime();
                    bench.rank(query, ScanLimit.of(PATIENCE, () -> false));
                    long took = System.nanoTime() - begin;
                    latencies.add(took);
                    greatest = Math.max(greatest, took);
                    answers++;
                }
                churn.check();
            }
            System.out.printf(
                    "| rank links, %s | %,d | %,d | %s | %s | %,d | 1 | %,d | – |%n",
                    head ? "head of %d × %d".formatted(width, width) : "no head tensors",
                    rate,
                    answers,
                    latencies.percentile(0.5),
                    latencies.percentile(0.99),
                    greatest / 1000,
                    vectors);
        }
    }
}
