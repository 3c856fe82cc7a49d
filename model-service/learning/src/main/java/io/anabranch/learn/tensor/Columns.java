package io.anabranch.learn.tensor;

import java.util.List;

/** Kernels that put tensors side by side or cut them apart. The result is a new tensor of the scope. */
public final class Columns {

    private Columns() {}

    /** [n, d_i] side by side: [n, Σ d_i]. */
    public static Tensor concat(TensorScope scope, List<Tensor> parts) {
        Tensor first = parts.getFirst();
        int columns = 0;
        for (Tensor part : parts) {
            Shapes.checkSameType("concatenate", first, part);
            if (part.rows() != first.rows()) {
                throw new IllegalArgumentException("Cannot put the shapes %s and %s side by side: %d ≠ %d rows."
                        .formatted(first.shape(), part.shape(), first.rows(), part.rows()));
            }
            columns += part.columns();
        }
        Tensor y = Tensor.uninitialised(scope, first.type(), first.rows(), columns);
        int to = 0;
        for (Tensor part : parts) {
            y.copyColumns(to, part, 0, part.columns());
            to += part.columns();
        }
        return y;
    }

    /** The columns from (inclusive) to (exclusive). */
    public static Tensor slice(TensorScope scope, Tensor x, int from, int to) {
        if (from < 0 || to < from || to > x.columns()) {
            throw new IllegalArgumentException(
                    "The columns %d .. %d are outside the shape %s.".formatted(from, to, x.shape()));
        }
        Tensor y = Tensor.uninitialised(scope, x.type(), x.rows(), to - from);
        y.copyColumns(0, x, from, to - from);
        return y;
    }

    /** x as the columns from .. of a zero [n, columns]. */
    public static Tensor pad(TensorScope scope, Tensor x, int from, int columns) {
        if (from < 0 || from + x.columns() > columns) {
            throw new IllegalArgumentException(
                    "The shape %s does not fit into %d columns from column %d on.".formatted(x.shape(), columns, from));
        }
        Tensor y = Tensor.zeros(scope, x.type(), x.rows(), columns);
        y.copyColumns(from, x, 0, x.columns());
        return y;
    }
}
