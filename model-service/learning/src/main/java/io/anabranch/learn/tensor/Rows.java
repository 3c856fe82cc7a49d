package io.anabranch.learn.tensor;

import io.anabranch.learn.tensor.Scratch.Slot;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Kernels that treat a tensor as a list of rows. The result is a new tensor of the scope. */
public final class Rows {

    private Rows() {}

    /** exp(x_ij) / Σ_k exp(x_ik), safe for large x. */
    public static Tensor softmax(TensorScope scope, Tensor x) {
        return normalise(scope, x, false);
    }

    /** x_ij - ln Σ_k exp(x_ik), safe for large x. */
    public static Tensor logSoftmax(TensorScope scope, Tensor x) {
        return normalise(scope, x, true);
    }

    /** The scalar product of each row of a with that of b: [n, d], [n, d] → [n, 1]. */
    public static Tensor dot(TensorScope scope, Tensor a, Tensor b) {
        Shapes.checkSameShape("take row products of", a, b);
        Tensor y = Tensor.uninitialised(scope, a.type(), a.rows(), 1);
        int width = a.columns();
        switch (a.type()) {
            case FLOAT32 -> {
                float[] left = a.floats(scope.scratch(), Slot.A);
                float[] right = b.floats(scope.scratch(), Slot.B);
                float[] out = scope.scratch().floats(Slot.OUT, y.size());
                for (int r = 0; r < a.rows(); r++) {
                    out[r] = Lanes.dot(left, r * width, right, r * width, width);
                }
                y.copyFrom(out, 0);
            }
            case FLOAT64 -> {
                double[] left = a.doubles(scope.scratch(), Slot.A);
                double[] right = b.doubles(scope.scratch(), Slot.B);
                double[] out = scope.scratch().doubles(Slot.OUT, y.size());
                for (int r = 0; r < a.rows(); r++) {
                    out[r] = Lanes.dot(left, r * width, right, r * width, width);
                }
                y.copyFrom(out, 0);
            }
        }
        return y;
    }

    /** Row i of the result is row {@code indices[i]} of x. */
    public static Tensor gather(TensorScope scope, Tensor x, int[] indices) {
        Shapes.checkIndices("gather rows of " + x.shape(), indices, x.rows());
        int width = x.columns();
        Tensor y = Tensor.uninitialised(scope, x.type(), indices.length, width);
        for (int i = 0; i < indices.length; i++) {
            y.copyRows(i, x, indices[i], 1);
        }
        return y;
    }

    /** The rows from (inclusive) to (exclusive). */
    public static Tensor slice(TensorScope scope, Tensor x, int from, int to) {
        if (from < 0 || to < from || to > x.rows()) {
            throw new IllegalArgumentException(
                    "The rows %d .. %d are outside the shape %s.".formatted(from, to, x.shape()));
        }
        Tensor y = Tensor.uninitialised(scope, x.type(), to - from, x.columns());
        y.copyRows(0, x, from, to - from);
        return y;
    }

    /** Overwrites the target's rows from {@code at} on with those of a tensor of the same width and precision. */
    public static void put(Tensor target, int at, Tensor rows) {
        Shapes.checkSameType("put rows", target, rows);
        if (at < 0 || at > target.rows() - rows.rows() || rows.columns() != target.columns()) {
            throw new IllegalArgumentException("The rows %s do not fit into the shape %s from row %d on."
                    .formatted(rows.shape(), target.shape(), at));
        }
        target.checkUsable();
        rows.checkUsable();
        target.copyRows(at, rows, 0, rows.rows());
    }

    /** [n_i, d] one below the other: [Σ n_i, d]. */
    public static Tensor concat(TensorScope scope, List<Tensor> parts) {
        Tensor first = parts.getFirst();
        int rows = 0;
        for (Tensor part : parts) {
            Shapes.checkSameType("concatenate", first, part);
            if (part.columns() != first.columns()) {
                throw new IllegalArgumentException(
                        "Cannot put the shapes %s and %s one below the other: %d ≠ %d columns."
                                .formatted(first.shape(), part.shape(), first.columns(), part.columns()));
            }
            rows = Math.addExact(rows, part.rows());
        }
        Tensor y = Tensor.uninitialised(scope, first.type(), rows, first.columns());
        int to = 0;
        for (Tensor part : parts) {
            y.copyRows(to, part, 0, part.rows());
            to += part.rows();
        }
        return y;
    }

