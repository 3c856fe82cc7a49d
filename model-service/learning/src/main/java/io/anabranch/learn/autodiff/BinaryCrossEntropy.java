package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.LossKernels;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/**
 * Σ m (softplus(x) - t x) / Σ m with targets t in [0, 1] and weights m ≥ 0. Shapes: x, t, m [n, d], y [1, 1].
 * dx = m (sigmoid(x) - t) / Σ m.
 */
record BinaryCrossEntropy(Tensor targets, Tensor weights, double totalWeight) implements UnaryOp {

    @Override
    public Tensor forward(TensorScope scope, Tensor x) {
        return LossKernels.binaryCrossEntropy(scope, x, targets, weights, totalWeight);
    }

    @Override
    public Variable vjp(Variable x, Variable y, Variable g) {
        Tape tape = x.tape();
        return x.sigmoid()
                .minus(tape.constant(targets))
                .times(tape.constant(weights))
                .times(g.times(1 / totalWeight));
    }
}
