package io.anabranch.cli;

import io.anabranch.v1.StartTrainingRequest;
import io.anabranch.v1.TrainingJob;
import io.anabranch.v1.TrainingState;
import io.anabranch.v1.WatchTrainingRequest;
import io.anabranch.v1.WatchTrainingResponse;
import java.io.PrintWriter;
import java.util.Iterator;
import java.util.Locale;
import java.util.TreeMap;

/** Starts a training job and follows it until its model answers, or could if somebody promoted it. */
final class TrainingRun {

    private TrainingRun() {}

    static TrainingJob follow(ServiceClient client, StartTrainingRequest request, PrintWriter err, boolean quiet) {
        TrainingJob job = client.models().startTraining(request).getJob();
        try (Progress progress = Progress.start("Training", job.getMaxEpochs(), err, quiet)) {
            Iterator<WatchTrainingResponse> updates = client.following()
                    .watchTraining(WatchTrainingRequest.newBuilder()
                            .setJobId(job.getJobId())
                            .build());
            while (updates.hasNext()) {
                job = updates.next().getJob();
                progress.total(job.getMaxEpochs());
                progress.at(job.getEpoch());
                progress.note(note(job));
            }
        }
        if (job.getState() != TrainingState.TRAINING_STATE_SERVING
                && job.getState() != TrainingState.TRAINING_STATE_COVERED) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "The training job %s ended as %s%s"
                            .formatted(
                                    job.getJobId(),
                                    state(job),
                                    job.getError().isEmpty() ? "." : ": " + job.getError()));
        }
        return job;
    }

    private static String note(TrainingJob job) {
        return String.format(
                Locale.ROOT,
                "loss %.4f, validation %s %.4f, %s",
                job.getTrainLoss(),
                job.getMetricName(),
                job.getValidationMetric(),
                state(job));
    }

    private static String state(TrainingJob job) {
        return job.getState().name().replace("TRAINING_STATE_", "").toLowerCase(Locale.ROOT);
    }

    static TextTable table(TrainingJob job) {
        TextTable table = new TextTable("training", "")
                .row("model", job.getModelName())
                .row("version", StatusCommand.count(job.getModelVersion()))
                .row("task", job.getTask())
                .row("state", state(job))
                .row("epochs", StatusCommand.count(job.getEpoch()));
        new TreeMap<>(job.getMetricsMap())
                .forEach((name, value) -> table.row(name, String.format(Locale.ROOT, "%.4f", value)));
        job.getNotesList().forEach(note -> table.row("note", note));
        return table;
    }
}
