package io.anabranch.learn.tensor;

import io.anabranch.learn.tensor.Scratch.Slot;
import org.nd4j.linalg.factory.Nd4j;

/** Dense products and transposition. */
public final class Products {

    private static final int TILE = 32;

    private Products() {}

    /** A · B in a new tensor, where A is a or its transpose, B is b or its transpose. */
    public static Tensor matmul(TensorScope scope, Tensor a, boolean transposeA, Tensor b, boolean transposeB) {
        Shapes.checkSameType("multiply", a, b);
        int rows = transposeA ? a.columns() : a.rows();
        int inner = transposeA ? a.rows() : a.columns();
        int innerOfB = transposeB ? b.columns() : b.rows();
        int columns = transposeB ? b.rows() : b.columns();
        if (inner != innerOfB) {
            throw new IllegalArgumentException("Cannot multiply the matrix%s %s with the matrix%s %s: %d ≠ %d."
                    .formatted(transposed(transposeA), a.shape(), transposed(transposeB), b.shape(), inner, innerOfB));
        }
        if (inner == 0 || rows == 0 || columns == 0) {
            return Tensor.zeros(scope, a.type(), rows, columns);
        }
        Tensor y = Tensor.uninitialised(scope, a.type(), rows, columns);
        Nd4j.gemm(a.array(), b.array(), y.array(), transposeA, transposeB, 1.0, 0.0);
        return y;
    }

    public static Tensor transpose(TensorScope scope, Tensor x) {
        int rows = x.rows();
        int columns = x.columns();
        Tensor y = Tensor.uninitialised(scope, x.type(), columns, rows);
        switch (x.type()) {
            case FLOAT32 -> {
                float[] in = x.floats(scope.scratch(), Slot.A);
                float[] out = scope.scratch().floats(Slot.OUT, x.size());
                for (int top = 0; top < rows; top += TILE) {
                    for (int left = 0; left < columns; left += TILE) {
                        for (int r = top; r < Math.min(top + TILE, rows); r++) {
                            for (int c = left; c < Math.min(left + TILE, columns); c++) {
                                out[c * rows + r] = in[r * columns + c];
                            }
                        }
                    }
                }
                y.copyFrom(out, 0);
            }
            case FLOAT64 -> {
                double[] in = x.doubles(scope.scratch(), Slot.A);
                double[] out = scope.scratch().doubles(Slot.OUT, x.size());
                for (int r = 0; r < rows; r++) {
                    for (int c = 0; c < columns; c++) {
                        out[c * rows + r] = in[r * columns + c];
                    }
                }
                y.copyFrom(out, 0);
            }
        }
        return y;
    }

    private static String transposed(boolean flag) {
        return flag ? " (transposed)" : "";
    }
}
