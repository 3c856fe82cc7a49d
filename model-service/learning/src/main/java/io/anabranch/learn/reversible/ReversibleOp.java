package io.anabranch.learn.reversible;

import io.anabranch.learn.autodiff.Op;
import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.Block;
import io.anabranch.learn.depth.TrajectoryPenalty;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.Columns;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A reversible stack as an op of the inputs h_0, c_0 and all parameters, each once. Its value has the columns of h_N, c_N, the taps' sum and, in the
 * first row of a last column, the penalty. It keeps the state after the last layer, so it is made for one application.
 */
final class ReversibleOp implements Op, ReversibleStore {

    private static final int STATE_INPUTS = 2;

    private final Motion motion;
    private final List<Block> blocks;
    private final List<Tap> taps;
    private final @Nullable TrajectoryPenalty penalty;
    private final List<Parameter> parameters;
    private @Nullable StateAlongDepth state;

    ReversibleOp(Motion motion, List<Block> blocks, List<Tap> taps, @Nullable TrajectoryPenalty penalty) {
        this.motion = motion;
        this.blocks = blocks;
        this.taps = taps;
        this.penalty = penalty;
        this.parameters = Stream.concat(
                        IntStream.range(0, blocks.size()).boxed().flatMap(this::ofLayer),
                        taps.stream().map(Tap::weight))
                .distinct()
                .toList();
    }

    List<Parameter> parameters() {
        return parameters;
    }

    List<Block> blocks() {
        return blocks;
    }

    List<Tap> taps() {
        return taps;
    }

    int tappedWidth() {
        return taps.isEmpty() ? 0 : taps.getFirst().weight().columns();
    }

    @Override
    public Tensor forward(TensorScope scope, List<Tensor> inputs) {
        if (state != null) {
            throw new IllegalStateException("The op (%s) is made for one application.".formatted(label()));
        }
        Tensor visible = inputs.get(0);
        state = new StateAlongDepth(visible, inputs.get(1), motion.shareBits());
        try (TensorScope work = scope.openChild()) {
            Readings readings = new Readings(work, visible, taps, penalty);
            Tensor last = new Ascent(motion, blocks, state).run(work, visible, readings);
            Tensor hidden = Tensor.uninitialised(work, visible.type(), visible.rows(), visible.columns());
            state.writeHidden(hidden);
            List<Tensor> columns = new ArrayList<>(List.of(last, hidden));
            readings.addTo(columns);
            return Columns.concat(scope, columns);
        }
    }

    @Override
    public @Nullable Variable[] pullBack(
            List<Variable> inputs, Variable output, Variable gradient, boolean[] wanted, boolean createGraph) {
        if (createGraph) {
            throw new UnsupportedOperationException(
                    "Gradients of a reversible stack cannot be differentiated again: it stores no activations."
                            + "\nMaybe use stored activations, or createGraph = false.");
        }
        Tape tape = output.tape();
        StateAlongDepth end = stateAtEnd(tape.scope(), inputs);
        @Nullable Tensor[] sums = new @Nullable Tensor[parameters.size()];
        try (TensorScope work = tape.scope().openChild()) {
            Descent descent = new Descent(motion, blocks, taps, penalty, end);
            GradientSums gradients = new GradientSums(tape.scope(), parameters, sums, wanted, STATE_INPUTS);
            Motion.Cotangents cotangents = descent.run(work, inputs.get(0).value(), gradient.value(), gradients);
            if (!end.isStart(inputs.get(0).value(), inputs.get(1).value())) {
                throw new IllegalStateException(
                        "The way back through a reversible stack of %d layers did not end where it began: "
                                        .formatted(blocks.size())
                                + "a layer gave other bits when it was run again.\nMaybe its dropout draws from a generator that went on.");
            }
            @Nullable Variable[] parts = new @Nullable Variable[inputs.size()];
            parts[0] = tape.constant(cotangents.visible().copy(tape.scope()));
            parts[1] = tape.constant(cotangents.hidden().copy(tape.scope()));
            for (int i = 0; i < sums.length; i++) {
                Tensor sum = sums[i];
                parts[STATE_INPUTS + i] = sum == null ? null : tape.constant(sum);
            }
            return parts;
        }
    }

    @Override
    public @Nullable Variable vjp(int index, List<Variable> inputs, Variable output, Variable gradient) {
        boolean[] wanted = new boolean[inputs.size()];
        wanted[index] = true;
        return pullBack(inputs, output, gradient, wanted, false)[index];
    }

    @Override
    public String label() {
        return "Reversible(%s, %d layers)".formatted(motion.getClass().getSimpleName(), blocks.size());
    }

    @Override
    public int levels() {
        return state == null ? 0 : state.arithmetic().steps();
    }

    @Override
    public long bytes() {
        return state == null ? 0 : state.bytes();
    }

    @Override
    public long bufferBits() {
        return state == null ? 0 : state.arithmetic().bits();
    }

    @Override
    public long elements() {
        return state == null ? 0 : state.arithmetic().size();
    }

    /** The state after the last layer, which is there unless this op was gone back through before. */
    private StateAlongDepth stateAtEnd(TensorScope scope, List<Variable> inputs) {
        StateAlongDepth kept = Objects.requireNonNull(state);
        if (kept.arithmetic().steps() == 0) {
            try (TensorScope work = scope.openChild()) {
                Tensor visible = inputs.get(0).value();
                new Ascent(motion, blocks, kept).run(work, visible, new Readings(work, visible, List.of(), null));
            }
        }
        return kept;
    }

    private Stream<Parameter> ofLayer(int layer) {
        return Stream.concat(blocks.get(layer).parameters().stream(), motion.parameters(layer).stream());
    }
}
