package io.anabranch.benchmark;

import io.anabranch.graph.Part;
import io.anabranch.learn.recurrent.Gru;
import io.anabranch.learn.recurrent.HiddenNoise;
import io.anabranch.learn.recurrent.NoiseMode;
import io.anabranch.learn.temporal.ChronologicalSplit;
import io.anabranch.learn.temporal.Disturbance;
import io.anabranch.learn.temporal.EventHistory;
import io.anabranch.learn.temporal.HistoricalNegatives;
import io.anabranch.learn.temporal.LinkEvaluation;
import io.anabranch.learn.temporal.LinkEvaluation.Setting;
import io.anabranch.learn.temporal.RandomNegatives;
import io.anabranch.learn.temporal.TemporalLinkModel;
import io.anabranch.learn.temporal.TemporalOptions;
import io.anabranch.learn.temporal.VertexSequences;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What models of event histories lose where the log that they read misses events, has them twice or late, or where what the cell reads is off:
 * trained without noise, with noise on the state, and with noise on the state and a disturbed log. Candidates and their times are the same in
 * all cases. Prints average precision, then what each disturbance costs each model, in points.
 */
@Command(
        name = "robustness",
        mixinStandardHelpOptions = true,
        description = "Average precision of future links from disturbed logs.")
public final class Robustness implements Runnable {

    private enum Training {
        NOISE_FREE("without noise"),
        HIDDEN_NOISE("noise on the state"),
        DISTURBED_LOG("disturbed log"),
        BOTH("noise on the state, disturbed log");

        private final String heading;

        Training(String heading) {
            this.heading = heading;
        }
    }

    /** Average precision by random and by historical negatives. */
    private record Figures(double random, double historical) {}

    private static final int IDENTITY = 32;

    @Parameters(paramLabel = "DIR", description = "Data-set folder.")
    private @Nullable Path folder;

    @Option(names = "--part", defaultValue = "TEST", description = "${COMPLETION-CANDIDATES}")
    private Part part = Part.TEST;

    @Option(names = "--trainings", split = ",", description = "(default: all) ${COMPLETION-CANDIDATES}")
    private List<Training> trainings = List.of(Training.values());

    @Option(names = "--seeds", defaultValue = "5", description = "From 1.")
    private int seeds;

    @Option(names = "--weights", description = "Folder of trained models, which are not trained again.")
    private @Nullable Path weights;

    @Option(names = "--hidden-noise", defaultValue = "0.2", description = "Additive, on the state in training.")
    private double hiddenNoise;

    @Option(
            names = "--trained-on",
            split = ",",
            defaultValue = "0.1,0.1,600,0.1",
            description = "The training's disturbance: dropped, doubled, delay in seconds, noise.")
    private List<Double> trainedOn = List.of();

    @Option(names = "--dropped", split = ",", defaultValue = "0.1,0.3")
    private List<Double> dropped = List.of();

    @Option(names = "--doubled", split = ",", defaultValue = "0.1,0.3")
    private List<Double> doubled = List.of();

    @Option(names = "--delays", split = ",", defaultValue = "60,600,3600", description = "Seconds.")
    private List<Double> delays = List.of();

    @Option(names = "--noise", split = ",", defaultValue = "0.1,0.2,0.3")
    private List<Double> noise = List.of();

    @Option(names = "--width", defaultValue = "64")
    private int width;

    @Option(names = "--window", defaultValue = "1000")
    private int window;

    @Option(names = "--epochs", defaultValue = "10")
    private int epochs;

    @Option(names = "--learning-rate", defaultValue = "0.004")
    private double learningRate;

    @Option(names = "--dropout", defaultValue = "0.1")
    private double dropout;

    @Option(names = "--weight-decay", defaultValue = "0")
    private double weightDecay;

