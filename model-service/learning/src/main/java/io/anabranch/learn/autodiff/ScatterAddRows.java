package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Rows;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/** y_r = Σ x_i over the i with indices(i) = r. Shapes: x [n, d], y [rows, d]. Its vjp gathers the rows of g. */
final class ScatterAddRows implements UnaryOp {

    private final int rows;
    private final int[] indices;

    ScatterAddRows(int rows, int[] indices) {
        this.rows = rows;
        this.indices = indices;
    }

    @Override
    public Tensor forward(TensorScope scope, Tensor x) {
        return Rows.scatterAdd(scope, x, rows, indices);
    }

    @Override
    public Variable vjp(Variable x, Variable y, Variable g) {
        return g.gatherRows(indices);
    }
}
