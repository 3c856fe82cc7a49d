package io.anabranch.learn.reversible;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.Elementwise;
import io.anabranch.learn.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** c' = γ c + (1 - γ) y; h' = h + c'. With a = dh' + dc': dy = (1 - γ) a, dc = γ a, dh = dh' + (dy/dh)ᵀ dy. */
record MomentumMotion(MomentumRule rule) implements Motion {

    @Override
    public List<Parameter> parameters(int layer) {
        return List.of();
    }

    @Override
    public int shareBits() {
        return MomentumRule.SHARE_BITS;
    }

    @Override
    public Update update(int layer, Variable visible, Variable output) {
        return new Update(null, output.times(1 - rule.rounded()));
    }

    @Override
    public void forward(StateAlongDepth state, Update update, Tensor nextVisible) {
        state.forwardWithMomentum(rule.share(), update.increment().value(), nextVisible);
    }

    @Override
    public void backVisible(StateAlongDepth state, Tensor visibleBefore) {
        state.backVisibleWithMomentum(visibleBefore);
    }

    @Override
    public void backHidden(StateAlongDepth state, Update update, Tensor hiddenBefore) {
        state.backHiddenWithMomentum(rule.share(), update.increment().value());
    }

    @Override
    public List<Variable> pullBack(
            Tape tape,
            Variable visible,
            Update update,
            Tensor hiddenBefore,
            Cotangents cotangents,
            List<Variable> parameters) {
        Elementwise.addTo(cotangents.hidden(), cotangents.visible());
        List<Variable> asked = new ArrayList<>(parameters);
        asked.add(visible);
        List<Variable> gradients = tape.gradients(update.increment(), tape.constant(cotangents.hidden()), asked, false);
        Elementwise.addTo(cotangents.visible(), gradients.getLast().value());
        Tensor kept = Elementwise.affine(tape.scope(), cotangents.hidden(), rule.rounded(), 0);
        cotangents.hidden().copyFrom(kept);
        return gradients.subList(0, parameters.size());
    }
}
