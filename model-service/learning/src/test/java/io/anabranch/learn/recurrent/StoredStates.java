package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.reversible.GatedNumbers;
import io.anabranch.learn.tensor.Columns;
import io.anabranch.learn.tensor.Elementwise;
import io.anabranch.learn.tensor.Rows;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Back-propagation through time over states in fixed point that are all stored: what a way back that works them out again must agree with. Nothing is
 * ever undone here.
 */
record StoredStates(ReversibleCell cell, HiddenNoise noise, PackedSequences packed) {

    /** Last states, outputs, and the gradients in events, initial states and parameters. */
    List<double[]> gradients(TensorScope scope, Tensor events, Tensor initial, List<Tensor> weights, long seed) {
        int n = packed.sequences();
        int w = cell.partWidth();
        NoiseSource source = new NoiseSource(noise, new SplittableRandom(seed).nextLong(), packed);
        GatedNumbers numbers = new GatedNumbers(n * w);
        long[][] parts = new long[cell.parts()][];
        for (int part = 0; part < parts.length; part++) {
            parts[part] = numbers.fixed(
                    Columns.slice(scope, Rows.gather(scope, initial, packed.order()), part * w, (part + 1) * w));
        }
        // Before each half step, and after the last: all parts as real numbers.
        List<Tensor[]> states = new ArrayList<>();
        Tensor outputs = Tensor.zeros(scope, events.type(), packed.total(), 2 * w);
        for (int step = 0; step < packed.steps(); step++) {
            int rows = packed.rows(step);
            for (int half = 0; half < 2; half++) {
                states.add(read(scope, numbers, parts, rows));
                Tape tape = new Tape(scope);
                Variable[] now =
                        Arrays.stream(states.getLast()).map(tape::constant).toArray(Variable[]::new);
                ReversibleCell.HalfStep halfStep =
                        cell.halfStep(half, input(tape, events, step), now[1 - half], source.at(step));
                for (int i = 0; i < halfStep.changes(); i++) {
                    ReversibleCell.Change change = halfStep.change(i, now);
                    Tensor next = Tensor.zeros(scope, events.type(), rows, w);
                    numbers.forward(
                            parts[halfStep.part(i)],
                            change.keep().value(),
                            change.increment().value(),
                            next);
                    now[halfStep.part(i)] = tape.constant(next);
                }
            }
            Tensor[] after = read(scope, numbers, parts, rows);
            states.add(after);
            Rows.put(outputs, packed.offset(step), Columns.concat(scope, List.of(after[0], after[1])));
        }
        Tensor last =
                Rows.gather(scope, Columns.concat(scope, List.of(read(scope, numbers, parts, n))), packed.places());

        Tensor inEvents = Tensor.zeros(scope, events.type(), events.rows(), events.columns());
        Tensor inState = Rows.gather(scope, weights.get(0), packed.order());
        List<Tensor> inParameters = new ArrayList<>();
        cell.parameters().forEach(p -> inParameters.add(Tensor.zeros(scope, events.type(), p.rows(), p.columns())));
        for (int step = packed.steps() - 1; step >= 0; step--) {
            int rows = packed.rows(step);
            Tensor shown = Rows.slice(scope, weights.get(1), packed.offset(step), packed.offset(step) + rows);
            Tensor live = Rows.slice(scope, inState, 0, rows);
            Tensor[] cotangents = new Tensor[parts.length];
            for (int part = 0; part < parts.length; part++) {
                cotangents[part] = Columns.slice(scope, live, part * w, (part + 1) * w);
                if (part < 2) {
                    Elementwise.addTo(cotangents[part], Columns.slice(scope, shown, part * w, (part + 1) * w));
                }
            }
            Tensor inInput = Tensor.zeros(scope, events.type(), rows, events.columns());
            for (int half = 1; half >= 0; half--) {
                Tape tape = new Tape(scope);
                Variable input =
                        tape.variable(Rows.slice(scope, events, packed.offset(step), packed.offset(step) + rows));
                Variable[] before = Arrays.stream(states.get(3 * step + half))
                        .map(tape::variable)
                        .toArray(Variable[]::new);
                Tensor[] after = states.get(3 * step + half + 1);
                Variable[] now = before.clone();
                ReversibleCell.HalfStep halfStep = cell.halfStep(half, input, before[1 - half], source.at(step));
                List<Variable> changed = new ArrayList<>();
                List<Tensor> gradients = new ArrayList<>();
                for (int i = 0; i < halfStep.changes(); i++) {
                    int part = halfStep.part(i);
                    ReversibleCell.Change change = halfStep.change(i, now);
                    now[part] = tape.apply(
                            new Rounded(after[part]),
                            change.keep().times(now[part]).plus(change.increment()));
                    changed.add(now[part]);
                    gradients.add(cotangents[part]);
                }
                Variable output = changed.size() == 1
                        ? changed.getFirst()
                        : changed.getFirst().concatColumns(changed.getLast());
                List<Variable> asked = new ArrayList<>(List.of(before));
                asked.add(input);
                List<Parameter> own = cell.parameters(half);
                own.forEach(p -> asked.add(p.on(tape)));
                List<Variable> found =
                        tape.gradients(output, tape.constant(Columns.concat(scope, gradients)), asked, false);
                for (int i = 0; i < halfStep.changes(); i++) {
                    cotangents[halfStep.part(i)] = found.get(halfStep.part(i)).value();
                }
                Elementwise.addTo(cotangents[1 - half], found.get(1 - half).value());
                Elementwise.addTo(inInput, found.get(parts.length).value());
                for (int i = 0; i < own.size(); i++) {
                    Elementwise.addTo(
                            inParameters.get(half * own.size() + i),
                            found.get(parts.length + 1 + i).value());
                }
            }
            Rows.put(inState, 0, Columns.concat(scope, List.of(cotangents)));
            Rows.put(inEvents, packed.offset(step), inInput);
        }
        List<double[]> all = new ArrayList<>(List.of(
                last.toDoubles(),
                outputs.toDoubles(),
                inEvents.toDoubles(),
                Rows.gather(scope, inState, packed.places()).toDoubles()));
        inParameters.forEach(gradient -> all.add(gradient.toDoubles()));
        return all;
    }

    private Variable input(Tape tape, Tensor events, int step) {
        int offset = packed.offset(step);
        return tape.constant(Rows.slice(tape.scope(), events, offset, offset + packed.rows(step)));
    }

    private Tensor[] read(TensorScope scope, GatedNumbers numbers, long[][] parts, int rows) {
        Tensor[] values = new Tensor[parts.length];
        for (int part = 0; part < parts.length; part++) {
            values[part] =
                    Tensor.zeros(scope, cell.parameters().getFirst().tensor().type(), rows, cell.partWidth());
            numbers.write(parts[part], values[part]);
        }
        return values;
    }
}
