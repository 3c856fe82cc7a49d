package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Maxima;
import io.anabranch.learn.tensor.RowMaximum;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** y = Hᵀ · g, where H picks the row that holds each extremum of x. H is piecewise constant in x. dg = H · (gradient in y). */
record ScatterToHolders(RowMaximum map) implements Op {

    @Override
    public Tensor forward(TensorScope scope, List<Tensor> inputs) {
        return Maxima.scatter(scope, map, inputs.get(0), inputs.get(1));
    }

    @Override
    public @Nullable Variable vjp(int index, List<Variable> inputs, Variable output, Variable gradient) {
        return index == 0 ? null : gradient.tape().apply(new GatherFromHolders(map), inputs.get(0), gradient);
    }
}
