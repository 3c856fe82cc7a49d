package io.anabranch.learn.train;

import static java.util.Objects.requireNonNull;

import io.anabranch.graph.hag.KnownHags;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.learn.gnn.FeatureRows;
import io.anabranch.learn.gnn.MessageGraph;
import io.anabranch.learn.history.GraphHistories;
import io.anabranch.learn.history.HistoryPruning;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.ModelWriter;
import io.anabranch.learn.model.TensorNames;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.learn.probe.ProbeOptions;
import io.anabranch.learn.probe.ProbeReport;
import io.anabranch.model.v1.ModelProvenance;
import io.anabranch.model.v1.ModelSnapshot;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Trains graph neural networks, full batch. The same snapshot, task and options give the same weights on the same machine;
 * with {@link io.anabranch.graph.hag.choice.PlanPolicy#AUTO} on a graph that is large enough for a shared plan, up to rounding.
 * Holds no state: any number of trainings may run at a time, each on its caller's thread.
 *
 * {@snippet :
 * Trainer trainer = new Trainer(Clock.systemUTC(), "0.1.0");
 * TrainingTask task = TrainingTask.named(graph, "class");
 * TrainingOptions options = TrainingOptions.builder().seed(7).build();
 * TrainingResult result = trainer.train(graph, task, options, ProgressListener.NONE, () -> false);
 * }
 */
public final class Trainer {

    /** What the provenance of a trained model says. */
    public static final String ORIGIN_TRAINED = "trained";

    private final Clock clock;
    private final String codeVersion;

    /** The clock dates the model and measures seconds; the code version goes into its provenance. */
    public Trainer(Clock clock, String codeVersion) {
        this.clock = clock;
        this.codeVersion = codeVersion;
    }

    /**
     * Blocks until trained. The model has no version and no graph offsets, which
     * {@link ModelWriter#stamped} adds.
     *
     * @param progress what it throws ends the training and passes through
     * @param cancelled asked before each epoch
     * @throws TrainingException if this graph, task and options cannot be trained
     * @throws java.util.concurrent.CancellationException if cancelled
     */
    public TrainingResult train(
            GraphSnapshot graph,
            TrainingTask task,
            TrainingOptions options,
            ProgressListener progress,
            BooleanSupplier cancelled) {
        return train(graph, KnownHags.NONE, task, options, progress, cancelled);
    }

    /**
     * The same over a graph of which computation graphs are known, so that its sums need no search where they may be shared. Links are not
     * learnt over all edges, and so not over these.
     *
     * @param hags computation graphs of the snapshot's rows
     */
    public TrainingResult train(
            GraphSnapshot graph,
            KnownHags hags,
            TrainingTask task,
            TrainingOptions options,
            ProgressListener progress,
            BooleanSupplier cancelled) {
        return train(new TrainingGraph(graph, hags, null), task, options, progress, cancelled);
    }

    /**
     * The same over a graph of which histories may be known too. Where the options read them, links are split by time, see {@link TimedLinks}, and
     * the model that comes of it reads whole histories.
     */
    public TrainingResult train(
            TrainingGraph graph,
            TrainingTask task,
            TrainingOptions options,
            ProgressListener progress,
            BooleanSupplier cancelled) {
        TrainingResult whole = trained(graph, task, options, progress, cancelled);
        if (options.prune() == 0) {
            return whole;
        }
        Slimming slimming = Slimming.of(whole.model(), graph.snapshot(), options.prune());
        return tune(
                graph,
                task,
                slimming.model(),
                options,
                Slimming.tuning(options),
                whole.report(),
                slimming,
                progress,
                cancelled);
    }

    private TrainingResult trained(
            TrainingGraph graph,
            TrainingTask task,
            TrainingOptions options,
            ProgressListener progress,
            BooleanSupplier cancelled) {
        long start = clock.millis();
        if (options.layers() != TrainingOptions.AUTO) {
            return fit(graph, problem(graph, task, options), options, null, start, progress, cancelled);
        }
        AutoDepth depth = AutoDepth.of(problem(graph, task, AutoDepth.anyDepth(options)), options);
        TrainingOptions chosen = depth.chosen(options);
        return fit(graph, problem(graph, task, chosen), chosen, depth, start, progress, cancelled);
    }

    /**
     * Trains on from the weights of a model, for example one that lost channels. Its structure and its encoding of features stay; of the
     * options those count that say how to train.
     *
     * @param model with one head, that of the task
     * @throws TrainingException if this graph, task and options cannot be trained, or the model is of another task
     */
    public TrainingResult tune(
            GraphSnapshot graph,
            KnownHags hags,
            TrainingTask task,
            ModelSnapshot model,
            TrainingOptions options,
            ProgressListener progress,
            BooleanSupplier cancelled) {
        return tune(
                new TrainingGraph(graph, hags, null), task, model, options, options, null, null, progress, cancelled);
    }

    /**
     * @param named the options that the model's provenance names
     * @param before what came of the training before, which the figures and seconds go on from
     */
    private TrainingResult tune(
            TrainingGraph graph,
            TrainingTask task,
            ModelSnapshot model,
            TrainingOptions named,
            TrainingOptions options,
            @Nullable TrainingReport before,
            @Nullable Slimming slimming,
            ProgressListener progress,
            BooleanSupplier cancelled) {
        long start = clock.millis();
        ModelTensors tensors = ModelTensors.of(model);
        TrainingProblem fresh = problem(graph, task, AutoDepth.anyDepth(options));
        TrainingProblem problem = fresh.continuing(
                model.getSpec(), tensors, FeatureRows.of(graph.snapshot().features()));
        try (TrainingRun run = new TrainingRun(problem, options)) {
            run.load(inLearntUnit(tensors, problem));
            List<WeightTensor> weights =
                    run.fit(before == null ? progress : progress.after(before.epochs()), cancelled);
            double seconds = (clock.millis() - start) / 1000.0;
            TrainingReport report = before == null || slimming == null
                    ? run.report(weights, seconds)
                    : run.report(weights, seconds).after(before, slimming);
            return new TrainingResult(model(graph.snapshot(), problem, named, weights, report), report);
        }
    }

    /**
     * What graph, features and labels offer at each depth; see {@link io.anabranch.learn.probe.TrainabilityProbe}.
     *
     * @throws TrainingException if the task has no labels, or cannot be trained
     */
    public static ProbeReport probe(
            GraphSnapshot graph, TrainingTask task, TrainingOptions options, ProbeOptions probe) {
        return AutoDepth.probe(problem(TrainingGraph.of(graph), task, AutoDepth.anyDepth(options)), options, probe);
    }

    private TrainingResult fit(
            TrainingGraph graph,
            TrainingProblem problem,
            TrainingOptions options,
            @Nullable AutoDepth depth,
            long start,
            ProgressListener progress,
            BooleanSupplier cancelled) {
        try (TrainingRun run = new TrainingRun(problem, options)) {
            LambdaWatch lambda = depth == null ? LambdaWatch.none() : LambdaWatch.of(problem.spec());
            List<WeightTensor> weights = run.fit(progress, cancelled, lambda);
            TrainingReport report = run.report(weights, (clock.millis() - start) / 1000.0);
            if (options.history().keep() > 0) {
                return pruned(graph, problem, options, run, weights, report, start);
            }
            TrainingReport probed = depth == null ? report : report.withProbe(depth.figures(lambda), depth.notes());
            return new TrainingResult(model(graph.snapshot(), problem, options, weights, probed), probed);
        }
    }

    /** The model with fewer units of its history's cell, as it is without training on. */
    private TrainingResult pruned(
            TrainingGraph graph,
            TrainingProblem problem,
            TrainingOptions options,
            TrainingRun run,
            List<WeightTensor> weights,
            TrainingReport whole,
            long start) {
        HistoryPruning pruning = HistoryPruning.of(
                problem.spec(),
                ModelTensors.of(weights),
                requireNonNull(problem.histories()),
                options.history().keep());
        TrainingProblem narrower = problem.with(pruning.spec());
        List<WeightTensor> kept = pruning.tensors().list();
        TrainingReport report =
                run.report(narrower, kept, (clock.millis() - start) / 1000.0).after(whole, pruning);
        return new TrainingResult(model(graph.snapshot(), narrower, options, kept, report), report);
    }

    static TrainingProblem problem(TrainingGraph of, TrainingTask task, TrainingOptions options) {
        GraphSnapshot graph = of.snapshot();
        if (graph.nodeCount() == 0) {
            throw new TrainingException(
                    "The graph is empty: there is nothing to train on.\nMaybe its events have not arrived yet.");
        }
        if (graph.features().dimension() == 0) {
            throw new TrainingException(
                    "The feature dimension of the graph is (0); a model needs features.\nMaybe (anabranch.features.dimension) is not set.");
        }
        GraphHistories histories = histories(of, options);
        MessageGraph messages = MessageGraph.of(graph, of.hags());
        FeatureRows features = FeatureRows.of(graph.features());
        return switch (task) {
            case TrainingTask.MultiClass multiClass ->
                TrainingProblem.of(
                        messages,
                        features,
                        histories,
                        Objectives.multiClass(graph, multiClass, options.classWeighting()),
                        options);
            case TrainingTask.MultiLabel multiLabel ->
                TrainingProblem.of(messages, features, histories, Objectives.multiLabel(graph, multiLabel), options);
            case TrainingTask.Regression regression ->
                TrainingProblem.of(messages, features, histories, Objectives.regression(graph, regression), options);
            case TrainingTask.LinkPrediction links ->
                histories == null
                        ? linkProblem(messages, features, links, options)
                        : timedLinkProblem(histories, features, links, options);
        };
    }

    /** What the options want to read; null where they read none. */
    private static @Nullable GraphHistories histories(TrainingGraph graph, TrainingOptions options) {
        if (options.history().none()) {
            return null;
        }
        GraphHistories histories = graph.histories();
        if (histories == null) {
            throw new TrainingException(
                    "The option (history cell) is (%s), but nobody knows when the edges of this graph came; histories need edge events with times."
                            .formatted(options.history().cell()));
        }
        if (histories.total() == 0) {
            throw new TrainingException(
                    "The option (history cell) is (%s), but none of the (%d) vertices has an edge event."
                            .formatted(options.history().cell(), histories.vertices()));
        }
        return histories;
    }

    private static TrainingProblem linkProblem(
            MessageGraph messages, FeatureRows features, TrainingTask.LinkPrediction task, TrainingOptions options) {
        SplittableRandom random = pairs(options);
        LinkSplit split = LinkSplit.of(messages, task.heldOutShare(), random);
        return TrainingProblem.of(
                split.messages(), features, null, new LinkObjective(task.name(), split, random), options);
    }

    private static TrainingProblem timedLinkProblem(
            GraphHistories histories, FeatureRows features, TrainingTask.LinkPrediction task, TrainingOptions options) {
        TimedLinks links = TimedLinks.of(histories);
        LinkObjective objective = new LinkObjective(task.name(), links.split(), pairs(options));
        return TrainingProblem.of(links.split().messages(), features, links.histories(), objective, options);
    }

    /** Of the seed alone, so that trainings with other options are measured on the same pairs. */
    private static SplittableRandom pairs(TrainingOptions options) {
        return new SplittableRandom(~options.seed());
    }

    private ModelSnapshot model(
            GraphSnapshot graph,
            TrainingProblem problem,
            TrainingOptions options,
            List<WeightTensor> weights,
            TrainingReport report) {
        List<WeightTensor> tensors = new ArrayList<>(problem.encoder().tensors());
        for (WeightTensor weight : weights) {
            tensors.add(
                    problem.objective() instanceof RegressionObjective regression
                            ? inTargetUnit(weight, regression)
                            : weight);
        }
        ModelProvenance provenance = ModelProvenance.newBuilder()
                .setCreatedAtMs(clock.millis())
                .setSeed(options.seed())
                .putAllHyperParameters(options.hyperParameters())
                .putHyperParameters(
                        "feature_encoding", problem.spec().getFeatureEncoding().name())
                .putAllMetrics(report.flat())
                .setCodeVersion(codeVersion)
                .setOrigin(ORIGIN_TRAINED)
                .setVertices(graph.nodeCount())
                .setEdges(graph.edgeCount())
                .addAllCurve(TrainingCurve.of(report).points())
                .setMetricName(report.metricName())
                .addAllNotes(report.notes())
                .build();
        return ModelWriter.write(problem.spec(), tensors, provenance);
    }

    /** The other way round. */
    private static ModelTensors inLearntUnit(ModelTensors tensors, TrainingProblem problem) {
        if (!(problem.objective() instanceof RegressionObjective regression)) {
            return tensors;
        }
        String task = regression.head().getTask();
        List<WeightTensor> standardised = new ArrayList<>();
        for (WeightTensor tensor : tensors.list()) {
            boolean bias = tensor.name().equals(TensorNames.headBias(task));
            float[] values = tensor.values();
            if (bias || tensor.name().equals(TensorNames.headWeight(task))) {
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) ((values[i] - (bias ? regression.mean() : 0)) / regression.deviation());
                }
            }
            standardised.add(WeightTensor.of(tensor.name(), tensor.shape(), values));
        }
        return ModelTensors.of(standardised);
    }

    /** The net learnt standardised targets; the head of the model undoes that. */
    private static WeightTensor inTargetUnit(WeightTensor weight, RegressionObjective regression) {
        String task = regression.head().getTask();
        boolean bias = weight.name().equals(TensorNames.headBias(task));
        if (!bias && !weight.name().equals(TensorNames.headWeight(task))) {
            return weight;
        }
        float[] values = weight.values();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] * regression.deviation() + (bias ? regression.mean() : 0));
        }
        return WeightTensor.of(weight.name(), weight.shape(), values);
    }
}
