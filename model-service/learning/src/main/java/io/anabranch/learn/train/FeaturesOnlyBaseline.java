package io.anabranch.learn.train;

import io.anabranch.graph.snapshot.GraphSnapshot;
import java.time.Clock;
import java.util.function.BooleanSupplier;

/**
 * What a network is worth that sees each node's own features alone: a multi-layer perceptron of the same widths, trained
 * with the same options on the same rows. What a graph network adds is the difference to this.
 */
public final class FeaturesOnlyBaseline {

    private final Clock clock;

    /** The clock measures seconds. */
    public FeaturesOnlyBaseline(Clock clock) {
        this.clock = clock;
    }

    /** Without a graph a probe has no hops to count. */
    private static final int LAYERS = 2;

    /** Blocks until trained, with two layers where a probe of the graph is to choose their number; throws as {@link Trainer#train} does. */
    public TrainingReport train(
            GraphSnapshot graph,
            TrainingTask task,
            TrainingOptions options,
            ProgressListener progress,
            BooleanSupplier cancelled) {
        return train(TrainingGraph.of(graph), task, options, progress, cancelled);
    }

    /** The same on what the options say of histories: links are split as they are for a model that reads them, and this one does not read them. */
    public TrainingReport train(
            TrainingGraph graph,
            TrainingTask task,
            TrainingOptions options,
            ProgressListener progress,
            BooleanSupplier cancelled) {
        long start = clock.millis();
        TrainingOptions fixed = options.layers() != TrainingOptions.AUTO
                ? options
                : options.toBuilder()
                        .layers(Math.max(LAYERS, options.depth().stageWidths().size()))
                        .build();
        TrainingProblem problem = Trainer.problem(graph, task, fixed).withoutGraph();
        try (TrainingRun run = new TrainingRun(problem, fixed)) {
            return run.report(run.fit(progress, cancelled), (clock.millis() - start) / 1000.0);
        }
    }
}
