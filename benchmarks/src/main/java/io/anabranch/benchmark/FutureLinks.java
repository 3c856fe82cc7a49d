package io.anabranch.benchmark;

import io.anabranch.graph.Part;
import io.anabranch.graph.snapshot.DataSetFolder;
import io.anabranch.learn.recurrent.Activations;
import io.anabranch.learn.recurrent.ForgetLimit;
import io.anabranch.learn.recurrent.Gru;
import io.anabranch.learn.recurrent.Lstm;
import io.anabranch.learn.recurrent.ReversibleGru;
import io.anabranch.learn.temporal.CellSource;
import io.anabranch.learn.temporal.ChronologicalSplit;
import io.anabranch.learn.temporal.EdgeBank;
import io.anabranch.learn.temporal.EventHistory;
import io.anabranch.learn.temporal.EventLabelTrainer;
import io.anabranch.learn.temporal.GraphOptions;
import io.anabranch.learn.temporal.HistoricalNegatives;
import io.anabranch.learn.temporal.LinkEvaluation;
import io.anabranch.learn.temporal.LinkEvaluation.Setting;
import io.anabranch.learn.temporal.LinkFigures;
import io.anabranch.learn.temporal.LinkScorer;
import io.anabranch.learn.temporal.Popularity;
import io.anabranch.learn.temporal.RandomNegatives;
import io.anabranch.learn.temporal.TemporalLinkModel;
import io.anabranch.learn.temporal.TemporalOptions;
import io.anabranch.learn.temporal.TemporalTrainer;
import io.anabranch.learn.temporal.VertexFeatures;
import io.anabranch.learn.temporal.VertexSequences;
import io.anabranch.model.v1.Convolution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Future links of a temporal data set, and where events are labelled the label of the event: a model that reads event histories beside the same
 * model without them and beside memory that learns nothing. Each seed has its own negatives, the same for all models. Every run is a line of
 * the results file, and one that stands there already is not run again, so a benchmark may be stopped and taken up. Prints a table at the
 * end, in points.
 */
@Command(
        name = "future-links",
        mixinStandardHelpOptions = true,
        description = "Average precision and reciprocal rank of future links.")
public final class FutureLinks implements Runnable {

    private enum Model {
        EDGE_BANK,
        EDGE_BANK_WINDOW,
        POPULARITY,
        RECENT_POPULARITY,
        WITHOUT_HISTORY,
        GRU,
        LSTM,
        REVERSIBLE_GRU,
        /** A graph encoder, which reads features alone. */
        GRAPH,
        /** A graph encoder, whose layer 0 reads what the cell shows. */
        GRAPH_GRU
    }

    /** Columns of the results behind model and seed. */
    private enum Figure {
        RANDOM_AP("random: AP"),
        RANDOM_AUC("AUC"),
        RANDOM_MRR("MRR"),
        RANDOM_AP_TRANSDUCTIVE("AP trans."),
        RANDOM_AP_INDUCTIVE("AP ind."),
        RANDOM_MRR_INDUCTIVE("MRR ind."),
        HISTORICAL_AP("historical: AP"),
        HISTORICAL_AUC("AUC"),
        HISTORICAL_MRR("MRR"),
        HISTORICAL_AP_TRANSDUCTIVE("AP trans."),
        HISTORICAL_AP_INDUCTIVE("AP ind."),
        HISTORICAL_MRR_INDUCTIVE("MRR ind."),
        LABEL_AUC("label: AUC");

        private final String heading;

        Figure(String heading) {
            this.heading = heading;
        }
    }

    private static final int KINDS = 2;
    private static final int FIGURES_OF_KIND = 6;

    @Parameters(paramLabel = "DIR", description = "Data-set folder.")
    private @Nullable Path folder;

    @Option(names = "--results", required = true, description = "File of the runs.")
    private @Nullable Path results;

    @Option(names = "--models", split = ",", description = "(default: all)")
    private List<Model> models = List.of(Model.values());

    @Option(names = "--seeds", defaultValue = "5", description = "From 1.")
    private int seeds;

