package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.LossKernels;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/**
 * The mean of -ln softmax(x_row)_class over selected rows. Shapes: x [n, classes], y [1, 1].
 * dx_row += (softmax(x_row) - onehot(class)) / rows.
 */
final class CrossEntropy implements UnaryOp {

    private final int[] rows;
    private final int[] classes;

    CrossEntropy(int[] rows, int[] classes) {
        this.rows = rows;
        this.classes = classes;
    }

    @Override
    public Tensor forward(TensorScope scope, Tensor x) {
        return LossKernels.crossEntropy(scope, x, rows, classes);
    }

    @Override
    public Variable vjp(Variable x, Variable y, Variable g) {
        return x.tape().apply(new CrossEntropySlope(rows, classes), x).times(g);
    }
}
