package io.anabranch.serve.train;

import java.util.Map;

/**
 * A training job at one moment.
 *
 * @param task empty until it is known
 * @param epoch 0: not begun
 * @param modelVersion 0 until published
 * @param error empty unless failed
 * @param metrics empty until trained
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
        Map<String, Double> metrics) {

    public JobStatus {
        metrics = Map.copyOf(metrics);
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
                Map.of());
    }

    JobStatus epoch(int now, int of, double loss, double metric, String name) {
        return new JobStatus(id, modelName, task, state, now, of, loss, metric, name, modelVersion, error, metrics);
    }

    JobStatus published(String knownTask, long version, Map<String, Double> results) {
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
                results);
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
                metrics);
    }
}
