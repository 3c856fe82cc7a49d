package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Elementwise;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/** y = scale · x + shift with fixed numbers. */
record Affine(double scale, double shift) implements UnaryOp {

    @Override
    public Tensor forward(TensorScope scope, Tensor x) {
        return Elementwise.affine(scope, x, scale, shift);
    }

    @Override
    public Variable vjp(Variable x, Variable y, Variable g) {
        return g.times(scale);
    }

    @Override
    public String label() {
        return "Affine(%s x + %s)".formatted(scale, shift);
    }
}
