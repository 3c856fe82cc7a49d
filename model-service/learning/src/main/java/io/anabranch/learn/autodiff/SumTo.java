package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Reductions;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/** Sums over the dimensions that are 1 in [rows, columns]. dx = g, repeated. */
record SumTo(int rows, int columns) implements UnaryOp {

    @Override
    public Tensor forward(TensorScope scope, Tensor x) {
        return Reductions.sumTo(scope, x, rows, columns);
    }

    @Override
    public Variable vjp(Variable x, Variable y, Variable g) {
        return g.broadcastTo(x.rows(), x.columns());
    }
}
