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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Softmax cross-entropy over the labelled vertices, perhaps weighted so that rare classes count. */
final class MultiClassObjective implements Objective {

    /** Beyond this ratio of the most frequent to the rarest class, {@link ClassWeighting#AUTOMATIC} balances. */
    private static final int IMBALANCED = 3;

    private final String task;
    private final List<String> classNames;
    private final LabelRows<int[]> labels;
    private final boolean balanced;
    private final double[] classWeights;
    private final int positive;

    /** {@code labels} holds per part the class of each row, as an index into {@code classNames}. */
    MultiClassObjective(String task, List<String> classNames, LabelRows<int[]> labels, ClassWeighting weighting) {
        this.task = task;
        this.classNames = classNames;
        this.labels = labels;
        int[] counts = new int[classNames.size()];
        for (int label : labels.values(Part.TRAIN)) {
            counts[label]++;
        }
        int[] occurring =
                Arrays.stream(counts).filter(count -> count > 0).sorted().toArray();
        if (occurring.length < 2) {
            throw new TrainingException(
                    "The train part of task (%s) has (%d) rows of only one class; a classifier needs two.\nMaybe label rows of another class, or look at how the parts are assigned."
                            .formatted(task, labels.rows(Part.TRAIN).length));
        }
        this.balanced = switch (weighting) {
            case EQUAL -> false;
            case BALANCED -> true;
            case AUTOMATIC -> occurring[occurring.length - 1] > IMBALANCED * occurring[0];
        };
        this.classWeights = new double[counts.length];
        for (int c = 0; c < counts.length; c++) {
            classWeights[c] =
                    counts[c] == 0 ? 0 : (double) labels.rows(Part.TRAIN).length / occurring.length / counts[c];
        }
        this.positive = counts[0] < counts[counts.length - 1] ? 0 : counts.length - 1;
    }

    @Override
    public Head head() {
        return Head.newBuilder()
                .setTask(task)
                .setKind(HeadKind.HEAD_KIND_MULTI_CLASS)
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
        int[] classes = labels.values(Part.TRAIN);
        if (!balanced) {
            return Losses.crossEntropy(logits, rows, classes);
        }
        float[] weights = new float[rows.length * logits()];
        for (int i = 0; i < rows.length; i++) {
            weights[i * logits() + classes[i]] = (float) (classWeights[classes[i]] / rows.length);
        }
        Tensor shares = Tensor.of(logits.tape().scope(), logits.value().type(), rows.length, logits(), weights);
        return logits.gatherRows(rows)
                .logSoftmax()
                .times(logits.tape().constant(shares))
                .sum()
                .negate();
    }

    @Override
    public Map<String, Double> evaluate(Part part, Embeddings logits) {
        int[] rows = labels.rows(part);
        int[] truth = labels.values(part);
        if (rows.length == 0) {
            return Map.of();
        }
        int[] predicted = new int[rows.length];
        double loss = 0;
        for (int i = 0; i < rows.length; i++) {
            predicted[i] = largest(logits, rows[i]);
            loss += logSumExp(logits, rows[i]) - logits.value(rows[i], truth[i]);
        }
        Map<String, Double> figures = new TreeMap<>();
        figures.put("rows", (double) rows.length);
        figures.put("loss", loss / rows.length);
        figures.put("accuracy", Metrics.accuracy(predicted, truth));
        figures.put("macro_f1", Metrics.macroF1(predicted, truth, logits()));
        if (logits() == 2) {
            addRanking(figures, logits, rows, truth);
        }
        return figures;
    }

    @Override
    public TrainingRows probed() {
        return TrainingRows.ofClasses(labels.rows(Part.TRAIN), labels.values(Part.TRAIN), logits())
                .centred();
    }

    @Override
    public String metricName() {
        if (!balanced) {
            return "accuracy";
        }
        return logits() == 2 ? "average_precision" : "macro_f1";
    }

    private void addRanking(Map<String, Double> figures, Embeddings logits, int[] rows, int[] truth) {
        float[] scores = new float[rows.length];
        boolean[] isPositive = new boolean[rows.length];
        for (int i = 0; i < rows.length; i++) {
            scores[i] = logits.value(rows[i], positive) - logits.value(rows[i], 1 - positive);
            isPositive[i] = truth[i] == positive;
        }
        Figures.putIfDefined(figures, "auc", Metrics.rocAuc(scores, isPositive));
        Figures.putIfDefined(figures, "average_precision", Metrics.averagePrecision(scores, isPositive));
    }

    private static int largest(Embeddings logits, int row) {
        int best = 0;
        for (int c = 1; c < logits.width(); c++) {
            if (logits.value(row, c) > logits.value(row, best)) {
                best = c;
            }
        }
        return best;
    }

    private static double logSumExp(Embeddings logits, int row) {
        double most = logits.value(row, largest(logits, row));
        double sum = 0;
        for (int c = 0; c < logits.width(); c++) {
            sum += Math.exp(logits.value(row, c) - most);
        }
        return most + Math.log(sum);
    }
}
