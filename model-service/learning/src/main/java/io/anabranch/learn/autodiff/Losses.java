package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.LossKernels;
import io.anabranch.learn.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Scalars [1, 1] to minimise. */
public final class Losses {

    private Losses() {}

    /**
     * The mean cross-entropy -ln softmax(logits_row)_class over the selected rows.
     *
     * @param logits [n, classes]
     * @param rows which rows count; a row may occur twice
     * @param classes the true class of each selected row, in the order of {@code rows}
     */
    public static Variable crossEntropy(Variable logits, int[] rows, int[] classes) {
        return logits.tape().apply(new CrossEntropy(rows, classes), logits);
    }

    /**
     * The weighted mean of the binary cross-entropy of sigmoid(logits) with the targets.
     *
     * @param logits [n, d]
     * @param targets [n, d], each in [0, 1]
     * @param weights [n, d], zero or positive (a mask of zeros and ones, or class weights); null weighs all alike
     */
    public static Variable binaryCrossEntropy(Variable logits, Tensor targets, @Nullable Tensor weights) {
        Tensor shares = weights != null
                ? weights
                : Tensor.filled(logits.tape().scope(), logits.value().type(), logits.rows(), logits.columns(), 1);
        double total = LossKernels.totalWeight(shares);
        return logits.tape().apply(new BinaryCrossEntropy(targets, shares, total), logits);
    }

    /** The mean of (prediction - target)² over all elements. */
    public static Variable meanSquaredError(Variable prediction, Variable target) {
        if (!prediction.value().sameShape(target.value())) {
            throw new IllegalArgumentException("The prediction %s and the target %s must have one shape."
                    .formatted(prediction.shape(), target.shape()));
        }
        return prediction.minus(target).square().mean();
    }

    /** coefficient / 2 · Σ w² over all elements of all variables. */
    public static Variable l2Penalty(double coefficient, List<Variable> variables) {
        if (variables.isEmpty()) {
            throw new IllegalArgumentException("The penalty needs at least one variable.");
        }
        return variables.stream()
                .map(variable -> variable.square().sum())
                .reduce(Variable::plus)
                .orElseThrow()
                .times(coefficient / 2);
    }
}
