package io.anabranch.serve.train;

import io.anabranch.learn.train.ProgressListener.EpochProgress;
import io.anabranch.model.v1.TrainingEpoch;
import java.util.List;
import java.util.Map;

/**
 * A training job at one moment.
 *
 * @param task empty until it is known
 * @param epoch 0: not begun
 * @param modelVersion 0 until published
 * @param error empty unless failed
 * @param metrics empty until trained
 * @param curve the epochs so far, thinned out as {@link io.anabranch.learn.train.TrainingCurve} says
 * @param notes what a reader of the metrics must know; none until trained
 */
public record JobStatus(
        String id,
        String modelName,
        String task,
        JobState state,
        int epoch,
        int maxEpochs,
        double trainLoss,
        double validationMetric,
        String metricName,
        long modelVersion,
        String error,
        Map<String, Double> metrics,
        List<TrainingEpoch> curve,
        List<String> notes) {

    public JobStatus {
        metrics = Map.copyOf(metrics);
        curve = List.copyOf(curve);
        notes = List.copyOf(notes);
    }

    static JobStatus accepted(String id, TrainingOrder order) {
        return new JobStatus(
                id,
                order.modelName(),
                order.task(),
                JobState.RUNNING,
                0,
                order.options().maxEpochs(),
                0,
                0,
                "",
                0,
                "",
                Map.of(),
                List.of(),
                List.of());
    }

    JobStatus epoch(EpochProgress at, List<TrainingEpoch> soFar) {
        return new JobStatus(
                id,
                modelName,
                task,
                state,
                at.epoch(),
                at.maxEpochs(),
                at.trainLoss(),
                at.validationMetric(),
                at.metricName(),
                modelVersion,
                error,
                metrics,
                soFar,
                notes);
    }

    JobStatus published(String knownTask, long version, Map<String, Double> results, List<String> known) {
        return new JobStatus(
                id,
                modelName,
                knownTask,
                JobState.PUBLISHED,
                epoch,
                maxEpochs,
                trainLoss,
                validationMetric,
                metricName,
                version,
                "",
                results,
                curve,
                known);
    }

    JobStatus in(JobState next, String why) {
        return new JobStatus(
                id,
                modelName,
                task,
                next,
                epoch,
                maxEpochs,
                trainLoss,
                validationMetric,
                metricName,
                modelVersion,
                why,
                metrics,
                curve,
                notes);
    }
}