    /** Row i of x is added to row {@code indices[i]} of a zero [rows, d]. */
    public static Tensor scatterAdd(TensorScope scope, Tensor x, int rows, int[] indices) {
        Shapes.checkIndices("scatter rows into [%d, %d]".formatted(rows, x.columns()), indices, rows);
        if (indices.length != x.rows()) {
            throw new IllegalArgumentException(
                    "The number of indices (%d) does not fit the rows of %s.".formatted(indices.length, x.shape()));
        }
        int width = x.columns();
        Tensor y = Tensor.uninitialised(scope, x.type(), rows, width);
        switch (x.type()) {
            case FLOAT32 -> {
                float[] in = x.floats(scope.scratch(), Slot.A);
                float[] out = scope.scratch().floats(Slot.OUT, y.size());
                Arrays.fill(out, 0, y.size(), 0);
                for (int i = 0; i < indices.length; i++) {
                    Lanes.addScaled(out, indices[i] * width, 1, in, i * width, width);
                }
                y.copyFrom(out, 0);
            }
            case FLOAT64 -> {
                double[] in = x.doubles(scope.scratch(), Slot.A);
                double[] out = scope.scratch().doubles(Slot.OUT, y.size());
                Arrays.fill(out, 0, y.size(), 0);
                for (int i = 0; i < indices.length; i++) {
                    Lanes.addScaled(out, indices[i] * width, 1, in, i * width, width);
                }
                y.copyFrom(out, 0);
            }
        }
        return y;
    }

    /** Zero with the probability {@code rate}, else {@code 1 / (1 - rate)}. */
    public static Tensor dropoutMask(
            TensorScope scope, DataType type, int rows, int columns, double rate, RandomGenerator random) {
        checkRate(rate);
        Tensor mask = Tensor.uninitialised(scope, type, rows, columns);
        int n = mask.size();
        double scale = 1 / (1 - rate);
        switch (type) {
            case FLOAT32 -> {
                float[] out = scope.scratch().floats(Slot.OUT, n);
                for (int i = 0; i < n; i++) {
                    out[i] = random.nextFloat() < rate ? 0 : (float) scale;
                }
                mask.copyFrom(out, 0);
            }
            case FLOAT64 -> {
                double[] out = scope.scratch().doubles(Slot.OUT, n);
                for (int i = 0; i < n; i++) {
                    out[i] = random.nextFloat() < rate ? 0 : scale;
                }
                mask.copyFrom(out, 0);
            }
        }
        return mask;
    }

    static void checkRate(double rate) {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("The dropout rate (%s) must be in [0, 1).".formatted(rate));
        }
    }

    private static Tensor normalise(TensorScope scope, Tensor x, boolean logarithm) {
        if (x.columns() == 0) {
            throw new IllegalArgumentException("The shape %s has no columns to normalise over.".formatted(x.shape()));
        }
        Tensor y = Tensor.uninitialised(scope, x.type(), x.rows(), x.columns());
        int width = x.columns();
        switch (x.type()) {
            case FLOAT32 -> {
                float[] v = x.floats(scope.scratch(), Slot.A);
                for (int from = 0; from < y.size(); from += width) {
                    normalise(v, from, width, logarithm);
                }
                y.copyFrom(v, 0);
            }
            case FLOAT64 -> {
                double[] v = x.doubles(scope.scratch(), Slot.A);
                for (int from = 0; from < y.size(); from += width) {
                    normalise(v, from, width, logarithm);
                }
                y.copyFrom(v, 0);
            }
        }
        return y;
    }

    private static void normalise(float[] v, int from, int width, boolean logarithm) {
        double logSum = logSum(v, from, width);
        for (int i = from; i < from + width; i++) {
            v[i] = (float) (logarithm ? v[i] - logSum : Math.exp(v[i] - logSum));
        }
    }

    private static void normalise(double[] v, int from, int width, boolean logarithm) {
        double logSum = logSum(v, from, width);
        for (int i = from; i < from + width; i++) {
            v[i] = logarithm ? v[i] - logSum : Math.exp(v[i] - logSum);
        }
    }

    /** ln Σ exp(v_i) over a row. */
    static double logSum(float[] v, int from, int width) {
        float greatest = v[from];
        for (int i = from + 1; i < from + width; i++) {
            greatest = Math.max(greatest, v[i]);
        }
        double sum = 0;
        for (int i = from; i < from + width; i++) {
            sum += Math.exp(v[i] - greatest);
        }
        return greatest + Math.log(sum);
    }

    /** ln Σ exp(v_i) over a row. */
    static double logSum(double[] v, int from, int width) {
        double greatest = v[from];
        for (int i = from + 1; i < from + width; i++) {
            greatest = Math.max(greatest, v[i]);
        }
        double sum = 0;
        for (int i = from; i < from + width; i++) {
            sum += Math.exp(v[i] - greatest);
        }
        return greatest + Math.log(sum);
    }
}
