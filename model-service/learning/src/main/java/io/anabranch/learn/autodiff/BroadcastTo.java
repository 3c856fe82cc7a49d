package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Reductions;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/** Repeats x along its dimensions of size 1 up to [rows, columns]. dx = g, summed over the repetitions. */
record BroadcastTo(int rows, int columns) implements UnaryOp {

    @Override
    public Tensor forward(TensorScope scope, Tensor x) {
        return Reductions.broadcastTo(scope, x, rows, columns);
    }

    @Override
    public Variable vjp(Variable x, Variable y, Variable g) {
        return g.sumTo(x.rows(), x.columns());
    }
}
