package io.anabranch.serve.train;

import io.anabranch.learn.history.GraphHistories;
import io.anabranch.learn.train.FeaturesOnlyBaseline;
import io.anabranch.learn.train.ProgressListener;
import io.anabranch.learn.train.Trainer;
import io.anabranch.learn.train.TrainingGraph;
import io.anabranch.learn.train.TrainingReport;
import io.anabranch.learn.train.TrainingResult;
import io.anabranch.learn.train.TrainingTask;
import io.anabranch.model.v1.ModelSnapshot;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Trains with the library of this project on a snapshot of the live graph, then the features-only baseline on the same
 * snapshot and split. Its figures bear {@code baseline.} before the name.
 */
public final class LearningTrainer implements ModelTrainer {

    private final LiveGraph graph;
    private final PastEvents events;
    private final Trainer trainer;
    private final FeaturesOnlyBaseline baseline;

    /** @param events read anew by every training that reads histories */
    public LearningTrainer(LiveGraph graph, PastEvents events, String codeVersion, Clock clock) {
        this.graph = graph;
        this.events = events;
        this.trainer = new Trainer(clock, codeVersion);
        this.baseline = new FeaturesOnlyBaseline(clock);
    }

    @Override
    public Trained train(TrainingOrder order, ProgressListener progress, Runnable cancelled) {
        LiveGraph.Moment moment = moment(order);
        TrainingTask task = TrainingTask.named(moment.graph(), order.task());
        // What cancels throws from the listener: the flag of the trainer's own stays down.
        TrainingGraph known = new TrainingGraph(moment.graph(), moment.hags(), histories(order, moment, cancelled));
        TrainingResult result = trainer.train(known, task, order.options(), progress, () -> false);
        TrainingReport features = baseline.train(known, task, order.options(), ProgressListener.NONE, () -> false);
        Map<String, Double> metrics = new TreeMap<>(result.report().flat());
        features.flat().forEach((name, value) -> metrics.put("baseline." + name, value));
        return new Trained(stamped(result.model(), moment, metrics), task.name(), metrics);
    }

    /** Null where they are not read. Of the vertices of the moment, with what they did since, if anything. */
    private @Nullable GraphHistories histories(TrainingOrder order, LiveGraph.Moment moment, Runnable cancelled) {
        return order.options().history().none() ? null : events.read(cancelled).of(moment.graph());
    }

    /** Links are learnt over a part of the edges, which no computation graph is kept of. */
    private LiveGraph.Moment moment(TrainingOrder order) {
        return order.task().equals(TrainingTask.LINK)
                ? graph.moment()
                : graph.moment(order.options().summedRows(), order.options().planSettings());
    }

    private static ModelSnapshot stamped(ModelSnapshot model, LiveGraph.Moment moment, Map<String, Double> metrics) {
        ModelSnapshot.Builder stamped = model.toBuilder();
        stamped.getProvenanceBuilder()
                .clearGraphOffsets()
                .addAllGraphOffsets(moment.offsets())
                .putAllMetrics(metrics);
        return stamped.build();
    }
}
