package io.anabranch.learn.train;

/** Told after each epoch, on the training thread: return quickly. */
@FunctionalInterface
public interface ProgressListener {

    ProgressListener NONE = progress -> {};

    void onEpoch(EpochProgress progress);

    /** Hears of a training that goes on after so many epochs, which are counted on. */
    default ProgressListener after(int epochs) {
        return progress -> onEpoch(new EpochProgress(
                epochs + progress.epoch(),
                epochs + progress.maxEpochs(),
                progress.trainLoss(),
                progress.validationLoss(),
                progress.validationMetric(),
                progress.metricName()));
    }

    /**
     * One epoch's figures.
     *
     * @param epoch counts from 1
     * @param maxEpochs how many there can be
     * @param trainLoss of the step just made, with dropout, in the task's loss (nats or squared units)
     * @param validationLoss without dropout; NaN where there is no validation part
     * @param validationMetric the metric by which weights are chosen; NaN where there is no validation part
     * @param metricName which metric that is, such as {@code accuracy}
     */
    record EpochProgress(
            int epoch,
            int maxEpochs,
            double trainLoss,
            double validationLoss,
            double validationMetric,
            String metricName) {}
}
