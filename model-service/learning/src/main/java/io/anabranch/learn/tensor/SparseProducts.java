package io.anabranch.learn.tensor;

import io.anabranch.learn.tensor.Scratch.Slot;
import java.util.Arrays;

/** Products of sparse matrices with dense ones, which also are sums over the edges of a graph. */
public final class SparseProducts {

    private SparseProducts() {}

    /** left · x: [n, k] sparse, [k, d] → [n, d]. */
    public static Tensor multiply(TensorScope scope, SparseMatrix left, Tensor x) {
        checkInner(left.pattern(), x);
        return switch (x.type()) {
            case FLOAT32 -> sum(scope, left.pattern(), left.values(), x);
            case FLOAT64 -> {
                double[] weights = scope.scratch().doubles(Slot.B, left.values().length);
                for (int e = 0; e < left.values().length; e++) {
                    weights[e] = left.values()[e];
                }
                yield sum(scope, left.pattern(), weights, x);
            }
        };
    }

    /** y_r = Σ_e w_e · x_column(e): weights [entries, 1], x [columns, d] → [rows, d]. */
    public static Tensor aggregate(TensorScope scope, SparsePattern pattern, Tensor weights, Tensor x) {
        checkInner(pattern, x);
        Shapes.checkSameType("aggregate", weights, x);
        checkEntries(pattern, weights);
        return switch (x.type()) {
            case FLOAT32 -> sum(scope, pattern, weights.floats(scope.scratch(), Slot.B), x);
            case FLOAT64 -> sum(scope, pattern, weights.doubles(scope.scratch(), Slot.B), x);
        };
    }

    /** y_e = ⟨a_row(e), b_column(e)⟩: a [rows, d], b [columns, d] → [entries, 1]. */
    public static Tensor edgeDot(TensorScope scope, SparsePattern pattern, Tensor a, Tensor b) {
        Shapes.checkSameType("take edge products of", a, b);
        if (a.rows() != pattern.rows() || b.rows() != pattern.columns() || a.columns() != b.columns()) {
            throw new IllegalArgumentException(
                    "The rows of %s and %s do not fit the pattern (%s).".formatted(a.shape(), b.shape(), pattern));
        }
        Tensor y = Tensor.uninitialised(scope, a.type(), pattern.entries(), 1);
        int width = a.columns();
        int[] starts = pattern.starts();
        int[] indices = pattern.indices();
        switch (a.type()) {
            case FLOAT32 -> {
                float[] left = a.floats(scope.scratch(), Slot.A);
                float[] right = b.floats(scope.scratch(), Slot.B);
                float[] out = scope.scratch().floats(Slot.OUT, y.size());
                for (int r = 0; r < pattern.rows(); r++) {
                    for (int e = starts[r]; e < starts[r + 1]; e++) {
                        out[e] = Lanes.dot(left, r * width, right, indices[e] * width, width);
                    }
                }
                y.copyFrom(out, 0);
            }
            case FLOAT64 -> {
                double[] left = a.doubles(scope.scratch(), Slot.A);
                double[] right = b.doubles(scope.scratch(), Slot.B);
                double[] out = scope.scratch().doubles(Slot.OUT, y.size());
                for (int r = 0; r < pattern.rows(); r++) {
                    for (int e = starts[r]; e < starts[r + 1]; e++) {
                        out[e] = Lanes.dot(left, r * width, right, indices[e] * width, width);
                    }
                }
                y.copyFrom(out, 0);
            }
        }
        return y;
    }

    private static Tensor sum(TensorScope scope, SparsePattern pattern, float[] weights, Tensor x) {
        int width = x.columns();
        Tensor y = Tensor.uninitialised(scope, x.type(), pattern.rows(), width);
        float[] in = x.floats(scope.scratch(), Slot.A);
        float[] out = scope.scratch().floats(Slot.OUT, y.size());
        Arrays.fill(out, 0, y.size(), 0);
        int[] starts = pattern.starts();
        int[] indices = pattern.indices();
        for (int r = 0; r < pattern.rows(); r++) {
            for (int e = starts[r]; e < starts[r + 1]; e++) {
                Lanes.addScaled(out, r * width, weights[e], in, indices[e] * width, width);
            }
        }
        y.copyFrom(out, 0);
        return y;
    }

    private static Tensor sum(TensorScope scope, SparsePattern pattern, double[] weights, Tensor x) {
        int width = x.columns();
        Tensor y = Tensor.uninitialised(scope, x.type(), pattern.rows(), width);
        double[] in = x.doubles(scope.scratch(), Slot.A);
        double[] out = scope.scratch().doubles(Slot.OUT, y.size());
        Arrays.fill(out, 0, y.size(), 0);
        int[] starts = pattern.starts();
        int[] indices = pattern.indices();
        for (int r = 0; r < pattern.rows(); r++) {
            for (int e = starts[r]; e < starts[r + 1]; e++) {
                Lanes.addScaled(out, r * width, weights[e], in, indices[e] * width, width);
            }
        }
        y.copyFrom(out, 0);
        return y;
    }

    private static void checkInner(SparsePattern pattern, Tensor x) {
        if (pattern.columns() != x.rows()) {
            throw new IllegalArgumentException("Cannot multiply the sparse matrix (%s) with the matrix %s: %d ≠ %d."
                    .formatted(pattern, x.shape(), pattern.columns(), x.rows()));
        }
    }

    private static void checkEntries(SparsePattern pattern, Tensor weights) {
        if (weights.rows() != pattern.entries() || weights.columns() != 1) {
            throw new IllegalArgumentException("The weights %s must be [%d, 1], one per entry of the pattern (%s)."
                    .formatted(weights.shape(), pattern.entries(), pattern));
        }
    }
}
