package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.SparsePattern;
import io.anabranch.learn.tensor.SparseProducts;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/**
 * y_r = Σ_e w_e · x_column(e) over the entries e of row r. Shapes: x [columns, d], w [entries, 1], y [rows, d].
 * dx_c = Σ_e w_e · g_row(e) over the entries of column c; dw_e = ⟨g_row(e), x_column(e)⟩.
 */
record Aggregate(SparsePattern edges) implements BinaryOp {

    @Override
    public Tensor forward(TensorScope scope, Tensor x, Tensor weights) {
        return SparseProducts.aggregate(scope, edges, weights, x);
    }

    @Override
    public Variable vjpOfFirst(Variable x, Variable weights, Variable y, Variable g) {
        return g.aggregate(edges.transposed(), weights.gatherRows(edges.transposedEntries()));
    }

    @Override
    public Variable vjpOfSecond(Variable x, Variable weights, Variable y, Variable g) {
        return g.edgeDot(edges, x);
    }

    @Override
    public String label() {
        return "Aggregate(%s)".formatted(edges);
    }
}
