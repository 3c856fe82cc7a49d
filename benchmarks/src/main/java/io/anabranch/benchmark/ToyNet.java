package io.anabranch.benchmark;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.Block;
import io.anabranch.learn.nn.Initialiser;
import io.anabranch.learn.nn.Linear;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.reversible.MomentumRule;
import io.anabranch.learn.reversible.ReversibleStack;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** The small network of the momentum paper's figures: one block Linear(d, 16), tanh, Linear(16, d), applied again and again. */
final class ToyNet implements Block {

    private static final int INNER = 16;
    static final int ITERATIONS = 15;

    private final Linear first;
    private final Linear second;

    ToyNet(int width, RandomGenerator random) {
        // As the authors' framework begins: uniform in one over the root of the inputs.
        first = Linear.create(
                "first", DataType.FLOAT32, width, INNER, true, Initialiser.uniform(1 / Math.sqrt(width)), random);
        second = Linear.create(
                "second", DataType.FLOAT32, INNER, width, true, Initialiser.uniform(1 / Math.sqrt(INNER)), random);
    }

    @Override
    public Variable apply(Tape tape, Variable visible) {
        return second.apply(first.apply(visible).tanh());
    }

    @Override
    public List<Parameter> parameters() {
        return Stream.concat(first.parameters().stream(), second.parameters().stream())
                .toList();
    }

    /** x after all iterations; without momentum a residual network. */
    Variable run(Tape tape, Variable x, double momentum) {
        if (momentum == 0) {
            Variable rows = x;
            for (int i = 0; i < ITERATIONS; i++) {
                rows = rows.plus(apply(tape, rows));
            }
            return rows;
        }
        Variable zero = tape.constant(Tensor.zeros(tape.scope(), DataType.FLOAT32, x.rows(), x.columns()));
        return ReversibleStack.apply(
                        tape,
                        new MomentumRule(momentum),
                        Collections.nCopies(ITERATIONS, this),
                        x,
                        zero,
                        List.of(),
                        null)
                .visible();
    }
}
