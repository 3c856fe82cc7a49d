package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A differentiable function of tensors. An extension point: layers may bring their own, applied with
 * {@link Tape#apply(Op, Variable...)}.
 *
 * <p>An op is stateless apart from its constants; the same op may be applied many times. An op that keeps what its way back needs is made
 * for one application, and says so.
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

    /**
     * The vector-Jacobian products for all inputs in one go: {@link #vjp} for each. An op overrides it where they come out of one computation; it
     * may then use tensors' values, unless a graph is to be created.
     *
     * @param wanted which inputs a gradient is asked for; for others the element is not looked at
     * @param createGraph whether the gradients are to be differentiated again
     * @throws UnsupportedOperationException where they cannot be
     */
    default @Nullable Variable[] pullBack(
            List<Variable> inputs, Variable output, Variable gradient, boolean[] wanted, boolean createGraph) {
        Variable inner = before(output, gradient);
        @Nullable Variable[] parts = new @Nullable Variable[wanted.length];
        for (int i = 0; i < wanted.length; i++) {
            parts[i] = wanted[i] ? vjp(i, inputs, output, inner) : null;
        }
        return parts;
    }

    /** The name in {@link Variable#render()}. */
    default String label() {
        return getClass().getSimpleName();
    }
}
