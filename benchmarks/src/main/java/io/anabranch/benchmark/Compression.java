package io.anabranch.benchmark;

import io.anabranch.graph.Part;
import io.anabranch.graph.hag.KnownHags;
import io.anabranch.graph.snapshot.DataSetFolder;
import io.anabranch.graph.snapshot.FeatureMatrix;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.learn.compress.ChannelPruning;
import io.anabranch.learn.compress.DepthTrimming;
import io.anabranch.learn.compress.GraphSize;
import io.anabranch.learn.compress.ModelCost;
import io.anabranch.learn.compress.Pruned;
import io.anabranch.learn.depth.FeatureFlow;
import io.anabranch.learn.gnn.FeatureEncoder;
import io.anabranch.learn.gnn.FeatureRows;
import io.anabranch.learn.gnn.MessageGraph;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.ModelWriter;
import io.anabranch.learn.train.DepthOptions;
import io.anabranch.learn.train.ProgressListener;
import io.anabranch.learn.train.Trainer;
import io.anabranch.learn.train.TrainingOptions;
import io.anabranch.learn.train.TrainingReport;
import io.anabranch.learn.train.TrainingResult;
import io.anabranch.learn.train.TrainingTask;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Readout;
import io.anabranch.stream.propagation.EngineWarmUp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
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
 * What a model is worth after most of it was removed. For each seed and each strength of the feature flow penalty, 0 being pruning by
 * magnitude alone: trained, last layers that change nothing dropped, the faintest channels removed until the budget is met, and trained on
 * without the penalty. Prints a line per step, then means in points.
 */
@Command(
        name = "compression",
        mixinStandardHelpOptions = true,
        description = "Accuracy of pruned models, with and without feature flow regularisation.")
public final class Compression implements Runnable {

    @Parameters(paramLabel = "DIR", description = "Data-set folder.")
    private @Nullable Path folder;

    @Option(names = "--strengths", split = ",", defaultValue = "0,1e-3", description = "Of the penalty; 0: none.")
    private List<Double> strengths = List.of();

    @Option(names = "--curvature", defaultValue = "1", description = "Its coefficient, as a multiple of the strength.")
    private double curvature;

    @Option(
            names = "--trim",
            defaultValue = "0.001",
            description = "Last layers with shorter relative steps are dropped.")
    private double trim;

    @Option(names = "--budgets", split = ",", defaultValue = "0.6,0.8,0.9", description = "Shares to remove.")
    private List<Double> budgets = List.of();

    @Option(names = "--seeds", defaultValue = "5", description = "From 1.")
    private int seeds;

    @Option(names = "--splits", defaultValue = "1", description = "How many the data set has.")
    private int splits;

    @Option(names = "--connection", defaultValue = "DEPTH_CONNECTION_RESIDUAL")
    private DepthConnection connection = DepthConnection.DEPTH_CONNECTION_RESIDUAL;

    @Option(names = "--readout", defaultValue = "READOUT_ALL_HOPS")
    private Readout readout = Readout.READOUT_ALL_HOPS;

    @Option(names = "--layers", defaultValue = "4")
    private int layers;

    @Option(names = "--hidden", defaultValue = "64")
    private int hidden;

    @Option(names = "--epochs", defaultValue = "200")
    private int epochs;

    @Option(names = "--patience", defaultValue = "50")
    private int patience;

    @Option(names = "--tuning-epochs", defaultValue = "50")
    private int tuningEpochs;

    @Option(
            names = "--serving",
            description = "Also measure the engine with the first seed's models, whole and pruned.")
    private boolean serving;

    private static final int ROUNDS = 7;
    private static final double SECONDS = 1;

