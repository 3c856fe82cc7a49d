package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Columns;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.List;

/** The inputs [n, d_i] side by side: [n, Σ d_i]. Its vjp cuts g apart again. */
record ConcatColumns() implements Op {

    @Override
    public Tensor forward(TensorScope scope, List<Tensor> inputs) {
        return Columns.concat(scope, inputs);
    }

    @Override
    public Variable vjp(int index, List<Variable> inputs, Variable output, Variable gradient) {
        int from = 0;
        for (Variable before : inputs.subList(0, index)) {
            from += before.columns();
        }
        return gradient.sliceColumns(from, from + inputs.get(index).columns());
    }
}
