package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A run whose activations stay on the tape, so that gradients can be differentiated again. */
final class StoredSteps {

    /** What a step read and what it made: rows of the sequences that have an event in it. */
    record Step(Variable input, Variable before, Variable after) {}

    private StoredSteps() {}

    static Recurrence.Run run(
            RecurrentCell cell,
            @Nullable NoiseSource noise,
            PackedSequences sequences,
            Variable inputs,
            Variable initial,
            boolean withOutputs,
            Consumer<Step> observer) {
        Tape tape = initial.tape();
        RecurrentCell.Transition transition = cell.on(tape);
        Variable[] steps = steps(sequences, inputs);
        List<Variable> ended = new ArrayList<>();
        List<Variable> outputs = new ArrayList<>();
        Variable state = initial.gatherRows(sequences.order());
        for (int step = 0; step < steps.length; step++) {
            int rows = sequences.rows(step);
            if (rows < state.rows()) {
                ended.add(rows(state, rows, state.rows()));
                state = rows(state, 0, rows);
            }
            Variable before = state;
            state = transition.next(steps[step], before, noise == null ? StepNoise.none() : noise.at(step));
            observer.accept(new Step(steps[step], before, state));
            if (withOutputs) {
                outputs.add(cell.output(state));
            }
        }
        ended.add(state);
        // The first to end are the last in the order of length.
        Variable last = below(ended.reversed()).gatherRows(sequences.places());
        return new Recurrence.Run(last, withOutputs ? below(outputs) : null, null);
    }

    /** The events of each step. */
    private static Variable[] steps(PackedSequences sequences, Variable inputs) {
        Variable[] steps = new Variable[sequences.steps()];
        if (inputs.differentiable() && steps.length > 0) {
            split(sequences, inputs, 0, steps.length, steps);
        } else {
            for (int step = 0; step < steps.length; step++) {
                int offset = sequences.offset(step);
                steps[step] = rows(inputs, offset, offset + sequences.rows(step));
            }
        }
        return steps;
    }

    /**
     * Cuts in halves, and these again: the gradient of a cut is as large as what is cut, so cutting each step from the whole would cost steps
     * squared on the way back.
     */
    private static void split(PackedSequences sequences, Variable events, int from, int to, Variable[] steps) {
        if (to - from == 1) {
            steps[from] = events;
            return;
        }
        int middle = (from + to) >>> 1;
        int cut = sequences.offset(middle) - sequences.offset(from);
        split(sequences, rows(events, 0, cut), from, middle, steps);
        split(sequences, rows(events, cut, events.rows()), middle, to, steps);
    }

    private static Variable rows(Variable x, int from, int to) {
        return x.gatherRows(IntStream.range(from, to).toArray());
    }

    private static Variable below(List<Variable> parts) {
        Variable first = parts.getFirst();
        return parts.size() == 1
                ? first
                : first.concatRows(parts.subList(1, parts.size()).toArray(Variable[]::new));
    }
}
