package io.anabranch.benchmark;

import io.anabranch.graph.snapshot.DataSetFolder;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.learn.probe.DepthChoice;
import io.anabranch.learn.probe.HopFigures;
import io.anabranch.learn.probe.ProbeOptions;
import io.anabranch.learn.probe.ProbeReport;
import io.anabranch.learn.train.Trainer;
import io.anabranch.learn.train.TrainingOptions;
import io.anabranch.learn.train.TrainingTask;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What a probe says of a data set: figures of every hop and stack of hops, the depth that it chooses, and how long it took, warm. Prints
 * Markdown.
 *
 * <p>Arguments: the folder of the data set (../shared/data/cora), the split (0).
 */
public final class ProbeDepth {

    private ProbeDepth() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments.length > 0 ? arguments[0] : "../shared/data/cora");
        int split = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
        GraphSnapshot graph = DataSetFolder.open(folder, split).snapshot();
        TrainingTask task = TrainingTask.named(graph, DataSetFolder.TASK);
        ProbeOptions probe = ProbeOptions.defaults();
        ProbeReport report = Trainer.probe(graph, task, TrainingOptions.defaults(), probe);
        long start = System.nanoTime();
        Trainer.probe(graph, task, TrainingOptions.defaults(), probe);
        double seconds = (System.nanoTime() - start) / 1e9;
        print(report, System.out);
        System.out.printf(
                Locale.ROOT,
                "%n%s%n%d of %d training rows, %.2f s.%n",
                DepthChoice.of(report, probe).reason(),
                report.rows(),
                report.trainingRows(),
                seconds);
        report.notes().forEach(System.out::println);
    }

    private static void print(ProbeReport report, PrintStream out) {
        out.println(
                "| hops l | rank | σ_min² | σ_max² | alignment | held-out alignment | stack 0…l: σ_min² | alignment | held-out alignment |");
        out.println("|---|---|---|---|---|---|---|---|---|");
        for (int l = 0; l <= report.hops(); l++) {
            HopFigures hop = report.single().get(l);
            HopFigures stack = report.stacked().get(l);
            out.printf(
                    Locale.ROOT,
                    "| %d | %d | %.1e | %.1e | %.4f | %.3f | %.1e | %.4f | %.3f |%n",
                    l,
                    hop.rank(),
                    hop.smallestNonZero(),
                    hop.greatest(),
                    hop.alignment(),
                    hop.heldOut(),
                    stack.smallestNonZero(),
                    stack.alignment(),
                    stack.heldOut());
        }
    }
}
