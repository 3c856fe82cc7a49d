package io.anabranch.learn.tensor;

import java.util.Arrays;

/** Losses as one pass over their inputs; each gives a [1, 1] tensor. Computed in double in either precision. */
public final class LossKernels {

    private LossKernels() {}

    /** The mean of -ln softmax(logits_row)_class over the selected rows. */
    public static Tensor crossEntropy(TensorScope scope, Tensor logits, int[] rows, int[] classes) {
        checkSelection(logits, rows, classes);
        double loss = 0;
        int width = logits.columns();
        switch (logits.type()) {
            case FLOAT32 -> {
                float[] v = logits.floats(scope.scratch(), Scratch.Slot.A);
                for (int i = 0; i < rows.length; i++) {
                    loss += Rows.logSum(v, rows[i] * width, width) - v[rows[i] * width + classes[i]];
                }
            }
            case FLOAT64 -> {
                double[] v = logits.doubles(scope.scratch(), Scratch.Slot.A);
                for (int i = 0; i < rows.length; i++) {
                    loss += Rows.logSum(v, rows[i] * width, width) - v[rows[i] * width + classes[i]];
                }
            }
        }
        return Tensor.scalar(scope, logits.type(), loss / rows.length);
    }

    /** The derivative of {@link #crossEntropy} in the logits: of each selected row softmax less one at the class, by the number of rows. */
    public static Tensor crossEntropySlope(TensorScope scope, Tensor logits, int[] rows, int[] classes) {
        checkSelection(logits, rows, classes);
        Tensor y = Tensor.uninitialised(scope, logits.type(), logits.rows(), logits.columns());
        int width = logits.columns();
        switch (logits.type()) {
            case FLOAT32 -> {
                float[] v = logits.floats(scope.scratch(), Scratch.Slot.A);
                float[] out = scope.scratch().floats(Scratch.Slot.OUT, y.size());
                Arrays.fill(out, 0, y.size(), 0);
                for (int i = 0; i < rows.length; i++) {
                    int from = rows[i] * width;
                    double logSum = Rows.logSum(v, from, width);
                    for (int c = 0; c < width; c++) {
                        double hit = c == classes[i] ? 1 : 0;
                        out[from + c] += (float) ((Math.exp(v[from + c] - logSum) - hit) / rows.length);
                    }
                }
                y.copyFrom(out, 0);
            }
            case FLOAT64 -> {
                double[] v = logits.doubles(scope.scratch(), Scratch.Slot.A);
                double[] out = scope.scratch().doubles(Scratch.Slot.OUT, y.size());
                Arrays.fill(out, 0, y.size(), 0);
                for (int i = 0; i < rows.length; i++) {
                    int from = rows[i] * width;
                    double logSum = Rows.logSum(v, from, width);
                    for (int c = 0; c < width; c++) {
                        double hit = c == classes[i] ? 1 : 0;
                        out[from + c] += (Math.exp(v[from + c] - logSum) - hit) / rows.length;
                    }
                }
                y.copyFrom(out, 0);
            }
        }
        return y;
    }

    /** Σ w (softplus(x) - t x) / totalWeight. */
    public static Tensor binaryCrossEntropy(
            TensorScope scope, Tensor logits, Tensor targets, Tensor weights, double totalWeight) {
        Shapes.checkSameShape("compare", logits, targets);
        Shapes.checkSameShape("weigh", logits, weights);
        double loss = 0;
        switch (logits.type()) {
            case FLOAT32 -> {
                float[] x = logits.floats(scope.scratch(), Scratch.Slot.A);
                float[] t = targets.floats(scope.scratch(), Scratch.Slot.B);
                float[] w = weights.floats(scope.scratch(), Scratch.Slot.C);
                for (int i = 0; i < logits.size(); i++) {
                    loss += w[i] == 0 ? 0 : w[i] * (Elementwise.softplus(x[i]) - (double) t[i] * x[i]);
                }
            }
            case FLOAT64 -> {
                double[] x = logits.doubles(scope.scratch(), Scratch.Slot.A);
                double[] t = targets.doubles(scope.scratch(), Scratch.Slot.B);
                double[] w = weights.doubles(scope.scratch(), Scratch.Slot.C);
                for (int i = 0; i < logits.size(); i++) {
                    loss += w[i] == 0 ? 0 : w[i] * (Elementwise.softplus(x[i]) - t[i] * x[i]);
                }
            }
        }
        return Tensor.scalar(scope, logits.type(), loss / totalWeight);
    }

    /**
     * The sum of weights of which none is negative.
     *
     * @throws IllegalArgumentException where they are all zero, negative or not finite
     */
    public static double totalWeight(Tensor weights) {
        double total = 0;
        for (double weight : weights.toDoubles()) {
            if (!(weight >= 0)) {
                throw new IllegalArgumentException("The weight (%s) of a loss must not be negative.".formatted(weight));
            }
            total += weight;
        }
        if (!(total > 0 && total < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "The weights of a loss (sum %s) must be finite and not all zero.\nMaybe no element is labelled."
                            .formatted(total));
        }
        return total;
    }

    private static void checkSelection(Tensor logits, int[] rows, int[] classes) {
        if (rows.length == 0 || rows.length != classes.length) {
            throw new IllegalArgumentException(
                    "The loss needs one class (%d) for each selected row (%d) and at least one."
                            .formatted(classes.length, rows.length));
        }
        Shapes.checkIndices("select rows of " + logits.shape(), rows, logits.rows());
        Shapes.checkIndices("select classes of " + logits.shape(), classes, logits.columns());
    }
}
