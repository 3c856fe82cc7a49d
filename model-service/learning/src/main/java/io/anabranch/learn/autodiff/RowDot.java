package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Rows;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/** y_i = ⟨a_i, b_i⟩ for each row. Shapes: a, b [n, d], y [n, 1]. */
record RowDot() implements BinaryOp {

    @Override
    public Tensor forward(TensorScope scope, Tensor a, Tensor b) {
        return Rows.dot(scope, a, b);
    }

    @Override
    public Variable vjpOfFirst(Variable a, Variable b, Variable y, Variable g) {
        return b.times(g);
    }

    @Override
    public Variable vjpOfSecond(Variable a, Variable b, Variable y, Variable g) {
        return a.times(g);
    }
}
