package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Elementwise;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/**
 * y = arccos x, dy/dx = -1 / √(1 - x²). At 1 and -1 that is infinite; within {@link #GUARD} of them, as 1 - x², it is taken to be 0, which
 * is what an angle between two directions needs: there the cosine itself does not move, and the product must not be 0 · ∞.
 */
record ArcCosine() implements UnaryOp {

    /** What floats cannot tell from 0. */
    static final double GUARD = 1e-6;

    @Override
    public Tensor forward(TensorScope scope, Tensor x) {
        return Elementwise.arcCosine(scope, x);
    }

    @Override
    public Variable vjp(Variable x, Variable y, Variable g) {
        Variable inside = x.square().negate().plus(1 - GUARD);
        return g.gatedBy(inside).over(inside.relu().plus(GUARD).sqrt()).negate();
    }
}
