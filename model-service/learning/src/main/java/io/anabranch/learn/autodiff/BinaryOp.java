package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.List;

/** An op of two inputs a and b with output y. */
interface BinaryOp extends Op {

    Tensor forward(TensorScope scope, Tensor a, Tensor b);

    /** The product of the gradient g in y with the Jacobian of y in a. */
    Variable vjpOfFirst(Variable a, Variable b, Variable y, Variable g);

    /** The product of the gradient g in y with the Jacobian of y in b. */
    Variable vjpOfSecond(Variable a, Variable b, Variable y, Variable g);

    @Override
    default Tensor forward(TensorScope scope, List<Tensor> inputs) {
        return forward(scope, inputs.get(0), inputs.get(1));
    }

    @Override
    default Variable vjp(int index, List<Variable> inputs, Variable output, Variable gradient) {
        Variable a = inputs.get(0);
        Variable b = inputs.get(1);
        return index == 0 ? vjpOfFirst(a, b, output, gradient) : vjpOfSecond(a, b, output, gradient);
    }
}
