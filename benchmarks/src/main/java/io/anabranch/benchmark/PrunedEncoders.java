package io.anabranch.benchmark;

import io.anabranch.graph.Part;
import io.anabranch.learn.recurrent.ForgetLimit;
import io.anabranch.learn.recurrent.Gru;
import io.anabranch.learn.recurrent.ReversibleGru;
import io.anabranch.learn.spectral.KeptUnits;
import io.anabranch.learn.spectral.UnitStrategy;
import io.anabranch.learn.temporal.CellSource;
import io.anabranch.learn.temporal.ChronologicalSplit;
import io.anabranch.learn.temporal.EncoderPruning;
import io.anabranch.learn.temporal.EventHistory;
import io.anabranch.learn.temporal.HistoricalNegatives;
import io.anabranch.learn.temporal.LinkEvaluation;
import io.anabranch.learn.temporal.LinkEvaluation.Setting;
import io.anabranch.learn.temporal.LinkScorer;
import io.anabranch.learn.temporal.RandomNegatives;
import io.anabranch.learn.temporal.TemporalLinkModel;
import io.anabranch.learn.temporal.TemporalOptions;
import io.anabranch.learn.temporal.VertexSequences;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What an encoder of event histories is worth with fewer units and without training on: chosen by spectral pruning, by leverage, by the weights'
 * magnitude and by chance, with and without a guess at the units that are gone. Prints a line for each, then means in points.
 */
@Command(
        name = "pruned-encoders",
        mixinStandardHelpOptions = true,
        description = "Average precision of future links before and after spectral pruning.")
public final class PrunedEncoders implements Runnable {

    private enum Cell {
        GRU(Gru::create),
        REVERSIBLE_GRU((name, type, in, width, random) ->
                ReversibleGru.create(name, type, in, width, ForgetLimit.ofBits(3), random));

        private final CellSource source;

        Cell(CellSource source) {
            this.source = source;
        }
    }

    @Parameters(paramLabel = "DIR", description = "Data-set folder.")
    private @Nullable Path folder;

    @Option(names = "--cells", split = ",", defaultValue = "GRU,REVERSIBLE_GRU")
    private List<Cell> cells = List.of();

    @Option(names = "--width", defaultValue = "64", description = "Units of the whole encoder.")
    private int width;

    @Option(names = "--units", split = ",", defaultValue = "22", description = "That stay, even.")
    private List<Integer> units = List.of();

    @Option(names = "--strategies", split = ",", description = "(default: all) ${COMPLETION-CANDIDATES}")
    private List<UnitStrategy> strategies = List.of(UnitStrategy.values());

    @Option(names = "--seeds", defaultValue = "5", description = "From 1.")
    private int seeds;

    @Option(names = "--weights", description = "Folder of trained models, which are not trained again.")
    private @Nullable Path weights;

    @Option(names = "--window", defaultValue = "1000")
    private int window;

    @Option(names = "--epochs", defaultValue = "10")
    private int epochs;

    @Option(names = "--learning-rate", defaultValue = "0.004")
    private double learningRate;

    private final Map<String, List<double[]>> all = new LinkedHashMap<>();

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new PrunedEncoders()).execute(arguments));
    }

    @Override
    public void run() {
        EventHistory history =
                EventHistory.of(DataSets.open(Objects.requireNonNull(folder)).timedEdges());
        System.out.println("| cell | units | choice | seed | random: AP | historical: AP | input loss | output loss |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        for (int seed = 1; seed <= seeds; seed++) {
            for (Cell cell : cells) {
                measure(VertexSequences.of(history), cell, seed);
            }
        }
        System.out.println("\n| cell | units | choice | random: AP | historical: AP |");
        System.out.println("|---|---|---|---|---|");
        all.forEach((key, runs) -> System.out.printf(
                Locale.ROOT, "| %s | %s | %s |%n", key, meanAndDeviation(runs, 0), meanAndDeviation(runs, 1)));
    }

    private void measure(VertexSequences sequences, Cell cell, int seed) {
        EventHistory history = sequences.history();
        ChronologicalSplit split = ChronologicalSplit.of(history);
        TemporalOptions options = TemporalOptions.defaults()
                .withCell(cell.source)
                .withWidths(width, width, width / 2)
                .withWindow(window)
                .withEpochs(epochs, 3, learningRate)
                .withSeed(seed);
        LinkEvaluation test = LinkEvaluation.of(
                history,
                split,
                Part.TEST,
                List.of(new RandomNegatives(history, -seed), new HistoricalNegatives(sequences, -seed)),
                0);
        String name = "%s-%s%d-%d-%d-%s"
                .formatted(Objects.requireNonNull(folder).getFileName(), cell, width, window, epochs, learningRate);
        try (TemporalLinkModel model = new TrainedEncoders(weights, 32).of(name, sequences, options)) {
            record(cell, width, "whole", seed, figures(test, model), List.of());
            for (int count : units) {
                EncoderPruning pruning = EncoderPruning.to(cell == Cell.GRU ? count : count / 2);
                for (UnitStrategy strategy : strategies) {
                    for (boolean reconstructed : new boolean[] {true, false}) {
                        EncoderPruning.Pruned pruned =
                                pruning.with(strategy, reconstructed, seed).prune(model, split.first(Part.TEST));
                        String choice = strategy.name().toLowerCase(Locale.ROOT) + (reconstructed ? "" : ", bare");
                        try (TemporalLinkModel small = pruned.model()) {
                            record(cell, count, choice, seed, figures(test, small), pruned.kept());
                        }
                    }
                }
            }
        }
    }

    private static double[] figures(LinkEvaluation test, LinkScorer scorer) {
        float[] scores = scorer.scores(test.queries());
        return new double[] {
            test.figures(scores, 0, Setting.ALL).averagePrecision(),
            test.figures(scores, 1, Setting.ALL).averagePrecision()
        };
    }

    private void record(Cell cell, int count, String choice, int seed, double[] figures, List<KeptUnits> kept) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %s | %d | %.2f | %.2f | %.4f | %.4f |%n",
                cell,
                count,
                choice,
                seed,
                100 * figures[0],
                100 * figures[1],
                kept.stream().mapToDouble(KeptUnits::inputLoss).sum(),
                kept.stream().mapToDouble(KeptUnits::outputLoss).sum());
        all.computeIfAbsent("%s | %d | %s".formatted(cell, count, choice), key -> new ArrayList<>())
                .add(figures);
    }

    private static String meanAndDeviation(List<double[]> runs, int column) {
        return MeanAndDeviation.of(
                        runs.stream().mapToDouble(run -> 100 * run[column]).toArray())
                .text(1);
    }
}
