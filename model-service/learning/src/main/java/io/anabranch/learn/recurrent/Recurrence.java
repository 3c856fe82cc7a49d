package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.reversible.ReversibleStore;
import io.anabranch.learn.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A cell that reads sequences of events from first to last, many sequences side by side. In training the cell's noise is drawn from a seed that is the
 * pass's next number; in inference there is none.
 *
 * <p>With {@link Activations#RECOMPUTED} a run is one op of the tape, whose state is in fixed point with 40 fraction bits. On the way back each
 * step is run again on a state that is worked out bit by bit from the one after it. Bytes for n sequences with a state of s numbers in parts of
 * width w: 8 n s for the state and 4 n w for the buffer, and what overflows the buffer; and the activations of half a step while it runs.
 * Outputs after every step are kept where they are asked for. States are the same whether gradients are asked for or not and whatever other
 * sequences there are, to the last bit, and within 2^-40 and the rounding of a keep factor per step of those that floats give. Gradients
 * are those at the rounded states, and cannot be differentiated again.
 *
 * @param noise what the state suffers in training
 */
public record Recurrence(RecurrentCell cell, HiddenNoise noise, Activations activations) {

    /**
     * What a run gives, to the last detail.
     *
     * @param last as of {@link Steps}
     * @param outputs likewise; null where they were not asked for
     * @param store what is kept for the way back, for reports of memory; null with stored activations
     */
    public record Run(
            Variable last,
            @Nullable Variable outputs,
            @Nullable ReversibleStore store) {}

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
        if (activations == Activations.RECOMPUTED && !(cell instanceof ReversibleCell)) {
            throw new IllegalArgumentException(
                    "Activations can be recomputed for a reversible cell only, which %s is not.\nMaybe stored ones."
                            .formatted(cell.getClass().getSimpleName()));
        }
    }

    /** With stored activations. */
    public Recurrence(RecurrentCell cell, HiddenNoise noise) {
        this(cell, noise, Activations.STORED);
    }

    /** With stored activations and without noise. */
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
        Run run = run(pass, sequences, inputs, initial, true);
        return new Steps(run.last(), Objects.requireNonNull(run.outputs()));
    }

    /**
     * The same with all that is known of the run.
     *
     * @param withOutputs whether what the cell shows after each event is asked for; then not all sequences may be empty
     */
    public Run run(Pass pass, PackedSequences sequences, Variable inputs, Variable initial, boolean withOutputs) {
        SequenceCheck.check(cell, sequences, inputs, initial);
        if (withOutputs && sequences.total() == 0) {
            throw new IllegalArgumentException(
                    "There is no output after steps: all sequences are empty." + "\nMaybe the last states are enough.");
        }
        NoiseSource source = source(pass, sequences);
        return activations == Activations.RECOMPUTED && cell instanceof ReversibleCell reversible
                ? recomputed(reversible, source, sequences, inputs, initial, withOutputs)
                : StoredSteps.run(cell, source, sequences, inputs, initial, withOutputs, step -> {});
    }

    private static Run recomputed(
            ReversibleCell cell,
            @Nullable NoiseSource noise,
            PackedSequences sequences,
            Variable inputs,
            Variable initial,
            boolean withOutputs) {
        ReversedSteps op = new ReversedSteps(cell, noise, sequences, withOutputs);
        Tape tape = initial.tape();
        List<Variable> all = new ArrayList<>(List.of(inputs, initial.gatherRows(sequences.order())));
        op.parameters().forEach(parameter -> all.add(parameter.on(tape)));
        Variable value = tape.apply(op, all.toArray(Variable[]::new));
        int n = sequences.sequences();
        int[] places = sequences.places();
        Variable last = value.gatherRows(places);
        for (int block = 1; block < op.blocks(); block++) {
            int first = block * n;
            last = last.concatColumns(value.gatherRows(
                    Arrays.stream(places).map(place -> first + place).toArray()));
        }
        Variable outputs = withOutputs
                ? value.gatherRows(
                        IntStream.range(op.blocks() * n, value.rows()).toArray())
                : null;
        return new Run(last, outputs, op);
    }

    private @Nullable NoiseSource source(Pass pass, PackedSequences sequences) {
        return switch (pass) {
            case Pass.Training training ->
                noise.isNone() ? null : new NoiseSource(noise, training.random().nextLong(), sequences);
            case Pass.Inference inference -> null;
        };
    }
}
