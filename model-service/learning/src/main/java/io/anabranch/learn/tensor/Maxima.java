package io.anabranch.learn.tensor;

import io.anabranch.learn.tensor.RowMaximum.Holders;
import io.anabranch.learn.tensor.Scratch.Slot;
import java.util.Arrays;

/** Extrema over rows, and what goes along the way from an output to the row that holds it. */
public final class Maxima {

    private Maxima() {}

    /** y = the extrema of x: [inputs, d] → [outputs, d]. */
    public static Tensor apply(TensorScope scope, RowMaximum map, Tensor x) {
        checkInputs(map, x);
        return switch (x.type()) {
            case FLOAT32 -> {
                Tensor y = Tensor.uninitialised(scope, x.type(), map.outputs(), x.columns());
                float[] out = scope.scratch().floats(Slot.OUT, y.size());
                map.apply(x.floats(scope.scratch(), Slot.A), x.columns(), out);
                y.copyFrom(out, 0);
                yield y;
            }
            case FLOAT64 -> gather(scope, map, x, x);
        };
    }

    /** y_rj = f · z_hj with the row h that holds the extremum of x in column j: x and z [inputs, d] → [outputs, d]. */
    public static Tensor gather(TensorScope scope, RowMaximum map, Tensor x, Tensor z) {
        checkInputs(map, x);
        Shapes.checkSameType("gather by extrema", x, z);
        checkShape("rows to gather", z, x.rows(), x.columns());
        Holders holders = holders(scope, map, x);
        int width = x.columns();
        Tensor y = Tensor.uninitialised(scope, x.type(), map.outputs(), width);
        switch (x.type()) {
            case FLOAT32 -> {
                float[] from = z.floats(scope.scratch(), Slot.B);
                float[] out = scope.scratch().floats(Slot.OUT, y.size());
                for (int i = 0; i < y.size(); i++) {
                    int row = holders.rows()[i];
                    out[i] = row < 0 ? 0 : holders.factor(i) * from[row * width + i % width];
                }
                y.copyFrom(out, 0);
            }
            case FLOAT64 -> {
                double[] from = z.doubles(scope.scratch(), Slot.B);
                double[] out = scope.scratch().doubles(Slot.OUT, y.size());
                for (int i = 0; i < y.size(); i++) {
                    int row = holders.rows()[i];
                    out[i] = row < 0 ? 0 : holders.factor(i) * from[row * width + i % width];
                }
                y.copyFrom(out, 0);
            }
        }
        return y;
    }

    /** The transposed of that in z: each number of g added to the row that holds the extremum; g [outputs, d] → [inputs, d]. */
    public static Tensor scatter(TensorScope scope, RowMaximum map, Tensor x, Tensor g) {
        checkInputs(map, x);
        Shapes.checkSameType("scatter by extrema", x, g);
        checkShape("rows to scatter", g, map.outputs(), x.columns());
        Holders holders = holders(scope, map, x);
        int width = x.columns();
        Tensor y = Tensor.uninitialised(scope, x.type(), map.inputs(), width);
        switch (x.type()) {
            case FLOAT32 -> {
                float[] from = g.floats(scope.scratch(), Slot.B);
                float[] out = scope.scratch().floats(Slot.OUT, y.size());
                Arrays.fill(out, 0, y.size(), 0);
                for (int i = 0; i < g.size(); i++) {
                    int row = holders.rows()[i];
                    if (row >= 0) {
                        out[row * width + i % width] += holders.factor(i) * from[i];
                    }
                }
                y.copyFrom(out, 0);
            }
            case FLOAT64 -> {
                double[] from = g.doubles(scope.scratch(), Slot.B);
                double[] out = scope.scratch().doubles(Slot.OUT, y.size());
                Arrays.fill(out, 0, y.size(), 0);
                for (int i = 0; i < g.size(); i++) {
                    int row = holders.rows()[i];
                    if (row >= 0) {
                        out[row * width + i % width] += holders.factor(i) * from[i];
                    }
                }
                y.copyFrom(out, 0);
            }
        }
        return y;
    }

    private static Holders holders(TensorScope scope, RowMaximum map, Tensor x) {
        return switch (x.type()) {
            case FLOAT32 -> map.holders(x.floats(scope.scratch(), Slot.A), x.columns());
            case FLOAT64 -> map.holders(x.doubles(scope.scratch(), Slot.A), x.columns());
        };
    }

    private static void checkInputs(RowMaximum map, Tensor x) {
        if (map.inputs() != x.rows()) {
            throw new IllegalArgumentException("Cannot take the extrema [%d, %d] of the matrix %s: %d ≠ %d."
                    .formatted(map.outputs(), map.inputs(), x.shape(), map.inputs(), x.rows()));
        }
    }

    private static void checkShape(String what, Tensor tensor, int rows, int columns) {
        if (tensor.rows() != rows || tensor.columns() != columns) {
            throw new IllegalArgumentException(
                    "The %s are %s, not [%d, %d].".formatted(what, tensor.shape(), rows, columns));
        }
    }
}
