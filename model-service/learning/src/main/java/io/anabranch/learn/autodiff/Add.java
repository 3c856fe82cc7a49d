package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Elementwise;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/** y = a + b, with repetition of rows, columns or scalars. */
record Add() implements BinaryOp {

    @Override
    public Tensor forward(TensorScope scope, Tensor a, Tensor b) {
        return Elementwise.add(scope, a, b);
    }

    @Override
    public Variable vjpOfFirst(Variable a, Variable b, Variable y, Variable g) {
        return g.sumTo(a.rows(), a.columns());
    }

    @Override
    public Variable vjpOfSecond(Variable a, Variable b, Variable y, Variable g) {
        return g.sumTo(b.rows(), b.columns());
    }
}
