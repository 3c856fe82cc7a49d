package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Elementwise;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/** y = ln x, dy/dx = 1 / x. */
record Log() implements UnaryOp {

    @Override
    public Tensor forward(TensorScope scope, Tensor x) {
        return Elementwise.log(scope, x);
    }

    @Override
    public Variable vjp(Variable x, Variable y, Variable g) {
        return g.over(x);
    }
}
