package io.anabranch.learn.recurrent;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Where the events of n sequences of different lengths lie in one matrix that is read step by step: first the first event of every sequence, then
 * the second of every one that has two, and so on, in each step the longest sequences first and equally long ones in their own order. The
 * sequences that step t reads so are the first n_t in the order of length, and no row is padding: a sequence that has ended is left as it is, which is what a
 * mask would say.
 *
 * <p>Example: the lengths 1, 3, 2 are packed as b1 c1 a1 | b2 c2 | b3. Immutable.
 */
public final class PackedSequences {

    private final int[] lengths;
    private final long[] keys;
    /** The sequence at each place in the order of length. */
    private final int[] order;

    private final int[] places;
    /** Where each step's rows begin, and behind the last the total. */
    private final int[] offsets;

    private PackedSequences(int[] lengths, long[] keys) {
        this.lengths = lengths;
        this.keys = keys;
        this.order = IntStream.range(0, lengths.length)
                .boxed()
                .sorted(Comparator.comparingInt(sequence -> -lengths[sequence]))
                .mapToInt(Integer::intValue)
                .toArray();
        this.places = new int[lengths.length];
        for (int place = 0; place < order.length; place++) {
            places[order[place]] = place;
        }
        int[] ends = new int[Arrays.stream(lengths).max().orElse(0) + 1];
        for (int length : lengths) {
            ends[length]++;
        }
        this.offsets = new int[ends.length];
        int rows = lengths.length;
        for (int step = 0; step + 1 < offsets.length; step++) {
            rows -= ends[step];
            offsets[step + 1] = Math.addExact(offsets[step], rows);
        }
    }

    /** Sequences of these lengths, 0 or more each, whose keys are their numbers. */
    public static PackedSequences of(int... lengths) {
        return of(lengths, LongStream.range(0, lengths.length).toArray());
    }

    /** @param keys of each sequence, which the noise that is drawn for it depends on: what the sequence belongs to */
    public static PackedSequences of(int[] lengths, long[] keys) {
        if (lengths.length == 0) {
            throw new IllegalArgumentException("The sequences must not be none.");
        }
        if (keys.length != lengths.length) {
            throw new IllegalArgumentException(
                    "The number of keys (%d) must be that of sequences (%d).".formatted(keys.length, lengths.length));
        }
        for (int sequence = 0; sequence < lengths.length; sequence++) {
            if (lengths[sequence] < 0) {
                throw new IllegalArgumentException("The length (%d) of the sequence %d must not be negative."
                        .formatted(lengths[sequence], sequence));
            }
        }
        return new PackedSequences(lengths.clone(), keys.clone());
    }

    /** n. */
    public int sequences() {
        return lengths.length;
    }

    /** The greatest length. */
    public int steps() {
        return offsets.length - 1;
    }

    /** The sum of all lengths: the rows of the matrix. */
    public int total() {
        return offsets[steps()];
    }

    public int length(int sequence) {
        return lengths[sequence];
    }

    /** n_t, the sequences that have an event in the step (from 0). */
    public int rows(int step) {
        return offsets[step + 1] - offsets[step];
    }

    /** The row of the step's first event. */
    public int offset(int step) {
        return offsets[step];
    }

    /** The row of a sequence's event. */
    public int row(int sequence, int step) {
        if (step < 0 || step >= lengths[sequence]) {
            throw new IndexOutOfBoundsException("The step (%d) must be an event of the sequence %d, 0 to %d."
                    .formatted(step, sequence, lengths[sequence] - 1));
        }
        return offsets[step] + places[sequence];
    }

    /**
     * For each row of the matrix, where its event is if the sequences lie one behind the other instead: what
     * {@link io.anabranch.learn.autodiff.Variable#gatherRows} needs to pack them. A new array.
     */
    public int[] sources() {
        int[] sources = new int[total()];
        int first = 0;
        for (int sequence = 0; sequence < lengths.length; sequence++) {
            for (int step = 0; step < lengths[sequence]; step++) {
                sources[row(sequence, step)] = first + step;
            }
            first += lengths[sequence];
        }
        return sources;
    }

    /** The sequences, longest first. A new array. */
    int[] order() {
        return order.clone();
    }

    /** Where each sequence is in the order of length. A new array. */
    int[] places() {
        return places.clone();
    }

    /** The key of the sequence at a place in the order of length. */
    long keyAt(int place) {
        return keys[order[place]];
    }
}
