package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Op;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.List;

/** The value that fixed point made of the input. Rounding passes gradients unchanged. */
record Rounded(Tensor value) implements Op {

    @Override
    public Tensor forward(TensorScope scope, List<Tensor> inputs) {
        return value;
    }

    @Override
    public Variable vjp(int index, List<Variable> inputs, Variable output, Variable gradient) {
        return gradient;
    }
}
