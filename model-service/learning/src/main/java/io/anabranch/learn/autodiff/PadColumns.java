package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Columns;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/** x [n, d] as the columns from .. from + d - 1 of a zero [n, columns]. Its vjp takes them out again. */
record PadColumns(int from, int columns) implements UnaryOp {

    @Override
    public Tensor forward(TensorScope scope, Tensor x) {
        return Columns.pad(scope, x, from, columns);
    }

    @Override
    public Variable vjp(Variable x, Variable y, Variable g) {
        return g.sliceColumns(from, from + x.columns());
    }
}
