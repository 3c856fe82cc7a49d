package io.anabranch.learn.reversible;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.Block;
import io.anabranch.learn.depth.TrajectoryPenalty;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.Columns;
import io.anabranch.learn.tensor.Elementwise;
import io.anabranch.learn.tensor.Products;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The way back: level by level the rows before a layer are worked out from those after it, the layer is run again on a tape of its own, and the
 * gradients go through it. Both rules know the visible rows of two levels below from the state one level below, so all terms of a penalty
 * that touch a level are in its gradient before the layer that made it is gone through.
 */
final class Descent {

    private final Motion motion;
    private final List<Block> blocks;
    private final List<Tap> taps;
    private final @Nullable TrajectoryPenalty penalty;
    private final StateAlongDepth state;

    Descent(
            Motion motion,
            List<Block> blocks,
            List<Tap> taps,
            @Nullable TrajectoryPenalty penalty,
            StateAlongDepth state) {
        this.motion = motion;
        this.blocks = blocks;
        this.taps = taps;
        this.penalty = penalty;
        this.state = state;
    }

    /**
     * @param work holds what this needs, and the result
     * @param shape a tensor of the rows' shape and precision
     * @param gradient in the op's value, with its columns
     * @return the gradients in h_0 and c_0
     */
    Motion.Cotangents run(TensorScope work, Tensor shape, Tensor gradient, GradientSums sums) {
        int width = shape.columns();
        Motion.Cotangents cotangents = new Motion.Cotangents(
                Columns.slice(work, gradient, 0, width), Columns.slice(work, gradient, width, 2 * width));
        int tappedWidth = taps.isEmpty() ? 0 : taps.getFirst().weight().columns();
        Tensor tapped = Columns.slice(work, gradient, 2 * width, 2 * width + tappedWidth);
        Window window = new Window(work, shape, penalty == null ? 0 : gradient.get(0, 2 * width + tappedWidth));
        Tensor hidden = like(work, shape);

        state.writeVisible(window.after);
        tap(work, blocks.size(), window.after, tapped, cotangents.visible(), sums);
        motion.backVisible(state, window.here);
        for (int layer = blocks.size() - 1; layer >= 0; layer--) {
            try (TensorScope scope = work.openChild()) {
                Tape tape = new Tape(scope);
                Variable rows = tape.variable(window.here);
                Motion.Update update =
                        motion.update(layer, rows, blocks.get(layer).apply(tape, rows));
                motion.backHidden(state, update, hidden);
                if (layer > 0) {
                    motion.backVisible(state, window.before);
                }
                if (penalty != null) {
                    window.add(scope, penalty, layer > 0, cotangents.visible());
                }
                List<Parameter> parameters = Stream.concat(
                                blocks.get(layer).parameters().stream(), motion.parameters(layer).stream())
                        .filter(sums::wants)
                        .distinct()
                        .toList();
                List<Variable> gradients = motion.pullBack(
                        tape,
                        rows,
                        update,
                        hidden,
                        cotangents,
                        parameters.stream().map(p -> p.on(tape)).toList());
                for (int i = 0; i < gradients.size(); i++) {
                    sums.add(parameters.get(i), gradients.get(i).value());
                }
            }
            if (penalty != null) {
                Elementwise.addTo(cotangents.visible(), window.pending);
            }
            tap(work, layer, window.here, tapped, cotangents.visible(), sums);
            window.down(penalty != null);
        }
        return cotangents;
    }

    /** The level's taps: dW = hᵀ g, dh += g Wᵀ. */
    private void tap(TensorScope work, int level, Tensor rows, Tensor gradient, Tensor cotangent, GradientSums sums) {
        for (Tap tap : taps) {
            if (tap.level() != level) {
                continue;
            }
            try (TensorScope scope = work.openChild()) {
                if (sums.wants(tap.weight())) {
                    sums.add(tap.weight(), Products.matmul(scope, rows, true, gradient, false));
                }
                Elementwise.addTo(
                        cotangent,
                        Products.matmul(scope, gradient, false, tap.weight().tensor(), true));
            }
        }
    }

    private static Tensor like(TensorScope scope, Tensor shape) {
        return Tensor.zeros(scope, shape.type(), shape.rows(), shape.columns());
    }

    /** The visible rows of three levels, and what the penalty's terms so far mean for the lower two. */
    private static final class Window {
        private Tensor after;
        private Tensor here;
        private Tensor before;
        /** Gradient in {@link #here} of the terms that reach above it. */
        private final Tensor pending;

        private final Tensor pendingBefore;
        private final double slope;

        Window(TensorScope work, Tensor shape, double slope) {
            this.after = like(work, shape);
            this.here = like(work, shape);
            this.before = like(work, shape);
            this.pending = like(work, shape);
            this.pendingBefore = like(work, shape);
            this.slope = slope;
        }

        /** The terms whose highest level is {@link #after}; its gradient is complete then. */
        void add(TensorScope scope, TrajectoryPenalty penalty, boolean bends, Tensor cotangent) {
            Tape tape = new Tape(scope);
            Variable low = tape.variable(before);
            Variable middle = tape.variable(here);
            Variable high = tape.variable(after);
            Variable value = penalty.step(middle, high);
            if (bends) {
                value = value.plus(penalty.bend(low, middle, high));
            }
            List<Variable> gradients = tape.gradients(value.times(slope), List.of(low, middle, high), false);
            Elementwise.addTo(pendingBefore, gradients.get(0).value());
            Elementwise.addTo(pending, gradients.get(1).value());
            Elementwise.addTo(cotangent, gradients.get(2).value());
        }

        void down(boolean penalised) {
            Tensor free = after;
            after = here;
            here = before;
            before = free;
            if (penalised) {
                pending.copyFrom(pendingBefore);
                pendingBefore.fill(0);
            }
        }
    }
}
