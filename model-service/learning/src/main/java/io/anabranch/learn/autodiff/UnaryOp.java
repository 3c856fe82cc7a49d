package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An op of one input x with output y. */
interface UnaryOp extends Op {

    Tensor forward(TensorScope scope, Tensor x);

    /** The product of the gradient g in y with the Jacobian of y in x. */
    @Nullable
    Variable vjp(Variable x, Variable y, Variable g);

    @Override
    default Tensor forward(TensorScope scope, List<Tensor> inputs) {
        return forward(scope, inputs.getFirst());
    }

    @Override
    default @Nullable Variable vjp(int index, List<Variable> inputs, Variable output, Variable gradient) {
        return vjp(inputs.getFirst(), output, gradient);
    }
}
