package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.tensor.Columns;
import io.anabranch.learn.tensor.Tensor;

/** How much a step's noise moves each unit: the deviations g of h' = F(h, x) + q g ξ, ξ normal, at strength q = 1. */
@FunctionalInterface
public interface Diffusion {

    /** [n, in], [n, s] → [n, s]. */
    Variable of(Variable input, Variable state);

    /** The same deviation for the first columns of the state, its output; none for others. */
    static Diffusion additive(double deviation, int columns) {
        return (input, state) -> {
            var scope = state.tape().scope();
            Tensor shown = Tensor.filled(scope, state.value().type(), state.rows(), columns, deviation);
            return state.tape().constant(Columns.pad(scope, shown, 0, state.columns()));
        };
    }
}
