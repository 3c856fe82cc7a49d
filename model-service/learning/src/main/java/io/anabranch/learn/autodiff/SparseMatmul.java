package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.SparseMatrix;
import io.anabranch.learn.tensor.SparseProducts;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/** y = S · x with a constant sparse S, such as sparse features. dx = Sᵀ · g. */
record SparseMatmul(SparseMatrix left) implements UnaryOp {

    @Override
    public Tensor forward(TensorScope scope, Tensor x) {
        return SparseProducts.multiply(scope, left, x);
    }

    @Override
    public Variable vjp(Variable x, Variable y, Variable g) {
        return g.sparseMatmul(left.transposed());
    }

    @Override
    public String label() {
        return "SparseMatmul(%s)".formatted(left.pattern());
    }
}
