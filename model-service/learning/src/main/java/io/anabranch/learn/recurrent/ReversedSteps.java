package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Op;
import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.reversible.GradientSums;
import io.anabranch.learn.reversible.ReversibleStore;
import io.anabranch.learn.tensor.Rows;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A reversible run as an op of the events, the initial states (longest sequence first) and all parameters. Its value has, in blocks of rows of the
 * cell's output width, the last states' columns from first to last, [n, out] each, and then, where they were asked for, the outputs after every
 * step. It keeps the state after the last step, so it is made for one application.
 */
final class ReversedSteps implements Op, ReversibleStore {

    private static final int EVENTS = 0;
    private static final int INITIAL = 1;
    private static final int PARAMETERS = 2;

    private final ReversibleCell cell;
    private final @Nullable NoiseSource noise;
    private final PackedSequences sequences;
    private final boolean withOutputs;
    private final List<Parameter> parameters;
    private @Nullable StateInParts state;

    ReversedSteps(ReversibleCell cell, @Nullable NoiseSource noise, PackedSequences sequences, boolean withOutputs) {
        this.cell = cell;
        this.noise = noise;
        this.sequences = sequences;
        this.withOutputs = withOutputs;
        this.parameters = cell.parameters();
    }

    /** How many blocks of [n, out] a state has. */
    int blocks() {
        return cell.stateWidth() / cell.outputWidth();
    }

    List<Parameter> parameters() {
        return parameters;
    }

    @Override
    public Tensor forward(TensorScope scope, List<Tensor> inputs) {
        if (state != null) {
            throw new IllegalStateException("The op (%s) is made for one application.".formatted(label()));
        }
        Tensor initial = inputs.get(INITIAL);
        int last = blocks() * initial.rows();
        Tensor value = Tensor.uninitialised(
                scope, initial.type(), last + (withOutputs ? sequences.total() : 0), cell.outputWidth());
        try (TensorScope work = scope.openChild()) {
            StateInParts start = new StateInParts(work, initial, cell.parts(), cell.partWidth());
            state = start;
            ascend(work, start, inputs.get(EVENTS), withOutputs ? value : null);
            int perBlock = cell.outputWidth() / cell.partWidth();
            for (int block = 0; block < blocks(); block++) {
                Rows.put(
                        value,
                        block * initial.rows(),
                        start.columns(work, block * perBlock, (block + 1) * perBlock, initial.rows()));
            }
        }
        return value;
    }

    @Override
    public @Nullable Variable[] pullBack(
            List<Variable> inputs, Variable output, Variable gradient, boolean[] wanted, boolean createGraph) {
        if (createGraph) {
            throw new UnsupportedOperationException(
                    "Gradients of a reversible recurrence cannot be differentiated again: it stores no activations."
                            + "\nMaybe use stored activations, or createGraph = false.");
        }
        Tape tape = output.tape();
        Tensor events = inputs.get(EVENTS).value();
        Tensor initial = inputs.get(INITIAL).value();
        @Nullable Tensor[] sums = new @Nullable Tensor[parameters.size()];
        Tensor inEvents =
                wanted[EVENTS] ? Tensor.zeros(tape.scope(), events.type(), events.rows(), events.columns()) : null;
        try (TensorScope work = tape.scope().openChild()) {
            StateInParts end = stateAtEnd(work, events);
            StepsBack back = new StepsBack(
                    cell, noise, sequences, end, new GradientSums(tape.scope(), parameters, sums, wanted, PARAMETERS));
            Tensor inInitial = back.run(work, events, gradient.value(), withOutputs, inEvents);
            if (!end.isStart(work, initial)) {
                throw new IllegalStateException(
                        "The way back through %d steps of a reversible recurrence did not end where it began: a step gave other bits when it was run again."
                                        .formatted(sequences.steps())
                                + "\nMaybe parameters were changed in between.");
            }
            @Nullable Variable[] parts = new @Nullable Variable[inputs.size()];
            parts[EVENTS] = inEvents == null ? null : tape.constant(inEvents);
            parts[INITIAL] = tape.constant(inInitial.copy(tape.scope()));
            for (int i = 0; i < sums.length; i++) {
                Tensor sum = sums[i];
                parts[PARAMETERS + i] = sum == null ? null : tape.constant(sum);
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
        return "Reversible(%s, %d steps)".formatted(cell.getClass().getSimpleName(), sequences.steps());
    }

    @Override
    public int levels() {
        return state == null ? 0 : state.numbers().arithmetic().steps();
    }

    @Override
    public long bytes() {
        return state == null ? 0 : state.bytes();
    }

    @Override
    public long bufferBits() {
        return state == null ? 0 : state.numbers().arithmetic().bits();
    }

    @Override
    public long elements() {
        return (long) sequences.sequences() * cell.stateWidth();
    }

    /** The way forward: each step on a tape of its own, which is gone when the step is done. */
    private void ascend(TensorScope work, StateInParts state, Tensor events, @Nullable Tensor value) {
        for (int step = 0; step < sequences.steps(); step++) {
            int rows = sequences.rows(step);
            int offset = sequences.offset(step);
            try (TensorScope scope = work.openChild()) {
                Tape tape = new Tape(scope);
                Variable input = tape.constant(Rows.slice(scope, events, offset, offset + rows));
                StepNoise drawn = noise == null ? StepNoise.none() : noise.at(step);
                Variable[] parts = state.read(tape, rows);
                for (int half = 0; half < ReversibleCell.HALVES; half++) {
                    ReversibleCell.HalfStep halfStep = cell.halfStep(half, input, parts[1 - half], drawn);
                    for (int i = 0; i < halfStep.changes(); i++) {
                        int part = halfStep.part(i);
                        parts[part] = tape.constant(state.forward(scope, part, halfStep.change(i, parts)));
                    }
                }
                if (value != null) {
                    Tensor shown = parts[0].concatColumns(parts[1]).value();
                    Rows.put(value, value.rows() - sequences.total() + offset, shown);
                }
            }
        }
    }

    /** The state after the last step, which is there unless this op was gone back through before. */
    private StateInParts stateAtEnd(TensorScope work, Tensor events) {
        StateInParts kept = Objects.requireNonNull(state);
        if (kept.numbers().arithmetic().steps() == 0) {
            ascend(work, kept, events, null);
        }
        return kept;
    }
}
