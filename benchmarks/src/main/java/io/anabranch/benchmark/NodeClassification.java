package io.anabranch.benchmark;

import io.anabranch.graph.Part;
import io.anabranch.graph.snapshot.DataSetFolder;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.learn.train.FeaturesOnlyBaseline;
import io.anabranch.learn.train.ProgressListener;
import io.anabranch.learn.train.Trainer;
import io.anabranch.learn.train.TrainingOptions;
import io.anabranch.learn.train.TrainingReport;
import io.anabranch.learn.train.TrainingTask;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What the default model makes of the test part of one split, beside the same network without the graph: accuracy, or
 * micro-F1 where a node has several labels. Weights are chosen on the validation part; the test part is measured once, at
 * the end. Prints a Markdown table.
 *
 * <p>Arguments: the folder of the data set (../shared/data/cora), the split (0), and how many seeds, from 1 (10).
 */
public final class NodeClassification {

    /** {@code processorSeconds} of the training thread, which other load on the machine does not lengthen much. */
    private record Row(long seed, TrainingReport graph, double processorSeconds, TrainingReport features) {}

    private NodeClassification() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments.length > 0 ? arguments[0] : "../shared/data/cora");
        int split = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
        int seeds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 10;
        GraphSnapshot graph = DataSetFolder.open(folder, split).snapshot();
        List<Row> rows = IntStream.rangeClosed(1, seeds)
                .mapToObj(seed -> row(graph, seed))
                .toList();
        print(rows, System.out);
    }

    private static Row row(GraphSnapshot graph, long seed) {
        TrainingTask task = TrainingTask.named(graph, DataSetFolder.TASK);
        TrainingOptions options = TrainingOptions.builder().seed(seed).build();
        long start = processorNanos();
        TrainingReport withGraph = new Trainer(Clock.systemUTC(), "benchmark")
                .train(graph, task, options, ProgressListener.NONE, () -> false)
                .report();
        double seconds = (processorNanos() - start) / 1e9;
        TrainingReport withoutGraph = new FeaturesOnlyBaseline(Clock.systemUTC())
                .train(graph, task, options, ProgressListener.NONE, () -> false);
        return new Row(seed, withGraph, seconds, withoutGraph);
    }

    private static long processorNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** The same figure for every set of a kind, also where the trainer chose the weights by another one. */
    private static String figure(TrainingReport report) {
        return report.metrics().getOrDefault(Part.TEST, Map.of()).containsKey("accuracy")
                ? "accuracy"
                : report.metricName();
    }

    private static void print(List<Row> rows, PrintStream out) {
        String figure = figure(rows.getFirst().graph());
        out.printf(
                "| seed | test %1$s | validation %1$s | best epoch of | s | s of one core | without the graph |%n",
                figure);
        out.println("|---|---|---|---|---|---|---|");
        for (Row row : rows) {
            out.printf(
                    Locale.ROOT,
                    "| %d | %.3f | %.3f | %d of %d | %.1f | %.1f | %.3f |%n",
                    row.seed(),
                    row.graph().metric(Part.TEST, figure),
                    row.graph().metric(Part.VALIDATION, figure),
                    row.graph().bestEpoch(),
                    row.graph().epochs(),
                    row.graph().seconds(),
                    row.processorSeconds(),
                    row.features().metric(Part.TEST, figure));
        }
        double mean = mean(rows, row -> row.graph().metric(Part.TEST, figure));
        double variance = mean(rows, row -> Math.pow(row.graph().metric(Part.TEST, figure) - mean, 2));
        out.printf(
                Locale.ROOT,
                "%nMean test %s %.2f %% (deviation %.2f, least %.1f, most %.1f); validation %.2f %%; without the graph %.2f %%;"
                        + " at most %.1f s, %.1f s of one core per model.%n",
                figure,
                100 * mean,
                100 * Math.sqrt(variance),
                -100 * most(rows, row -> -row.graph().metric(Part.TEST, figure)),
                100 * most(rows, row -> row.graph().metric(Part.TEST, figure)),
                100 * mean(rows, row -> row.graph().metric(Part.VALIDATION, figure)),
                100 * mean(rows, row -> row.features().metric(Part.TEST, figure)),
                most(rows, row -> row.graph().seconds()),
                most(rows, Row::processorSeconds));
    }

    private static double mean(List<Row> rows, ToDoubleFunction<Row> value) {
        return rows.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    private static double most(List<Row> rows, ToDoubleFunction<Row> value) {
        return rows.stream().mapToDouble(value).max().orElse(Double.NaN);
    }
}
