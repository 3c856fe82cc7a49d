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

    /** Blocks until trained; throws as {@link Trainer#train} does. */
    public TrainingReport train(
            GraphSnapshot graph,
            TrainingTask task,
            TrainingOptions options,
            ProgressListener progress,
            BooleanSupplier cancelled) {
        long start = clock.millis();
        TrainingProblem problem = Trainer.problem(graph, task, options).withoutGraph();
        try (TrainingRun run = new TrainingRun(problem, options)) {
            return run.report(run.fit(progress, cancelled), (clock.millis() - start) / 1000.0);
        }
    }
}
