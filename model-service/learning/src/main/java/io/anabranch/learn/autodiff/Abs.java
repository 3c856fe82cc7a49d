package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Elementwise;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/** y = |x|, dy/dx = sign x, at 0 taken to be 0. */
record Abs() implements UnaryOp {

    @Override
    public Tensor forward(TensorScope scope, Tensor x) {
        return Elementwise.abs(scope, x);
    }

    @Override
    public Variable vjp(Variable x, Variable y, Variable g) {
        return g.times(x.sign());
    }
}
