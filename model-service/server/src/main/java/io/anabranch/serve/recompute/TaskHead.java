package io.anabranch.serve.recompute;

import io.anabranch.learn.model.Levels;
import io.anabranch.model.v1.Head;
import org.jspecify.annotations.Nullable;

/**
 * The head of one task in double precision: logits = embedding weight + bias, without those tensors the embedding itself. Shapes: embedding
 * [d], weight [d, k] row-major, bias [k]. Immutable.
 */
public final class TaskHead {

    private final double @Nullable [] weight;
    private final double @Nullable [] bias;
    private final int inputs;
    private final int outputs;

    /** @throws IllegalStateException if the model has no such task */
    public static TaskHead of(Recomputation model, String task) {
        for (Head head : model.spec().getHeadsList()) {
            if (head.getTask().equals(task)) {
                return new TaskHead(model, task);
            }
        }
        throw new IllegalStateException(
                "The model (%s) has no task %s.".formatted(model.spec().getName(), task));
    }

    private TaskHead(Recomputation model, String task) {
        weight = model.tensorOrNull("head." + task + ".weight");
        bias = model.tensorOrNull("head." + task + ".bias");
        inputs = Levels.of(model.spec()).embeddingWidth();
        outputs = weight == null ? inputs : weight.length / inputs;
    }

    public int outputs() {
        return outputs;
    }

    public double[] logits(double[] embedding) {
        double[] logits = bias == null ? new double[outputs] : bias.clone();
        if (weight == null) {
            for (int i = 0; i < inputs; i++) {
                logits[i] += embedding[i];
            }
        } else {
            Recomputation.addProduct(logits, embedding, weight);
        }
        return logits;
    }

    /** The slope of the sum of factors times logits by the embedding: weight times factors. */
    public double[] slope(double[] factors) {
        if (weight == null) {
            return factors.clone();
        }
        double[] slope = new double[inputs];
        for (int i = 0; i < inputs; i++) {
            for (int j = 0; j < outputs; j++) {
                slope[i] += weight[i * outputs + j] * factors[j];
            }
        }
        return slope;
    }

    /** What the bias adds to the sum of factors times logits. */
    public double constant(double[] factors) {
        double sum = 0;
        for (int j = 0; j < outputs && bias != null; j++) {
            sum += bias[j] * factors[j];
        }
        return sum;
    }
}
