package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Rows;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/** y_i = x_indices(i). Its vjp adds each row of g back to where the row came from. */
final class GatherRows implements UnaryOp {

    private final int[] indices;

    GatherRows(int[] indices) {
        this.indices = indices;
    }

    @Override
    public Tensor forward(TensorScope scope, Tensor x) {
        return Rows.gather(scope, x, indices);
    }

    @Override
    public Variable vjp(Variable x, Variable y, Variable g) {
        return g.scatterAddRows(x.rows(), indices);
    }
}
