package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.tensor.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A cell that reads sequences of events from first to last, many sequences side by side. In training the cell's noise is drawn from a seed that is the
 * pass's next number; in inference there is none.
 *
 * @param noise what the state suffers in training
 */
public record Recurrence(RecurrentCell cell, HiddenNoise noise) {

    /**
     * What a run gives.
     *
     * @param last the state of each sequence after its last event, [n, s]; of an empty one its initial state
     * @param outputs what the cell shows after each event, in the rows that {@link PackedSequences} says: [total, out]
     */
    public record Steps(Variable last, Variable outputs) {}

    public Recurrence {
        if (noise.multiplicative() > 0 && !cell.hasStepSize()) {
            throw new IllegalArgumentException(
                    "The multiplicative noise (%s) needs a cell with a step size, which %s is not.\nMaybe additive noise."
                            .formatted(noise.multiplicative(), cell.getClass().getSimpleName()));
        }
    }

    /** Without noise. */
    public static Recurrence of(RecurrentCell cell) {
        return new Recurrence(cell, HiddenNoise.none());
    }

    /** The initial state of sequences that nothing was seen of: zeros, [n, s]. */
    public Variable zeroState(Tape tape, int sequences) {
        var type = cell.parameters().getFirst().tensor().type();
        return tape.constant(Tensor.zeros(tape.scope(), type, sequences, cell.stateWidth()));
    }

    /**
     * The state of each sequence after its last event: [n, s].
     *
     * @param inputs the events, [total, in], in the rows that the sequences say
     * @param initial the state before the first event, [n, s], in the order of the sequences
     * @throws IllegalArgumentException where shapes do not fit or a number is not finite
     */
    public Variable last(Pass pass, PackedSequences sequences, Variable inputs, Variable initial) {
        return run(pass, sequences, inputs, initial, false).last();
    }

    /**
     * The same, and what the cell shows after each event.
     *
     * @throws IllegalArgumentException likewise, or where all sequences are empty
     */
    public Steps everyStep(Pass pass, PackedSequences sequences, Variable inputs, Variable initial) {
        if (sequences.total() == 0) {
            throw new IllegalArgumentException(
                    "There is no output after steps: all sequences are empty." + "\nMaybe the last states are enough.");
        }
        StoredSteps.Result result = run(pass, sequences, inputs, initial, true);
        return new Steps(result.last(), Objects.requireNonNull(result.outputs()));
    }

    private StoredSteps.Result run(
            Pass pass, PackedSequences sequences, Variable inputs, Variable initial, boolean withOutputs) {
        SequenceCheck.check(cell, sequences, inputs, initial);
        return StoredSteps.run(cell, source(pass, sequences), sequences, inputs, initial, withOutputs);
    }

    private @Nullable NoiseSource source(Pass pass, PackedSequences sequences) {
        return switch (pass) {
            case Pass.Training training ->
                noise.isNone() ? null : new NoiseSource(noise, training.random().nextLong(), sequences);
            case Pass.Inference inference -> null;
        };
    }
}
