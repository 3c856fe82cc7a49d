package io.anabranch.learn.reversible;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.Block;
import io.anabranch.learn.depth.TrajectoryPenalty;
import io.anabranch.learn.nn.GruCell;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stack whose layers lie on one tape in floating point, with all activations: what a reversible one must agree with. */
record Unrolled(List<Variable> levels, Variable hidden) {

    static Unrolled of(
            Tape tape, ReversibleRule rule, List<? extends Block> blocks, Variable visible, Variable hidden) {
        List<Variable> levels = new ArrayList<>(List.of(visible));
        Variable c = hidden;
        for (int layer = 0; layer < blocks.size(); layer++) {
            Variable h = levels.getLast();
            Variable y = blocks.get(layer).apply(tape, h);
            switch (rule) {
                case MomentumRule momentum -> {
                    double gamma = momentum.rounded();
                    c = c.times(gamma).plus(y.times(1 - gamma));
                    levels.add(h.plus(c));
                }
                case GateRule gate -> {
                    GruCell.Gate step = gate.cell(layer).gate(y, h, gate.maxForget());
                    levels.add(step.keep().times(c).plus(step.increment()));
                    c = h;
                }
            }
        }
        return new Unrolled(levels, c);
    }

    Variable visible() {
        return levels.getLast();
    }

    @Nullable
    Variable tapped(List<Tap> taps) {
        Variable sum = null;
        for (Tap tap : taps) {
            Variable level = levels.get(tap.level());
            Variable part = level.matmul(tap.weight().on(level.tape()));
            sum = sum == null ? part : sum.plus(part);
        }
        return sum;
    }

    Variable penalty(TrajectoryPenalty penalty) {
        Variable sum = penalty.step(levels.get(0), levels.get(1));
        for (int level = 2; level < levels.size(); level++) {
            sum = sum.plus(penalty.step(levels.get(level - 1), levels.get(level)))
                    .plus(penalty.bend(levels.get(level - 2), levels.get(level - 1), levels.get(level)));
        }
        return sum;
    }
}
