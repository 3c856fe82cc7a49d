package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Rows;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/** y_ij = exp(x_ij) / Σ_k exp(x_ik). dx = y · (g - ⟨g, y⟩ per row). */
record Softmax() implements UnaryOp {

    @Override
    public Tensor forward(TensorScope scope, Tensor x) {
        return Rows.softmax(scope, x);
    }

    @Override
    public Variable vjp(Variable x, Variable y, Variable g) {
        return y.times(g.minus(g.rowDot(y)));
    }
}
