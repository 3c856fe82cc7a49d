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
import java.nio.file.Path;
import java.time.Clock;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Test accuracy of the default model on Cora's standard split, seeds 1 to 10, beside the same network without the graph.
 * Weights are chosen on the validation part; the test part is measured once, at the end. Prints a Markdown table.
 *
 * <p>Arguments: the folder of the data set (../shared/data/cora), and how many seeds (10).
 */
public final class CoraAccuracy {

    private record Row(long seed, TrainingReport graph, TrainingReport features) {}

    private CoraAccuracy() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments.length > 0 ? arguments[0] : "../shared/data/cora");
        int seeds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        GraphSnapshot graph = DataSetFolder.open(folder).snapshot();
        List<Row> rows = IntStream.rangeClosed(1, seeds)
                .mapToObj(seed -> row(graph, seed))
                .toList();
        print(rows, System.out);
    }

    private static Row row(GraphSnapshot graph, long seed) {
        TrainingTask task = TrainingTask.named(graph, DataSetFolder.TASK);
        TrainingOptions options = TrainingOptions.builder().seed(seed).build();
        TrainingReport withGraph = new Trainer(Clock.systemUTC(), "benchmark")
                .train(graph, task, options, ProgressListener.NONE, () -> false)
                .report();
        TrainingReport withoutGraph = new FeaturesOnlyBaseline(Clock.systemUTC())
                .train(graph, task, options, ProgressListener.NONE, () -> false);
        return new Row(seed, withGraph, withoutGraph);
    }

    private static void print(List<Row> rows, PrintStream out) {
        out.println(
                "| seed | test accuracy | validation accuracy | best epoch of | seconds | features only, test accuracy |");
        out.println("|---|---|---|---|---|---|");
        for (Row row : rows) {
            out.printf(
                    Locale.ROOT,
                    "| %d | %.3f | %.3f | %d of %d | %.2f | %.3f |%n",
                    row.seed(),
                    row.graph().metric(Part.TEST, "accuracy"),
                    row.graph().metric(Part.VALIDATION, "accuracy"),
                    row.graph().bestEpoch(),
                    row.graph().epochs(),
                    row.graph().seconds(),
                    row.features().metric(Part.TEST, "accuracy"));
        }
        DoubleSummaryStatistics test = rows.stream()
                .mapToDouble(row -> row.graph().metric(Part.TEST, "accuracy"))
                .summaryStatistics();
        double deviation = Math.sqrt(rows.stream()
                .mapToDouble(row -> Math.pow(row.graph().metric(Part.TEST, "accuracy") - test.getAverage(), 2))
                .average()
                .orElse(0));
        out.printf(
                Locale.ROOT,
                "%nMean test accuracy %.2f %% (deviation %.2f, least %.1f, most %.1f); features only %.2f %%; at most %.1f s per model.%n",
                100 * test.getAverage(),
                100 * deviation,
                100 * test.getMin(),
                100 * test.getMax(),
                100
                        * rows.stream()
                                .mapToDouble(row -> row.features().metric(Part.TEST, "accuracy"))
                                .average()
                                .orElse(Double.NaN),
                rows.stream().mapToDouble(row -> row.graph().seconds()).max().orElse(0));
    }
}
