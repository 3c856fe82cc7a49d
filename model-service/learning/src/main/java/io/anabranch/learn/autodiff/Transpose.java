package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Products;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/** y = xᵀ. */
record Transpose() implements UnaryOp {

    @Override
    public Tensor forward(TensorScope scope, Tensor x) {
        return Products.transpose(scope, x);
    }

    @Override
    public Variable vjp(Variable x, Variable y, Variable g) {
        return g.transpose();
    }
}
