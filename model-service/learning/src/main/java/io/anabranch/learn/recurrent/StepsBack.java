package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.reversible.GradientSums;
import io.anabranch.learn.tensor.Columns;
import io.anabranch.learn.tensor.Elementwise;
import io.anabranch.learn.tensor.Rows;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way back through a reversible run: half step by half step the parts before a change are worked out from those after it, the half step is run
 * again on a tape of its own, and the gradients go through it.
 */
record StepsBack(
        ReversibleCell cell,
        @Nullable NoiseSource noise,
        PackedSequences sequences,
        StateInParts state,
        GradientSums sums) {

    /**
     * @param gradient in the op's value
     * @param inEvents where the gradient in the events goes, [total, in] of zeros; null where it is not asked for
     * @return the gradient in the initial states, [n, s], in the work scope
     */
    Tensor run(TensorScope work, Tensor events, Tensor gradient, boolean withOutputs, @Nullable Tensor inEvents) {
        Tensor[] cotangents = ofLast(work, gradient);
        for (int step = sequences.steps() - 1; step >= 0; step--) {
            int rows = sequences.rows(step);
            int offset = sequences.offset(step);
            try (TensorScope scope = work.openChild()) {
                // Sequences that ended before wait, with their gradients in the rows behind.
                Tensor[] now = new Tensor[cotangents.length];
                for (int part = 0; part < now.length; part++) {
                    now[part] = Rows.slice(scope, cotangents[part], 0, rows);
                }
                if (withOutputs) {
                    int from = gradient.rows() - sequences.total() + offset;
                    Tensor shown = Rows.slice(scope, gradient, from, from + rows);
                    for (int half = 0; half < ReversibleCell.HALVES; half++) {
                        Elementwise.addTo(now[half], part(scope, shown, half));
                    }
                }
                Tensor input = Rows.slice(scope, events, offset, offset + rows);
                Tensor inInput = inEvents == null ? null : Tensor.zeros(scope, events.type(), rows, events.columns());
                StepNoise drawn = noise == null ? StepNoise.none() : noise.at(step);
                for (int half = ReversibleCell.HALVES - 1; half >= 0; half--) {
                    halfBack(scope, half, input, drawn, now, inInput);
                }
                for (int part = 0; part < now.length; part++) {
                    Rows.put(cotangents[part], 0, now[part]);
                }
                if (inEvents != null && inInput != null) {
                    Rows.put(inEvents, offset, inInput);
                }
            }
        }
        return Columns.concat(work, List.of(cotangents));
    }

    /** The gradients in the parts of the last states, [n, w] each. */
    private Tensor[] ofLast(TensorScope work, Tensor gradient) {
        int n = sequences.sequences();
        int perBlock = cell.outputWidth() / cell.partWidth();
        Tensor[] parts = new Tensor[cell.parts()];
        for (int part = 0; part < parts.length; part++) {
            int block = part / perBlock;
            Tensor rows = Rows.slice(work, gradient, block * n, (block + 1) * n);
            parts[part] = part(work, rows, part % perBlock);
        }
        return parts;
    }

    private void halfBack(
            TensorScope scope,
            int half,
            Tensor events,
            StepNoise drawn,
            Tensor[] cotangents,
            @Nullable Tensor inInput) {
        Tape tape = new Tape(scope);
        Variable input = inInput == null ? tape.constant(events) : tape.variable(events);
        Variable[] parts = state.read(tape, events.rows());
        Variable other = tape.variable(parts[1 - half].value());
        parts[1 - half] = other;
        ReversibleCell.HalfStep step = cell.halfStep(half, input, other, drawn);

        int changes = step.changes();
        Variable[] before = new Variable[changes];
        Tensor[] after = new Tensor[changes];
        for (int i = changes - 1; i >= 0; i--) {
            int part = step.part(i);
            after[i] = parts[part].value();
            before[i] = tape.variable(state.back(scope, part, step.change(i, parts)));
            parts[part] = before[i];
        }
        // The same changes once more, now in the order that gradients know, with the values that fixed point gave.
        List<Variable> changed = new ArrayList<>();
        List<Tensor> gradients = new ArrayList<>();
        for (int i = 0; i < changes; i++) {
            int part = step.part(i);
            ReversibleCell.Change change = step.change(i, parts);
            parts[part] = tape.apply(
                    new Rounded(after[i]), change.keep().times(before[i]).plus(change.increment()));
            changed.add(parts[part]);
            gradients.add(cotangents[part]);
        }
        List<Parameter> wanted =
                cell.parameters(half).stream().filter(sums::wants).toList();
        List<Variable> asked =
                new ArrayList<>(wanted.stream().map(p -> p.on(tape)).toList());
        asked.addAll(List.of(before));
        asked.add(other);
        if (inInput != null) {
            asked.add(input);
        }
        List<Variable> found =
                tape.gradients(sideBySide(changed), tape.constant(Columns.concat(scope, gradients)), asked, false);
        for (int i = 0; i < wanted.size(); i++) {
            sums.add(wanted.get(i), found.get(i).value());
        }
        for (int i = 0; i < changes; i++) {
            cotangents[step.part(i)] = found.get(wanted.size() + i).value();
        }
        Elementwise.addTo(
                cotangents[1 - half], found.get(wanted.size() + changes).value());
        if (inInput != null) {
            Elementwise.addTo(inInput, found.getLast().value());
        }
    }

    private Tensor part(TensorScope scope, Tensor columns, int number) {
        return Columns.slice(scope, columns, number * cell.partWidth(), (number + 1) * cell.partWidth());
    }

    private static Variable sideBySide(List<Variable> parts) {
        Variable first = parts.getFirst();
        return parts.size() == 1
                ? first
                : first.concatColumns(parts.subList(1, parts.size()).toArray(Variable[]::new));
    }
}
