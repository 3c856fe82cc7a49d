package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Maxima;
import io.anabranch.learn.tensor.RowMaximum;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;

/** y_rj = the extremum over some rows of x in column j. dx: each g_rj goes to the row that holds it. */
record Maximum(RowMaximum map) implements UnaryOp {

    @Override
    public Tensor forward(TensorScope scope, Tensor x) {
        return Maxima.apply(scope, map, x);
    }

    @Override
    public Variable vjp(Variable x, Variable y, Variable g) {
        return x.tape().apply(new ScatterToHolders(map), x, g);
    }

    @Override
    public String label() {
        return "Maximum([%d, %d])".formatted(map.outputs(), map.inputs());
    }
}
