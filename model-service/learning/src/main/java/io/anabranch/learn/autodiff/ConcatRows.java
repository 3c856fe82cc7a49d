package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Rows;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.List;
import java.util.stream.IntStream;

/** The inputs [n_i, d] one below the other: [Σ n_i, d]. Its vjp cuts g apart again. */
record ConcatRows() implements Op {

    @Override
    public Tensor forward(TensorScope scope, List<Tensor> inputs) {
        return Rows.concat(scope, inputs);
    }

    @Override
    public Variable vjp(int index, List<Variable> inputs, Variable output, Variable gradient) {
        int from = 0;
        for (Variable before : inputs.subList(0, index)) {
            from += before.rows();
        }
        return gradient.gatherRows(
                IntStream.range(from, from + inputs.get(index).rows()).toArray());
    }
}
