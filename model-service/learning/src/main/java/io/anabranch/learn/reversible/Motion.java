package io.anabranch.learn.reversible;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A rule at work: how it changes a state and how gradients pass it. */
interface Motion {

    /** What a layer does to the hidden rows, on the layer's tape: they are multiplied by keep (none: by the momentum) and incremented. */
    record Update(@Nullable Variable keep, Variable increment) {}

    /** The gradients of the scalar in the state at one level; tensors that a level after the other writes to. [n, k] each. */
    record Cotangents(Tensor visible, Tensor hidden) {}

    /** The rule's own, beside those of the blocks. */
    List<Parameter> parameters(int layer);

    int shareBits();

    Update update(int layer, Variable visible, Variable output);

    /** A level on. */
    void forward(StateAlongDepth state, Update update, Tensor nextVisible);

    /** The first half of a level back: visible rows are those that the layer read, which are written too. */
    void backVisible(StateAlongDepth state, Tensor visibleBefore);

    /** The second half: hidden rows too. */
    void backHidden(StateAlongDepth state, Update update, Tensor hiddenBefore);

    /**
     * Takes the cotangents a level back, through the rule and the layer.
     *
     * @param hiddenBefore what {@link #backHidden} wrote
     * @param parameters of the layer and the rule, on the layer's tape
     * @return the gradients in the parameters
     */
    List<Variable> pullBack(
            Tape tape,
            Variable visible,
            Update update,
            Tensor hiddenBefore,
            Cotangents cotangents,
            List<Variable> parameters);

    static Motion of(ReversibleRule rule) {
        return switch (rule) {
            case MomentumRule momentum -> new MomentumMotion(momentum);
            case GateRule gate -> new GateMotion(gate);
        };
    }
}
