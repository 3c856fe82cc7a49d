package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A differentiable function of tensors. An extension point: layers may bring their own, applied with
 * {@link Tape#apply(Op, Variable...)}.
 *
 * <p>An op is stateless apart from its constants; the same op may be applied many times.
 */
public interface Op {

    /**
     * The value, a new tensor of the scope.
     *
     * @throws IllegalArgumentException naming the shapes, where they do not fit
     */
    Tensor forward(TensorScope scope, List<Tensor> inputs);

    /**
     * For an op that ends in an activation: what the gradient in the output means before that. All of {@link #vjp} is given this gradient,
     * which so is made once for all inputs.
     */
    default Variable before(Variable output, Variable gradient) {
        return gradient;
    }

    /**
     * The vector-Jacobian product for one input: what the gradient of some scalar in the output means for that input. It
     * has the input's shape and is made of operations on variables only, never of their tensors' values.
     *
     * @param index which of the inputs
     * @param inputs the variables that the op was applied to
     * @param output what it gave
     * @param gradient of the scalar in the output, as {@link #before} gave it; has the output's shape
     * @return null where the output does not change with the input (a step, a rounding)
     */
    @Nullable
    Variable vjp(int index, List<Variable> inputs, Variable output, Variable gradient);

    /** The name in {@link Variable#render()}. */
    default String label() {
        return getClass().getSimpleName();
    }
}
