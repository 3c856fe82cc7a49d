package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Columns;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/** The columns from (inclusive) to (exclusive). Its vjp puts g between columns of zeros. */
record SliceColumns(int from, int to) implements UnaryOp {

    @Override
    public Tensor forward(TensorScope scope, Tensor x) {
        return Columns.slice(scope, x, from, to);
    }

    @Override
    public Variable vjp(Variable x, Variable y, Variable g) {
        return x.tape().apply(new PadColumns(from, x.columns()), g);
    }
}
