package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Products;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/** y = A · B, where A is a or its transpose, B is b or its transpose. dA = g · Bᵀ, dB = Aᵀ · g. */
record Matmul(boolean transposeA, boolean transposeB) implements BinaryOp {

    @Override
    public Tensor forward(TensorScope scope, Tensor a, Tensor b) {
        return Products.matmul(scope, a, transposeA, b, transposeB);
    }

    @Override
    public Variable vjpOfFirst(Variable a, Variable b, Variable y, Variable g) {
        return transposeA ? b.matmul(g, transposeB, true) : g.matmul(b, false, !transposeB);
    }

    @Override
    public Variable vjpOfSecond(Variable a, Variable b, Variable y, Variable g) {
        return transposeB ? g.matmul(a, true, transposeA) : a.matmul(g, !transposeA, false);
    }

    @Override
    public String label() {
        return "Matmul(a%s · b%s)".formatted(transposeA ? "ᵀ" : "", transposeB ? "ᵀ" : "");
    }
}
