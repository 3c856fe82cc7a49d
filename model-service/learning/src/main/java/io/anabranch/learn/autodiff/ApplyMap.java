package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.LinearMap;
import io.anabranch.learn.tensor.SparseProducts;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/** y = M · x with a constant linear map M of the rows, such as the sum over neighbours. dx = Mᵀ · g. */
record ApplyMap(LinearMap map) implements UnaryOp {

    @Override
    public Tensor forward(TensorScope scope, Tensor x) {
        return SparseProducts.multiply(scope, map, x);
    }

    @Override
    public Variable vjp(Variable x, Variable y, Variable g) {
        return g.mapped(map.transposed());
    }

    @Override
    public String label() {
        return "ApplyMap([%d, %d])".formatted(map.outputs(), map.inputs());
    }
}
