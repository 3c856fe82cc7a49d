package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Elementwise;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/** y = tanh x, dy/dx = 1 - y². */
record Tanh() implements UnaryOp {

    @Override
    public Tensor forward(TensorScope scope, Tensor x) {
        return Elementwise.tanh(scope, x);
    }

    @Override
    public Variable vjp(Variable x, Variable y, Variable g) {
        return g.minus(g.times(y.square()));
    }
}
