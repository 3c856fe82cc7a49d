package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Elementwise;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import org.jspecify.annotations.Nullable;

/** y = 1 where x > 0, -1 where x < 0, 0 where it is 0: flat wherever it has a derivative. */
record Sign() implements UnaryOp {

    @Override
    public Tensor forward(TensorScope scope, Tensor x) {
        return Elementwise.sign(scope, x);
    }

    @Override
    public @Nullable Variable vjp(Variable x, Variable y, Variable g) {
        return null;
    }
}
