package io.anabranch.learn.reversible;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.Block;
import io.anabranch.learn.depth.TrajectoryPenalty;
import io.anabranch.learn.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Layers along depth as one op of the tape, which stores the state after the last layer and no activations. The state is in fixed point with 40
 * fraction bits. On the way back each layer is run again on rows that are worked out bit by bit from the rows after it.
 *
 * <p>Bytes for a state of n k elements: 20 per element for the state and the buffer, whatever the depth, and what overflows the
 * buffer; and the activations of one layer while it runs. Time: one run of the layers more than with stored activations. Rows are the same
 * whether gradients are asked for or not, and within 2^-40 and the rounding of a share per layer of those that floats give.
 *
 * <p>Gradients are those of the layers at the rounded rows; rounding passes them unchanged. They cannot be differentiated again. Asking a second
 * time runs the layers forward once more.
 */
public final class ReversibleStack {

    /**
     * What a stack gives. All are on its tape.
     *
     * @param visible h after the last layer, [n, k]
     * @param hidden c after the last layer, [n, k]
     * @param tapped the sum of all taps, [n, r]; null without taps
     * @param penalty along the levels 0 .. N, [1, 1]; null without a penalty
     * @param store what is kept for the way back
     */
    public record Result(
            Variable visible,
            Variable hidden,
            @Nullable Variable tapped,
            @Nullable Variable penalty,
            ReversibleStore store) {}

    private ReversibleStack() {}

    /**
     * The blocks one after the other: block l reads the visible rows of level l and, with the rule, makes level l + 1.
     *
     * @param blocks at least one; a block may occur several times, and blocks may share parameters. From [n, k] to [n, k], or to the width that
     *     the rule's cells read
     * @param visible h at level 0, [n, k]
     * @param hidden c at level 0, [n, k]
     * @param taps none, or some of the levels' contributions to a readout
     * @param penalty none, or one that is summed up over all levels of this stack
     * @throws ArithmeticException where rows are not numbers or too large for fixed point (2^21)
     */
    public static Result apply(
            Tape tape,
            ReversibleRule rule,
            List<? extends Block> blocks,
            Variable visible,
            Variable hidden,
            List<Tap> taps,
            @Nullable TrajectoryPenalty penalty) {
        ReversibleOp op = new ReversibleOp(Motion.of(rule), List.copyOf(blocks), List.copyOf(taps), penalty);
        check(rule, op, visible, hidden);
        List<Variable> inputs = new ArrayList<>(List.of(visible, hidden));
        for (Parameter parameter : op.parameters()) {
            inputs.add(parameter.on(tape));
        }
        Variable all = tape.apply(op, inputs.toArray(Variable[]::new));
        int width = visible.columns();
        int tapped = 2 * width + op.tappedWidth();
        return new Result(
                all.sliceColumns(0, width),
                all.sliceColumns(width, 2 * width),
                taps.isEmpty() ? null : all.sliceColumns(2 * width, tapped),
                penalty == null ? null : all.sliceColumns(tapped, tapped + 1).sum(),
                op);
    }

    private static void check(ReversibleRule rule, ReversibleOp op, Variable visible, Variable hidden) {
        if (!visible.value().sameShape(hidden.value())) {
            throw new IllegalArgumentException("The visible rows %s and the hidden rows %s must have the same shape."
                    .formatted(visible.shape(), hidden.shape()));
        }
        int layers = op.blocks().size();
        if (layers == 0) {
            throw new IllegalArgumentException("The blocks of a reversible stack must not be empty.");
        }
        if (rule instanceof GateRule gate
                && gate.cells().size() != 1
                && gate.cells().size() != layers) {
            throw new IllegalArgumentException("The number of cells (%d) must be 1 or that of the blocks (%d)."
                    .formatted(gate.cells().size(), layers));
        }
        for (Tap tap : op.taps()) {
            if (tap.level() < 0 || tap.level() > layers) {
                throw new IllegalArgumentException(
                        "The level (%d) of a tap must be from 0 to %d.".formatted(tap.level(), layers));
            }
            if (tap.weight().rows() != visible.columns()
                    || tap.weight().columns() != op.taps().getFirst().weight().columns()) {
                throw new IllegalArgumentException("The tap (%s) at level %d must be [%d, %d]."
                        .formatted(
                                tap.weight(),
                                tap.level(),
                                visible.columns(),
                                op.taps().getFirst().weight().columns()));
            }
        }
    }
}
