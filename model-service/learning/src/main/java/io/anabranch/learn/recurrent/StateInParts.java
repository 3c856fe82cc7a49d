package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.reversible.GatedNumbers;
import io.anabranch.learn.tensor.Columns;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;

/** The state [n, p w] of n sequences, longest first, in fixed point, each part in numbers of its own. */
final class StateInParts {

    private final int width;
    private final long[][] parts;
    private final GatedNumbers numbers;
    private final Tensor shape;

    /** @param initial [n, p w], which also says the precision */
    StateInParts(TensorScope work, Tensor initial, int count, int width) {
        this.width = width;
        this.shape = initial;
        this.numbers = new GatedNumbers(initial.rows() * width);
        this.parts = new long[count][];
        for (int part = 0; part < count; part++) {
            parts[part] = numbers.fixed(part(work, initial, part));
        }
    }

    GatedNumbers numbers() {
        return numbers;
    }

    /** The first rows of a part as real numbers. */
    Tensor read(TensorScope scope, int part, int rows) {
        Tensor values = blank(scope, rows);
        numbers.write(parts[part], values);
        return values;
    }

    /** The first rows of all parts, on a tape: [rows, w] each. */
    Variable[] read(Tape tape, int rows) {
        Variable[] values = new Variable[parts.length];
        for (int part = 0; part < values.length; part++) {
            values[part] = tape.constant(read(tape.scope(), part, rows));
        }
        return values;
    }

    /** Makes a change to the first rows of a part; gives the part after it. */
    Tensor forward(TensorScope scope, int part, ReversibleCell.Change change) {
        Tensor next = blank(scope, change.keep().rows());
        numbers.forward(parts[part], change.keep().value(), change.increment().value(), next);
        return next;
    }

    /** Undoes it; gives the part before it. */
    Tensor back(TensorScope scope, int part, ReversibleCell.Change change) {
        Tensor before = blank(scope, change.keep().rows());
        numbers.back(parts[part], change.keep().value(), change.increment().value(), before);
        return before;
    }

    /** The parts from .. to - 1 of the first rows, side by side. */
    Tensor columns(TensorScope scope, int from, int to, int rows) {
        List<Tensor> values = new ArrayList<>();
        for (int part = from; part < to; part++) {
            values.add(read(scope, part, rows));
        }
        return Columns.concat(scope, values);
    }

    /** Whether this is the initial state again, with nothing left to undo. */
    boolean isStart(TensorScope work, Tensor initial) {
        boolean start = numbers.arithmetic().isEmpty();
        for (int part = 0; start && part < parts.length; part++) {
            start = numbers.equal(parts[part], part(work, initial, part));
        }
        return start;
    }

    /** Of the numbers and of what undoing them needs. */
    long bytes() {
        return (long) Long.BYTES * parts.length * parts[0].length
                + numbers.arithmetic().bytes();
    }

    private Tensor part(TensorScope scope, Tensor state, int part) {
        return Columns.slice(scope, state, part * width, (part + 1) * width);
    }

    private Tensor blank(TensorScope scope, int rows) {
        return Tensor.uninitialised(scope, shape.type(), rows, width);
    }
}
