package io.anabranch.learn.tensor;

import io.anabranch.learn.tensor.Scratch.Slot;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Sums over rows, columns or all, and their opposite. Sums are taken in double, in ascending order. */
public final class Reductions {

    private Reductions() {}

    /** Sums over the dimensions that are 1 in [rows, columns]. */
    public static Tensor sumTo(TensorScope scope, Tensor x, int rows, int columns) {
        if ((rows != 1 && rows != x.rows()) || (columns != 1 && columns != x.columns())) {
            throw new IllegalArgumentException(
                    "Cannot sum the shape %s to [%d, %d].".formatted(x.shape(), rows, columns));
        }
        Tensor y = Tensor.uninitialised(scope, x.type(), rows, columns);
        double[] sums = scope.scratch().doubles(Slot.OUT, y.size());
        Arrays.fill(sums, 0, y.size(), 0);
        int width = x.columns();
        int rowStep = rows == 1 ? 0 : columns;
        int step = columns == 1 ? 0 : 1;
        switch (x.type()) {
            case FLOAT32 -> {
                if (rows == 1 && columns == width) {
                    MemorySegment in = x.memory();
                    for (int r = 0; r < x.rows(); r++) {
                        FloatLanes.addTo(sums, in, (long) r * width, width);
                    }
                } else {
                    float[] in = x.floats(scope.scratch(), Slot.A);
                    for (int r = 0; r < x.rows(); r++) {
                        for (int c = 0; c < width; c++) {
                            sums[r * rowStep + c * step] += in[r * width + c];
                        }
                    }
                }
                float[] out = scope.scratch().floats(Slot.OUT, y.size());
                for (int i = 0; i < y.size(); i++) {
                    out[i] = (float) sums[i];
                }
                y.copyFrom(out, 0);
            }
            case FLOAT64 -> {
                double[] in = x.doubles(scope.scratch(), Slot.A);
                for (int r = 0; r < x.rows(); r++) {
                    for (int c = 0; c < width; c++) {
                        sums[r * rowStep + c * step] += in[r * width + c];
                    }
                }
                y.copyFrom(sums, 0);
            }
        }
        return y;
    }

    /** Repeats x along its dimensions of size 1. */
    public static Tensor broadcastTo(TensorScope scope, Tensor x, int rows, int columns) {
        if ((x.rows() != 1 && rows != x.rows()) || (x.columns() != 1 && columns != x.columns())) {
            throw new IllegalArgumentException(
                    "Cannot repeat the shape %s to [%d, %d].".formatted(x.shape(), rows, columns));
        }
        Tensor y = Tensor.uninitialised(scope, x.type(), rows, columns);
        int rowStep = x.rows() == 1 ? 0 : x.columns();
        int step = x.columns() == 1 ? 0 : 1;
        switch (x.type()) {
            case FLOAT32 -> {
                float[] in = x.floats(scope.scratch(), Slot.A);
                float[] out = scope.scratch().floats(Slot.OUT, y.size());
                for (int r = 0; r < rows; r++) {
                    for (int c = 0; c < columns; c++) {
                        out[r * columns + c] = in[r * rowStep + c * step];
                    }
                }
                y.copyFrom(out, 0);
            }
            case FLOAT64 -> {
                double[] in = x.doubles(scope.scratch(), Slot.A);
                double[] out = scope.scratch().doubles(Slot.OUT, y.size());
                for (int r = 0; r < rows; r++) {
                    for (int c = 0; c < columns; c++) {
                        out[r * columns + c] = in[r * rowStep + c * step];
                    }
                }
                y.copyFrom(out, 0);
            }
        }
        return y;
    }
}