    private final Map<Double, Map<String, ModelSnapshot>> served = new LinkedHashMap<>();
    private final Map<String, List<double[]>> sums = new LinkedHashMap<>();

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Compression()).execute(arguments));
    }

    @Override
    public void run() {
        System.out.println(
                "| strength | budget | seed | step | test % | validation % | parameters | MFLOPs | bytes | layers, removed |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        try {
            for (int seed = 1; seed <= seeds; seed++) {
                GraphSnapshot graph = DataSetFolder.open(Objects.requireNonNull(folder), (seed - 1) % splits)
                        .snapshot();
                for (double strength : strengths) {
                    Map<String, ModelSnapshot> models = compress(graph, strength, seed);
                    if (serving && seed == 1) {
                        served.put(strength, models);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.out.println("\n| strength | budget | step | test % | deviation | parameters left % | FLOPs left % |");
        System.out.println("|---|---|---|---|---|---|---|");
        sums.forEach(Compression::print);
        served.forEach(this::serve);
    }

    /** An update of the engine, features being dense and random: what follows is time and not worth. */
    private void serve(double strength, Map<String, ModelSnapshot> models) {
        try {
            EngineWarmUp.run();
            DirectedGraph graph = DirectedGraph.read(Objects.requireNonNull(folder));
            System.out.printf(
                    "%n| strength %s | bytes | µs per update, median of rounds | of the whole, median (least to most) | start, ms |%n|---|---|---|---|---|%n",
                    strength);
            for (EngineContest.Result result : new EngineContest(graph, ROUNDS, SECONDS, 7).run(models)) {
                System.out.printf(
                        Locale.ROOT,
                        "| %s | %d | %.0f | %.2f (%.2f to %.2f) | %d |%n",
                        result.name(),
                        Objects.requireNonNull(models.get(result.name())).getSerializedSize(),
                        result.micros(),
                        result.ratio(),
                        result.ratios()[0],
                        result.ratios()[ROUNDS - 1],
                        result.startMillis());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The whole model and those that were pruned and trained on, by budget. */
    private Map<String, ModelSnapshot> compress(GraphSnapshot graph, double strength, int seed) {
        TrainingTask task = TrainingTask.named(graph, DataSetFolder.TASK);
        DepthOptions depth = DepthOptions.of(connection).with(readout);
        TrainingOptions plain = TrainingOptions.builder()
                .layers(layers)
                .hiddenWidth(hidden)
                .maxEpochs(epochs)
                .patience(patience)
                .seed(seed)
                .depth(depth)
                .build();
        TrainingOptions penalised = strength == 0
                ? plain
                : plain.toBuilder()
                        .depth(depth.withFeatureFlow(
                                new FeatureFlow(strength, curvature * strength, FeatureFlow.Bend.LINEAR)))
                        .build();
        TrainingOptions tuning =
                plain.toBuilder().maxEpochs(tuningEpochs).patience(tuningEpochs).build();
        Trainer trainer = new Trainer(Clock.systemUTC(), "benchmark");
        GraphSize size = size(graph);
        TrainingResult whole = trainer.train(graph, task, penalised, ProgressListener.NONE, () -> false);
        ModelCost cost = cost(whole.model(), size);
        double[] steps = steps(graph, whole.model());
        record(strength, 0, seed, "trained", whole, cost, cost, Arrays.toString(rounded(steps)));
        Map<String, ModelSnapshot> models = new LinkedHashMap<>(Map.of("whole", served(whole)));
        for (double budget : budgets) {
            Pruned pruned = pruned(whole.model(), steps, budget, size, cost);
            ModelSnapshot small = ModelWriter.write(
                    pruned.spec(), pruned.tensors().list(), whole.model().getProvenance());
            ModelCost left = cost(small, size);
            String removed = "%d, %s".formatted(pruned.spec().getLayersCount(), pruned.removed());
            // A step of nothing measures the model as it is.
            TrainingOptions none =
                    tuning.toBuilder().learningRate(1e-12).maxEpochs(1).build();
            record(strength, budget, seed, "pruned", tune(trainer, graph, task, small, none), left, cost, removed);
            TrainingResult tuned = tune(trainer, graph, task, small, tuning);
            record(strength, budget, seed, "tuned", tuned, left, cost, removed);
            models.put("budget " + budget, served(tuned));
        }
        return models;
    }

    /** An engine takes published models only. */
    private static ModelSnapshot served(TrainingResult result) {
        return result.model().toBuilder().setVersion(1).build();
    }

    private static TrainingResult tune(
            Trainer trainer, GraphSnapshot graph, TrainingTask task, ModelSnapshot model, TrainingOptions options) {
        return trainer.tune(graph, KnownHags.NONE, task, model, options, ProgressListener.NONE, () -> false);
    }

    /** The budget counts what dropped layers saved, too. */
    private Pruned pruned(ModelSnapshot model, double[] steps, double budget, GraphSize size, ModelCost before) {
        Pruned trimmed = DepthTrimming.trim(model.getSpec(), ModelTensors.of(model), steps, trim);
        return ChannelPruning.toBudget(trimmed.spec(), trimmed.tensors(), budget, size, before);
    }

    private static double[] steps(GraphSnapshot graph, ModelSnapshot model) {
        ModelSpec spec = model.getSpec();
        ModelTensors tensors = ModelTensors.of(model);
        FeatureRows encoded = FeatureEncoder.of(spec, tensors).encode(FeatureRows.of(graph.features()));
        return DepthTrimming.steps(spec, tensors, MessageGraph.of(graph), encoded);
    }

    private static GraphSize size(GraphSnapshot graph) {
        double values = graph.features() instanceof FeatureMatrix.Sparse sparse
                ? (double) sparse.values().length / graph.nodeCount()
                : graph.features().dimension();
        return new GraphSize(graph.nodeCount(), graph.edgeCount(), values);
    }

    private static ModelCost cost(ModelSnapshot model, GraphSize size) {
        return ModelCost.of(model.getSpec(), ModelTensors.of(model), size);
    }

    private void record(
            double strength,
            double budget,
            int seed,
            String step,
            TrainingResult result,
            ModelCost cost,
            ModelCost before,
            String removed) {
        TrainingReport report = result.report();
        double test = 100 * report.metric(Part.TEST, "accuracy");
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %d | %s | %.2f | %.2f | %d | %.2f | %d | %s |%n",
                strength,
                budget,
                seed,
                step,
                test,
                100 * report.metric(Part.VALIDATION, "accuracy"),
                cost.parameters(),
                cost.flops() / 1e6,
                cost.bytes(),
                removed);
        sums.computeIfAbsent("%s | %s | %s".formatted(strength, budget, step), key -> new ArrayList<>())
                .add(new double[] {
                    test, 100.0 * cost.parameters() / before.parameters(), 100 * cost.flops() / before.flops()
                });
    }

    private static void print(String key, List<double[]> runs) {
        double mean = mean(runs, 0);
        double square = 0;
        for (double[] run : runs) {
            square += (run[0] - mean) * (run[0] - mean);
        }
        System.out.printf(
                Locale.ROOT,
                "| %s | %.2f | %.2f | %.1f | %.1f |%n",
                key,
                mean,
                Math.sqrt(square / runs.size()),
                mean(runs, 1),
                mean(runs, 2));
    }

    private static double mean(List<double[]> runs, int column) {
        return runs.stream().mapToDouble(run -> run[column]).average().orElse(Double.NaN);
    }

    private static double[] rounded(double[] steps) {
        return Arrays.stream(steps).map(step -> Math.round(step * 1e4) / 1e4).toArray();
    }
}
