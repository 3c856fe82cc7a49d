package io.anabranch.learn.tensor;

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

    /** [classes.length, width] with a one at each row's class. */
    public static Tensor oneHot(TensorScope scope, DataType type, int[] classes, int width) {
        Shapes.checkIndices("mark classes", classes, width);
        float[] values = new float[Math.multiplyExact(classes.length, width)];
        for (int i = 0; i < classes.length; i++) {
            values[i * width + classes[i]] = 1;
        }
        return Tensor.of(scope, type, classes.length, width, values);
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
