package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Rows;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/** y_ij = x_ij - ln Σ_k exp(x_ik). dx = g - softmax(x) · (Σ g per row). */
record LogSoftmax() implements UnaryOp {

    @Override
    public Tensor forward(TensorScope scope, Tensor x) {
        return Rows.logSoftmax(scope, x);
    }

    @Override
    public Variable vjp(Variable x, Variable y, Variable g) {
        return g.minus(y.exp().times(g.rowSum()));
    }
}