    @Option(names = "--rivals", defaultValue = "100", description = "Negatives that each event is ranked among.")
    private int rivals;

    @Option(names = "--width", defaultValue = "64")
    private int width;

    @Option(names = "--identity", defaultValue = "32", description = "Random signs that stand for a vertex.")
    private int identity;

    @Option(names = "--window", defaultValue = "2000")
    private int window;

    @Option(names = "--graph-layers", defaultValue = "1")
    private int graphLayers;

    @Option(
            names = "--forgotten-bits",
            defaultValue = "3",
            description = "At most, per unit and event of a reversible cell; 0 for no limit.")
    private int forgottenBits;

    @Option(names = "--epochs", defaultValue = "20")
    private int epochs;

    @Option(names = "--patience", defaultValue = "4")
    private int patience;

    @Option(names = "--learning-rate", defaultValue = "0.003")
    private double learningRate;

    @Option(names = "--dropout", defaultValue = "0.1")
    private double dropout;

    @Option(names = "--weight-decay", defaultValue = "0")
    private double weightDecay;

    @Option(names = "--historical-share", defaultValue = "0.5", description = "Of the training's negatives.")
    private double historicalShare;

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new FutureLinks()).execute(arguments));
    }

    @Override
    public void run() {
        try {
            Path file = Objects.requireNonNull(results);
            Map<String, double[]> known = read(file);
            EventHistory history = EventHistory.of(
                    DataSetFolder.open(Objects.requireNonNull(folder)).timedEdges());
            VertexSequences sequences = VertexSequences.of(history);
            ChronologicalSplit split = ChronologicalSplit.of(history);
            for (int seed = 1; seed <= seeds; seed++) {
                for (Model model : models) {
                    if (!known.containsKey(key(model, seed))) {
                        known.put(key(model, seed), measure(sequences, split, model, seed, file));
                    }
                }
            }
            print(known);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String key(Model model, int seed) {
        return "%s\t%d".formatted(model, seed);
    }

    private static Map<String, double[]> read(Path file) throws IOException {
        Map<String, double[]> known = new TreeMap<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                List<String> cells = List.of(line.split("\t", -1));
                known.put(
                        cells.get(0) + "\t" + cells.get(1),
                        cells.subList(2, 2 + Figure.values().length).stream()
                                .mapToDouble(Double::parseDouble)
                                .toArray());
            }
        }
        return known;
    }

    private double[] measure(VertexSequences sequences, ChronologicalSplit split, Model model, int seed, Path file)
            throws IOException {
        long start = System.nanoTime();
        EventHistory history = sequences.history();
        LinkEvaluation evaluation = LinkEvaluation.of(
                history,
                split,
                Part.TEST,
                List.of(new RandomNegatives(history, -seed), new HistoricalNegatives(sequences, -seed)),
                rivals);
        double recent = history.time(split.end(Part.VALIDATION) - 1) - history.time(split.first(Part.VALIDATION));
        double[] figures = switch (model) {
            case EDGE_BANK -> figures(evaluation, EdgeBank.unlimited(history));
            case EDGE_BANK_WINDOW -> figures(evaluation, EdgeBank.within(history, recent));
            case POPULARITY -> figures(evaluation, Popularity.total(sequences));
            case RECENT_POPULARITY -> figures(evaluation, Popularity.recent(sequences, recent));
            case WITHOUT_HISTORY -> trained(sequences, split, evaluation, options(seed));
            case GRU -> trained(sequences, split, evaluation, options(seed).withCell(Gru::create));
            case LSTM -> trained(sequences, split, evaluation, options(seed).withCell(Lstm::create));
            case REVERSIBLE_GRU -> {
                TemporalOptions options = options(seed).withCell(reversible()).withActivations(Activations.RECOMPUTED);
                yield trained(sequences, split, evaluation, options);
            }
            case GRAPH -> trained(sequences, split, evaluation, options(seed).withGraph(graph()));
            case GRAPH_GRU -> {
                TemporalOptions options = options(seed).withCell(Gru::create).withGraph(graph());
                yield trained(sequences, split, evaluation, options);
            }
        };
        StringBuilder line = new StringBuilder(key(model, seed));
        for (double figure : figures) {
            line.append(String.format(Locale.ROOT, "\t%.4f", figure));
        }
        line.append(String.format(Locale.ROOT, "\t%.1f%n", (System.nanoTime() - start) / 1e9));
        Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return figures;
    }

    private TemporalOptions options(int seed) {
        return TemporalOptions.defaults()
                .withWidths(width, width, width / 2)
                .withWindow(window)
                .withHistoricalShare(historicalShare)
                .withRegularisation(dropout, weightDecay)
                .withEpochs(epochs, patience, learningRate)
                .withSeed(seed);
    }

    private CellSource reversible() {
        ForgetLimit limit = forgottenBits == 0 ? ForgetLimit.none() : ForgetLimit.ofBits(forgottenBits);
        return (name, type, in, out, random) -> ReversibleGru.create(name, type, in, out, limit, random);
    }

    private GraphOptions graph() {
        return new GraphOptions(Convolution.CONVOLUTION_SAGE_MEAN, graphLayers, width / 2);
    }

    private double[] trained(
            VertexSequences sequences, ChronologicalSplit split, LinkEvaluation evaluation, TemporalOptions options) {
        EventHistory history = sequences.history();
        VertexFeatures identities = VertexFeatures.identities(history.vertices(), identity, options.seed());
        TemporalTrainer.Trained trained = new TemporalTrainer(sequences, split, options)
                .train(identities, epoch -> System.err.printf(Locale.ROOT, "%s%n", epoch));
        try (TemporalLinkModel model = trained.model()) {
            double[] figures = figures(evaluation, model);
            if (labelled(history)) {
                figures[Figure.LABEL_AUC.ordinal()] = new EventLabelTrainer(history, split, model.eventRows())
                        .train(options.seed())
                        .getOrDefault(Part.TEST, Double.NaN);
            }
            return figures;
        }
    }

    private static boolean labelled(EventHistory history) {
        for (int e = 0; e < history.events(); e++) {
            if (history.label(e) == 1) {
                return true;
            }
        }
        return false;
    }

    private static double[] figures(LinkEvaluation evaluation, LinkScorer scorer) {
        float[] scores = scorer.scores(evaluation.queries());
        double[] figures = new double[Figure.values().length];
        Arrays.fill(figures, Double.NaN);
        for (int kind = 0; kind < KINDS; kind++) {
            LinkFigures all = evaluation.figures(scores, kind, Setting.ALL);
            LinkFigures inductive = evaluation.figures(scores, kind, Setting.INDUCTIVE);
            double[] ofKind = {
                all.averagePrecision(),
                all.rocAuc(),
                all.meanReciprocalRank(),
                evaluation.figures(scores, kind, Setting.TRANSDUCTIVE).averagePrecision(),
                inductive.averagePrecision(),
                inductive.meanReciprocalRank()
            };
            System.arraycopy(ofKind, 0, figures, kind * FIGURES_OF_KIND, FIGURES_OF_KIND);
        }
        return figures;
    }

    private void print(Map<String, double[]> known) {
        StringBuilder header = new StringBuilder("| model |");
        StringBuilder rule = new StringBuilder("|---|");
        for (Figure figure : Figure.values()) {
            header.append(" %s |".formatted(figure.heading));
            rule.append("---|");
        }
        System.out.printf("%s%n%s%n", header, rule);
        for (Model model : models) {
            StringBuilder row = new StringBuilder("| %s |".formatted(model));
            for (Figure figure : Figure.values()) {
                double[] runs = new double[seeds];
                for (int seed = 1; seed <= seeds; seed++) {
                    double[] run = known.get(key(model, seed));
                    runs[seed - 1] = run == null ? Double.NaN : 100 * run[figure.ordinal()];
                }
                MeanAndDeviation all = MeanAndDeviation.of(runs);
                row.append(Double.isNaN(all.mean()) ? " |" : " %s |".formatted(all.text(1)));
            }
            System.out.println(row);
        }
    }
}
