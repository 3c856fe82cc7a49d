package io.anabranch.learn.reversible;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.GruCell;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.Elementwise;
import io.anabranch.learn.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** h' = z c + (1 - z) n; c' = h. dc = z dh', dz = c dh' and so on; dh = dc' + what the layer and the cell read of it. */
record GateMotion(GateRule rule) implements Motion {

    @Override
    public List<Parameter> parameters(int layer) {
        return rule.cell(layer).parameters();
    }

    @Override
    public int shareBits() {
        return GateRule.SHARE_BITS;
    }

    @Override
    public Update update(int layer, Variable visible, Variable output) {
        GruCell.Gate gate = rule.cell(layer).gate(output, visible, rule.maxForget());
        return new Update(gate.keep(), gate.increment());
    }

    @Override
    public void forward(StateAlongDepth state, Update update, Tensor nextVisible) {
        state.forwardThroughGate(keep(update).value(), update.increment().value(), nextVisible);
    }

    @Override
    public void backVisible(StateAlongDepth state, Tensor visibleBefore) {
        state.backVisibleThroughGate(visibleBefore);
    }

    @Override
    public void backHidden(StateAlongDepth state, Update update, Tensor hiddenBefore) {
        state.backHiddenThroughGate(keep(update).value(), update.increment().value(), hiddenBefore);
    }

    @Override
    public List<Variable> pullBack(
            Tape tape,
            Variable visible,
            Update update,
            Tensor hiddenBefore,
            Cotangents cotangents,
            List<Variable> parameters) {
        Variable hidden = tape.variable(hiddenBefore);
        Variable next = keep(update).times(hidden).plus(update.increment());
        List<Variable> asked = new ArrayList<>(parameters);
        asked.add(visible);
        asked.add(hidden);
        List<Variable> gradients = tape.gradients(next, tape.constant(cotangents.visible()), asked, false);
        // The layer read what is hidden behind it.
        cotangents.visible().copyFrom(cotangents.hidden());
        Elementwise.addTo(cotangents.visible(), gradients.get(parameters.size()).value());
        cotangents.hidden().copyFrom(gradients.getLast().value());
        return gradients.subList(0, parameters.size());
    }

    private static Variable keep(Update update) {
        return Objects.requireNonNull(update.keep());
    }
}
