package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.spectral.KeptUnits;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A cell whose state is made of parts of one width, side by side, and whose step changes one part after the other, each to keep · part + increment
 * with keep and increment read from other parts. So a step can be undone from its result, last change first (MacKay et al., NeurIPS 2018).
 *
 * <p>The first two parts are the hidden state of the two halves and the output. A step changes the first half, reading the second one's hidden
 * state, and then the second half, reading the new hidden state of the first.
 */
public sealed interface ReversibleCell extends PrunableCell permits ReversibleGru, ReversibleLstm {

    int HALVES = 2;

    /** A part of the state becomes keep · part + increment. [n, w] each. */
    record Change(Variable keep, Variable increment) {}

    /** What a half of a step does, with its gates computed. */
    interface HalfStep {

        /** The number of changes, which are made in order. */
        int changes();

        /** Which part a change is made to. */
        int part(int change);

        /** @param parts of the state as it is before this change, after those before it, and after it as well */
        Change change(int change, Variable[] parts);
    }

    /** w. */
    int partWidth();

    default int parts() {
        return stateWidth() / partWidth();
    }

    /**
     * @param half 0 or 1
     * @param input [n, in]
     * @param other the other half's hidden state, [n, w]
     */
    HalfStep halfStep(int half, Variable input, Variable other, StepNoise noise);

    /** Of one half. */
    List<Parameter> parameters(int half);

    /** A cell of the same kind with other weights for its halves, which it owns. */
    ReversibleCell with(CellWeights first, CellWeights second);

    @Override
    default int groups() {
        return HALVES;
    }

    /** A half is read by the other one alone. */
    @Override
    default List<double[][]> readers(int group) {
        return List.<double[][]>of(CellWeights.of(parameters(1 - group)).readers());
    }

    @Override
    default double[] magnitudes(int group) {
        return CellWeights.sum(
                CellWeights.of(parameters(group)).written(),
                CellWeights.of(parameters(1 - group)).read());
    }

    @Override
    default ReversibleCell pruned(List<KeptUnits> kept, boolean reconstructed) {
        KeptUnits first = kept.get(0);
        KeptUnits second = kept.get(1);
        if (first.count() != second.count()) {
            throw new IllegalArgumentException(
                    "Of the halves (%d) and (%d) units would stay; they must be equally many."
                            .formatted(first.count(), second.count()));
        }
        return with(
                CellWeights.of(parameters(0)).pruned(first, second, reconstructed),
                CellWeights.of(parameters(1)).pruned(second, first, reconstructed));
    }

    @Override
    default int outputWidth() {
        return HALVES * partWidth();
    }

    @Override
    default List<Parameter> parameters() {
        return Stream.concat(parameters(0).stream(), parameters(1).stream()).toList();
    }

    @Override
    default Transition on(Tape tape) {
        return (input, state, noise) -> {
            Variable[] parts = new Variable[parts()];
            for (int part = 0; part < parts.length; part++) {
                parts[part] = state.sliceColumns(part * partWidth(), (part + 1) * partWidth());
            }
            for (int half = 0; half < HALVES; half++) {
                HalfStep step = halfStep(half, input, parts[1 - half], noise);
                for (int i = 0; i < step.changes(); i++) {
                    Change change = step.change(i, parts);
                    int part = step.part(i);
                    parts[part] = change.keep().times(parts[part]).plus(change.increment());
                }
            }
            return parts[0].concatColumns(Arrays.copyOfRange(parts, 1, parts.length));
        };
    }
}
