package io.anabranch.learn.train;

import io.anabranch.graph.Part;
import io.anabranch.learn.autodiff.Losses;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.gnn.Embeddings;
import io.anabranch.learn.probe.TrainingRows;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.HeadKind;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Squared error of one number. The net learns targets of mean 0 and deviation 1; the head of the finished model gives the
 * targets' own unit: {@link #mean()} and {@link #deviation()} are multiplied into its weights.
 */
final class RegressionObjective implements Objective {

    private final String task;
    private final LabelRows<double[]> labels;
    private final double mean;
    private final double deviation;

    RegressionObjective(String task, LabelRows<double[]> labels) {
        this.task = task;
        this.labels = labels;
        double[] targets = labels.values(Part.TRAIN);
        this.mean = Arrays.stream(targets).average().orElse(0);
        double variance = Arrays.stream(targets)
                .map(target -> (target - mean) * (target - mean))
                .average()
                .orElse(0);
        if (variance == 0) {
            throw new TrainingException(
                    "The (%d) targets of the train part of task (%s) all are (%s); there is nothing to learn."
                            .formatted(targets.length, task, mean));
        }
        this.deviation = Math.sqrt(variance);
    }

    double mean() {
        return mean;
    }

    double deviation() {
        return deviation;
    }

    @Override
    public Head head() {
        return Head.newBuilder()
                .setTask(task)
                .setKind(HeadKind.HEAD_KIND_REGRESSION)
                .build();
    }

    @Override
    public int logits() {
        return 1;
    }

    @Override
    public boolean alwaysLinear() {
        return true;
    }

    @Override
    public Variable loss(Variable logits, RandomGenerator random) {
        int[] rows = labels.rows(Part.TRAIN);
        double[] targets = labels.values(Part.TRAIN);
        float[] standardised = new float[targets.length];
        for (int i = 0; i < targets.length; i++) {
            standardised[i] = (float) ((targets[i] - mean) / deviation);
        }
        Tensor wanted = Tensor.of(logits.tape().scope(), logits.value().type(), rows.length, 1, standardised);
        return Losses.meanSquaredError(logits.gatherRows(rows), logits.tape().constant(wanted));
    }

    @Override
    public Map<String, Double> evaluate(Part part, Embeddings logits) {
        int[] rows = labels.rows(part);
        double[] targets = labels.values(part);
        if (rows.length == 0) {
            return Map.of();
        }
        double[] predicted = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            predicted[i] = mean + deviation * logits.value(rows[i], 0);
        }
        double rmse = Metrics.rmse(predicted, targets);
        Map<String, Double> figures = new TreeMap<>();
        figures.put("rows", (double) rows.length);
        figures.put("rmse", rmse);
        figures.put("loss", rmse / deviation * (rmse / deviation));
        return figures;
    }

    @Override
    public TrainingRows probed() {
        return new TrainingRows(labels.rows(Part.TRAIN), new double[][] {labels.values(Part.TRAIN)}).centred();
    }

    @Override
    public String metricName() {
        return "rmse";
    }

    @Override
    public boolean smallerIsBetter() {
        return true;
    }
}
