package io.anabranch.learn.train;

import io.anabranch.graph.Part;
import io.anabranch.learn.autodiff.Losses;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.gnn.Embeddings;
import io.anabranch.learn.probe.TrainingRows;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.HeadKind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** A sigmoid per label; a label counts as predicted from probability one half on. */
final class MultiLabelObjective implements Objective {

    private final String task;
    private final List<String> classNames;
    private final LabelRows<boolean[]> labels;

    /** {@code labels} holds per part which labels each row has, row-major [rows, labels]. */
    MultiLabelObjective(String task, List<String> classNames, LabelRows<boolean[]> labels) {
        this.task = task;
        this.classNames = classNames;
        this.labels = labels;
        boolean any = false;
        for (boolean label : labels.values(Part.TRAIN)) {
            any |= label;
        }
        if (!any) {
            throw new TrainingException(
                    "The (%d) rows of the train part of task (%s) have no label set; there is nothing to tell apart."
                            .formatted(labels.rows(Part.TRAIN).length, task));
        }
    }

    @Override
    public Head head() {
        return Head.newBuilder()
                .setTask(task)
                .setKind(HeadKind.HEAD_KIND_MULTI_LABEL)
                .addAllClassNames(classNames)
                .build();
    }

    @Override
    public int logits() {
        return classNames.size();
    }

    @Override
    public boolean alwaysLinear() {
        return false;
    }

    @Override
    public Variable loss(Variable logits, RandomGenerator random) {
        int[] rows = labels.rows(Part.TRAIN);
        boolean[] truth = labels.values(Part.TRAIN);
        float[] targets = new float[truth.length];
        for (int i = 0; i < truth.length; i++) {
            targets[i] = truth[i] ? 1 : 0;
        }
        Tensor wanted = Tensor.of(logits.tape().scope(), logits.value().type(), rows.length, logits(), targets);
        return Losses.binaryCrossEntropy(logits.gatherRows(rows), wanted, null);
    }

    @Override
    public Map<String, Double> evaluate(Part part, Embeddings logits) {
        int[] rows = labels.rows(part);
        boolean[] truth = labels.values(part);
        if (rows.length == 0) {
            return Map.of();
        }
        boolean[] predicted = new boolean[truth.length];
        double loss = 0;
        for (int i = 0; i < truth.length; i++) {
            float logit = logits.value(rows[i / logits()], i % logits());
            predicted[i] = logit >= 0;
            loss += Figures.binaryCrossEntropy(logit, truth[i]);
        }
        Map<String, Double> figures = new TreeMap<>();
        figures.put("rows", (double) rows.length);
        figures.put("loss", loss / truth.length);
        Figures.putIfDefined(figures, "micro_f1", Metrics.microF1(predicted, truth));
        Figures.putIfDefined(figures, "macro_f1", Metrics.macroF1(predicted, truth, logits()));
        return figures;
    }

    @Override
    public TrainingRows probed() {
        int[] rows = labels.rows(Part.TRAIN);
        double[][] has = new double[logits()][rows.length];
        for (int i = 0; i < rows.length * logits(); i++) {
            has[i % logits()][i / logits()] = labels.values(Part.TRAIN)[i] ? 1 : 0;
        }
        return new TrainingRows(rows, has).centred();
    }

    @Override
    public String metricName() {
        return "micro_f1";
    }
}
