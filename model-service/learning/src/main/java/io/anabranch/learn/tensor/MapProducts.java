package io.anabranch.learn.tensor;

import io.anabranch.learn.tensor.Scratch.Slot;
import org.jspecify.annotations.Nullable;

/** Products of linear maps with matrices. Factors, addends and a rectifier are part of the loops that move the rows. */
public final class MapProducts {

    private MapProducts() {}

    /**
     * {@code map · x + bias + addend}, and of that {@code max(·, 0)} where it is rectified: [inputs, d] → [outputs, d].
     *
     * @param bias [1, d], added to every row; null: nothing
     * @param addend [outputs, d]; null: nothing
     */
    public static Tensor multiply(
            TensorScope scope,
            LinearMap map,
            Tensor x,
            @Nullable Tensor bias,
            @Nullable Tensor addend,
            boolean rectified) {
        if (map.inputs() != x.rows()) {
            throw new IllegalArgumentException("Cannot apply the map [%d, %d] to the matrix %s: %d ≠ %d."
                    .formatted(map.outputs(), map.inputs(), x.shape(), map.inputs(), x.rows()));
        }
        checkAddend(bias, x, 1);
        checkAddend(addend, x, map.outputs());
        Tensor y = Tensor.uninitialised(scope, x.type(), map.outputs(), x.columns());
        Scratch scratch = scope.scratch();
        switch (x.type()) {
            case FLOAT32 -> {
                float[] in = scratch.floats(Slot.A, x.size());
                float[] out = scratch.floats(Slot.OUT, y.size());
                FloatLanes.takeRows(x, map.before(), in);
                map.applyUnscaled(in, x.columns(), out);
                FloatLanes.giveRows(out, map.after(), bias, addend, rectified, y);
            }
            case FLOAT64 -> {
                double[] out = scratch.doubles(Slot.OUT, y.size());
                map.apply(x.doubles(scratch, Slot.A), x.columns(), out);
                add(out, y.size(), bias, scratch);
                add(out, y.size(), addend, scratch);
                for (int i = 0; rectified && i < y.size(); i++) {
                    out[i] = Math.max(out[i], 0);
                }
                y.copyFrom(out, 0);
            }
        }
        return y;
    }

    private static void add(double[] out, int length, @Nullable Tensor addend, Scratch scratch) {
        if (addend != null) {
            double[] values = addend.doubles(scratch, Slot.B);
            for (int i = 0; i < length; i++) {
                out[i] += values[i % addend.size()];
            }
        }
    }

    private static void checkAddend(@Nullable Tensor addend, Tensor x, int rows) {
        if (addend != null) {
            Shapes.checkSameType("map and add", x, addend);
            if (addend.rows() != rows || addend.columns() != x.columns()) {
                throw new IllegalArgumentException("Cannot add %s to the mapped rows: the shape must be [%d, %d]."
                        .formatted(addend.shape(), rows, x.columns()));
            }
        }
    }
}
