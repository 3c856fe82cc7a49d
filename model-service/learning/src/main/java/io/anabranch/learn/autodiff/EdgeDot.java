package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.SparsePattern;
import io.anabranch.learn.tensor.SparseProducts;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/**
 * y_e = ⟨a_row(e), b_column(e)⟩. Shapes: a [rows, d], b [columns, d], y [entries, 1].
 * da_r = Σ_e g_e · b_column(e), db_c = Σ_e g_e · a_row(e): both are aggregations weighted by g.
 */
record EdgeDot(SparsePattern edges) implements BinaryOp {

    @Override
    public Tensor forward(TensorScope scope, Tensor a, Tensor b) {
        return SparseProducts.edgeDot(scope, edges, a, b);
    }

    @Override
    public Variable vjpOfFirst(Variable a, Variable b, Variable y, Variable g) {
        return b.aggregate(edges, g);
    }

    @Override
    public Variable vjpOfSecond(Variable a, Variable b, Variable y, Variable g) {
        return a.aggregate(edges.transposed(), g.gatherRows(edges.transposedEntries()));
    }

    @Override
    public String label() {
        return "EdgeDot(%s)".formatted(edges);
    }
}
