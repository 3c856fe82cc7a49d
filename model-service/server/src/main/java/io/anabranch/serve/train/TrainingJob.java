package io.anabranch.serve.train;

import io.anabranch.learn.train.ProgressListener.EpochProgress;
import io.anabranch.learn.train.TrainingCurve;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** One job: its status, who watches it, and whether it is to stop. Thread-safe. */
final class TrainingJob {

    private final TrainingOrder order;
    private final List<Consumer<JobStatus>> watchers = new ArrayList<>();
    private final TrainingCurve curve = new TrainingCurve();
    private JobStatus status;
    private volatile boolean cancelled;

    TrainingJob(String id, TrainingOrder order) {
        this.order = order;
        this.status = JobStatus.accepted(id, order);
    }

    TrainingOrder order() {
        return order;
    }

    synchronized JobStatus status() {
        return status;
    }

    /** Changes the status and tells the watchers, one at a time and in order. What is over stays as it is. */
    synchronized JobStatus change(UnaryOperator<JobStatus> change) {
        if (!status.state().isLast()) {
            status = change.apply(status);
            List.copyOf(watchers).forEach(watcher -> watcher.accept(status));
        }
        return status;
    }

    /** The next epoch. */
    synchronized void epoch(EpochProgress at) {
        curve.add(at.epoch(), at.trainLoss(), at.validationMetric());
        JobStatus unused = change(s -> s.epoch(at, curve.points()));
    }

    /** Tells the present status at once and every later one; the last has a state that is last. */
    synchronized Runnable watch(Consumer<JobStatus> watcher) {
        watcher.accept(status);
        if (status.state().isLast()) {
            return () -> {};
        }
        watchers.add(watcher);
        return () -> unwatch(watcher);
    }

    private synchronized void unwatch(Consumer<JobStatus> watcher) {
        watchers.remove(watcher);
    }

    void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }
}
