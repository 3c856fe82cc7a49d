package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.LossKernels;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/**
 * The derivative of {@link CrossEntropy}: y_row += (p_row - onehot(class)) / rows over the selected rows, p = softmax(x). Shapes: x and
 * y [n, classes]. dx_row += p · (g_row - ⟨g_row, p⟩) / rows.
 */
final class CrossEntropySlope implements UnaryOp {

    private final int[] rows;
    private final int[] classes;

    CrossEntropySlope(int[] rows, int[] classes) {
        this.rows = rows;
        this.classes = classes;
    }

    @Override
    public Tensor forward(TensorScope scope, Tensor x) {
        return LossKernels.crossEntropySlope(scope, x, rows, classes);
    }

    @Override
    public Variable vjp(Variable x, Variable y, Variable g) {
        Variable p = x.gatherRows(rows).softmax();
        Variable h = g.gatherRows(rows);
        return p.times(h.minus(h.rowDot(p))).times(1.0 / rows.length).scatterAddRows(x.rows(), rows);
    }
}
