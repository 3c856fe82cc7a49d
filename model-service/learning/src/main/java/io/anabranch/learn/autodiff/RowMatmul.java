package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.RowProducts;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/** y = x · W, each row from its own row alone to the bit; see {@link RowProducts}. dx = g · Wᵀ, dW = xᵀ · g. */
record RowMatmul() implements BinaryOp {

    @Override
    public Tensor forward(TensorScope scope, Tensor x, Tensor w) {
        return RowProducts.multiply(scope, x, w);
    }

    @Override
    public Variable vjpOfFirst(Variable x, Variable w, Variable y, Variable g) {
        return g.matmul(w, false, true);
    }

    @Override
    public Variable vjpOfSecond(Variable x, Variable w, Variable y, Variable g) {
        return x.matmul(g, true, false);
    }
}