    private final Map<Training, Map<String, List<Figures>>> all = new LinkedHashMap<>();

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Robustness()).execute(arguments));
    }

    @Override
    public void run() {
        EventHistory history =
                EventHistory.of(DataSets.open(Objects.requireNonNull(folder)).timedEdges());
        VertexSequences sequences = VertexSequences.of(history);
        for (int seed = 1; seed <= seeds; seed++) {
            LinkEvaluation evaluation = LinkEvaluation.of(
                    history,
                    ChronologicalSplit.of(history),
                    part,
                    List.of(new RandomNegatives(history, -seed), new HistoricalNegatives(sequences, -seed)),
                    0);
            for (Training training : trainings) {
                measure(sequences, evaluation, training, seed);
            }
        }
        print();
    }

    private void measure(VertexSequences sequences, LinkEvaluation evaluation, Training training, int seed) {
        TemporalOptions options = options(training).withSeed(seed);
        String name = "%s-gru%d-%d-%d-%s-%s-%s-%s-%s"
                .formatted(
                        Objects.requireNonNull(folder).getFileName(),
                        width,
                        window,
                        epochs,
                        learningRate,
                        dropout,
                        weightDecay,
                        options.noise().additive(),
                        options.disturbance().isNone() ? "undisturbed" : trainedOn);
        try (TemporalLinkModel model = new TrainedEncoders(weights, IDENTITY).of(name, sequences, options)) {
            disturbances().forEach((key, disturbance) -> {
                float[] scores = model.reading(disturbance.withSeed(seed)).scores(evaluation.queries());
                Figures figures = new Figures(
                        100 * evaluation.figures(scores, 0, Setting.ALL).averagePrecision(),
                        100 * evaluation.figures(scores, 1, Setting.ALL).averagePrecision());
                System.err.printf("%s, seed %d, %s: %s%n", training, seed, key, figures);
                all.computeIfAbsent(training, each -> new LinkedHashMap<>())
                        .computeIfAbsent(key, each -> new ArrayList<>())
                        .add(figures);
            });
        }
    }

    private TemporalOptions options(Training training) {
        TemporalOptions options = TemporalOptions.defaults()
                .withCell(Gru::create)
                .withWidths(width, width, width / 2)
                .withWindow(window)
                .withRegularisation(dropout, weightDecay)
                .withEpochs(epochs, 3, learningRate);
        HiddenNoise onState = new HiddenNoise(NoiseMode.EULER_MARUYAMA, hiddenNoise, 0);
        Disturbance ofLog = new Disturbance(trainedOn.get(0), trainedOn.get(1), trainedOn.get(2), trainedOn.get(3), 0);
        return switch (training) {
            case NOISE_FREE -> options;
            case HIDDEN_NOISE -> options.withNoise(onState);
            case DISTURBED_LOG -> options.withDisturbance(ofLog);
            case BOTH -> options.withNoise(onState).withDisturbance(ofLog);
        };
    }

    private Map<String, Disturbance> disturbances() {
        Map<String, Disturbance> disturbances = new LinkedHashMap<>();
        Disturbance none = Disturbance.none();
        disturbances.put("none", none);
        dropped.forEach(share -> disturbances.put("dropped " + share, none.withDropped(share)));
        doubled.forEach(share -> disturbances.put("doubled " + share, none.withDoubled(share)));
        delays.forEach(seconds -> disturbances.put("late by up to %s s".formatted(seconds), none.withDelay(seconds)));
        noise.forEach(deviation -> disturbances.put("input noise " + deviation, none.withNoise(deviation)));
        return disturbances;
    }

    private void print() {
        StringBuilder header = new StringBuilder("| log |");
        StringBuilder rule = new StringBuilder("|---|");
        for (Training training : trainings) {
            header.append(" %s: random | historical |".formatted(training.heading));
            rule.append("---|---|");
        }
        System.out.printf("%s%n%s%n", header, rule);
        for (String key : disturbances().keySet()) {
            StringBuilder row = new StringBuilder("| %s |".formatted(key));
            for (Training training : trainings) {
                List<Figures> undisturbed = figures(training, "none");
                List<Figures> runs = figures(training, key);
                double[] random = new double[runs.size()];
                double[] historical = new double[runs.size()];
                for (int i = 0; i < random.length; i++) {
                    boolean itself = key.equals("none");
                    random[i] = runs.get(i).random()
                            - (itself ? 0 : undisturbed.get(i).random());
                    historical[i] = runs.get(i).historical()
                            - (itself ? 0 : undisturbed.get(i).historical());
                }
                row.append(" %s | %s |"
                        .formatted(
                                MeanAndDeviation.of(random).text(2),
                                MeanAndDeviation.of(historical).text(2)));
            }
            System.out.println(row);
        }
    }

    private List<Figures> figures(Training training, String key) {
        return Objects.requireNonNull(Objects.requireNonNull(all.get(training)).get(key));
    }
}
