package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Elementwise;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** y = x where the gate is > 0, else 0. dx = g through the same gate; y is flat in the gate wherever it has a derivative. */
record Gate() implements Op {

    @Override
    public Tensor forward(TensorScope scope, List<Tensor> inputs) {
        return Elementwise.gate(scope, inputs.get(0), inputs.get(1));
    }

    @Override
    public @Nullable Variable vjp(int index, List<Variable> inputs, Variable output, Variable gradient) {
        return index == 0 ? gradient.gatedBy(inputs.get(1)) : null;
    }
}
