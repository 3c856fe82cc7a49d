package io.anabranch.benchmark;

import io.anabranch.graph.Part;
import io.anabranch.graph.snapshot.DataSetFolder;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.learn.train.DepthOptions;
import io.anabranch.learn.train.ProgressListener;
import io.anabranch.learn.train.Trainer;
import io.anabranch.learn.train.TrainingOptions;
import io.anabranch.learn.train.TrainingReport;
import io.anabranch.learn.train.TrainingTask;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.Readout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What depth does to the figure of the test part, connection beside connection: accuracy, or micro-F1 where a node has several labels. Every
 * training is a line of the results file, and one that stands there already is not run again, so a run may be stopped and taken up. Prints a
 * table of means at the end, in points.
 */
@Command(
        name = "depth-accuracy",
        mixinStandardHelpOptions = true,
        description = "Test accuracy by depth and connection.")
public final class DepthAccuracy implements Runnable {

    private enum Kind {
        PLAIN(DepthConnection.DEPTH_CONNECTION_PLAIN, Readout.READOUT_LAST),
        ALL_HOPS(DepthConnection.DEPTH_CONNECTION_PLAIN, Readout.READOUT_ALL_HOPS),
        RESIDUAL(DepthConnection.DEPTH_CONNECTION_RESIDUAL, Readout.READOUT_LAST),
        GRU(DepthConnection.DEPTH_CONNECTION_GRU, Readout.READOUT_LAST),
        LSTM(DepthConnection.DEPTH_CONNECTION_LSTM, Readout.READOUT_LAST),
        MOMENTUM(DepthConnection.DEPTH_CONNECTION_MOMENTUM, Readout.READOUT_LAST),
        REVERSIBLE_GATE(DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE, Readout.READOUT_LAST);

        private final DepthConnection connection;
        private final Readout readout;

        Kind(DepthConnection connection, Readout readout) {
            this.connection = connection;
            this.readout = readout;
        }
    }

    @Parameters(paramLabel = "DIR", description = "Data-set folder.")
    private @Nullable Path folder;

    @Option(names = "--results", required = true, description = "File of the trainings that were run.")
    private @Nullable Path results;

    @Option(names = "--depths", split = ",", defaultValue = "2,4,8,16,32")
    private List<Integer> depths = List.of();

    @Option(names = "--kinds", split = ",", description = "(default: all)")
    private List<Kind> kinds = List.of(Kind.values());

    @Option(
            names = "--seeds",
            defaultValue = "5",
            description = "From 1; where a data set has several splits, each seed has its own.")
    private int seeds;

    @Option(names = "--splits", defaultValue = "1", description = "How many the data set has.")
    private int splits;

    @Option(names = "--hidden", defaultValue = "64")
    private int hidden;

    @Option(names = "--epochs", defaultValue = "200")
    private int epochs;

    @Option(names = "--patience", defaultValue = "50")
    private int patience;

    @Option(names = "--learning-rate", defaultValue = "0.01")
    private double learningRate;

    @Option(names = "--dropout", defaultValue = "0.5")
    private double dropout;

    @Option(names = "--weight-decay", defaultValue = "5e-4")
    private double weightDecay;

    @Option(names = "--convolution", defaultValue = "CONVOLUTION_GCN")
    private Convolution convolution = Convolution.CONVOLUTION_GCN;

    @Option(names = "--stored", description = "Reversible connections store activations.")
    private boolean stored;

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new DepthAccuracy()).execute(arguments));
    }

    @Override
    public void run() {
        try {
            Path file = Objects.requireNonNull(results);
            Map<String, Double> known = read(file);
            for (int seed = 1; seed <= seeds; seed++) {
                GraphSnapshot graph = DataSetFolder.open(Objects.requireNonNull(folder), (seed - 1) % splits)
                        .snapshot();
                for (int depth : depths) {
                    for (Kind kind : kinds) {
                        if (!known.containsKey(key(kind, depth, seed))) {
                            known.put(key(kind, depth, seed), train(graph, kind, depth, seed, file));
                        }
                    }
                }
            }
            print(known);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String key(Kind kind, int depth, int seed) {
        return "%s\t%d\t%d".formatted(kind, depth, seed);
    }

    private static Map<String, Double> read(Path file) throws IOException {
        Map<String, Double> known = new TreeMap<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                String[] cells = line.split("\t", -1);
                known.put(String.join("\t", cells[0], cells[1], cells[2]), Double.parseDouble(cells[3]));
            }
        }
        return known;
    }

    private double train(GraphSnapshot graph, Kind kind, int depth, int seed, Path file) throws IOException {
        TrainingOptions options = TrainingOptions.builder()
                .convolution(convolution)
                .layers(depth)
                .hiddenWidth(hidden)
                .learningRate(learningRate)
                .dropout(dropout)
                .weightDecay(weightDecay)
                .maxEpochs(epochs)
                .patience(patience)
                .seed(seed)
                .depth(DepthOptions.of(kind.connection).with(kind.readout).withStoredActivations(stored))
                .build();
        TrainingReport report = new Trainer(Clock.systemUTC(), "benchmark")
                .train(
                        graph,
                        TrainingTask.named(graph, DataSetFolder.TASK),
                        options,
                        ProgressListener.NONE,
                        () -> false)
                .report();
        String figure = report.metrics().getOrDefault(Part.TEST, Map.of()).containsKey("accuracy")
                ? "accuracy"
                : report.metricName();
        double test = report.metric(Part.TEST, figure);
        Files.writeString(
                file,
                String.format(
                        Locale.ROOT,
                        "%s\t%.4f\t%.4f\t%d\t%d\t%.1f%n",
                        key(kind, depth, seed),
                        test,
                        report.metric(Part.VALIDATION, figure),
                        report.bestEpoch(),
                        report.epochs(),
                        report.seconds()),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        return test;
    }

    private void print(Map<String, Double> known) {
        StringBuilder header = new StringBuilder("| connection |");
        StringBuilder rule = new StringBuilder("|---|");
        for (int depth : new TreeSet<>(depths)) {
            header.append(" %d |".formatted(depth));
            rule.append("---|");
        }
        System.out.printf("%s%n%s%n", header, rule);
        for (Kind kind : kinds) {
            StringBuilder row = new StringBuilder("| %s |".formatted(kind));
            for (int depth : new TreeSet<>(depths)) {
                double[] runs = new double[seeds];
                for (int seed = 1; seed <= seeds; seed++) {
                    runs[seed - 1] = 100 * known.getOrDefault(key(kind, depth, seed), Double.NaN);
                }
                row.append(" %s |".formatted(MeanAndDeviation.of(runs).text(1)));
            }
            System.out.println(row);
        }
    }
}
