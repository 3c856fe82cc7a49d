package io.anabranch.learn.reversible;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What multiplications lost, one number B ≥ 0 per element. Where B outgrows 32 bits its lower 32 go to a list of the step, with one bit per
 * element that says so, and they come back when that step is undone: last step first, elements in the same order.
 *
 * <p>Bytes: 4 per element; for each 32 bits more of an element 4, and 1/8 per element of a step in which any went to the list.
 */
final class InformationBuffer {

    private static final int PIECE = Integer.SIZE;

    private final int[] words;
    private final List<@Nullable Spill> steps = new ArrayList<>();
    private @Nullable Spill spill;

    InformationBuffer(int size) {
        this.words = new int[size];
    }

    /** Begins a step. In it each element has one turn at most: {@link #get}, then {@link #put}. */
    void open() {
        spill = null;
    }

    /** Ends the step that {@link #open} began. */
    void close() {
        if (spill != null) {
            spill.trim();
        }
        steps.add(spill);
        spill = null;
    }

    /** Begins to undo the last step. Each element that had a turn has one again, in the same order: {@link #take}, then {@link #putBack}. */
    void reopen() {
        if (steps.isEmpty()) {
            throw new IllegalStateException("There is no step to undo.");
        }
        spill = steps.removeLast();
    }

    /** B of the element: below 2^32. */
    long get(int element) {
        return Integer.toUnsignedLong(words[element]);
    }

    /** @param b below 2^62 */
    void put(int element, long b) {
        words[element] = b >>> PIECE == 0 ? (int) b : spilled(element, b);
    }

    /** What was {@link #put} in the step that is undone. */
    long take(int element) {
        long word = get(element);
        return spill == null ? word : spill.restored(element, word);
    }

    void putBack(int element, long b) {
        words[element] = (int) b;
    }

    void get(int from, int count, long[] numbers) {
        for (int i = 0; i < count; i++) {
            numbers[i] = Integer.toUnsignedLong(words[from + i]);
        }
    }

    void putBack(int from, int count, long[] numbers) {
        for (int i = 0; i < count; i++) {
            words[from + i] = (int) numbers[i];
        }
    }

    /** {@link #put} of the elements from .. from + count - 1. */
    void put(int from, int count, long[] numbers, long allOfThem) {
        if (allOfThem >>> PIECE == 0) {
            putBack(from, count, numbers);
        } else {
            for (int i = 0; i < count; i++) {
                put(from + i, numbers[i]);
            }
        }
    }

    /** {@link #take} of the elements from .. from + count - 1 into the numbers; gives all bits that occur in them. */
    long take(int from, int count, long[] numbers) {
        long all = 0;
        if (spill == null) {
            get(from, count, numbers);
            return (1L << PIECE) - 1;
        }
        for (int i = 0; i < count; i++) {
            numbers[i] = take(from + i);
            all |= numbers[i];
        }
        return all;
    }

    int steps() {
        return steps.size();
    }

    boolean isEmpty() {
        return steps.isEmpty() && Arrays.stream(words).allMatch(word -> word == 0);
    }

    /** How many bits of information are held, without the overhead. */
    long bits() {
        long bits = 0;
        for (int word : words) {
            bits += Integer.SIZE - Integer.numberOfLeadingZeros(word);
        }
        for (Spill step : steps) {
            bits += step == null ? 0 : (long) PIECE * step.pieces.length;
        }
        return bits;
    }

    /** How many bytes the numbers and lists take. */
    long bytes() {
        long bytes = (long) Integer.BYTES * words.length;
        for (Spill step : steps) {
            bytes += step == null
                    ? 0
                    : (long) Integer.BYTES * step.pieces.length + (long) Long.BYTES * step.elements.length;
        }
        return bytes;
    }

    private int spilled(int element, long b) {
        Spill list = spill;
        if (list == null) {
            list = new Spill(words.length);
            spill = list;
        }
        list.add(element, (int) b);
        return (int) (b >>> PIECE);
    }

    /** What one step put aside: whose pieces, and the pieces in order. */
    private static final class Spill {
        private final long[] elements;
        private int[] pieces = new int[16];
        private int next;

        Spill(int size) {
            elements = new long[(size + Long.SIZE - 1) / Long.SIZE];
        }

        void add(int element, int piece) {
            if (next == pieces.length) {
                pieces = Arrays.copyOf(pieces, 2 * next);
            }
            pieces[next++] = piece;
            elements[element >> 6] |= 1L << element;
        }

        void trim() {
            pieces = Arrays.copyOf(pieces, next);
            next = 0;
        }

        long restored(int element, long word) {
            return (elements[element >> 6] >>> element & 1) == 0
                    ? word
                    : word << PIECE | Integer.toUnsignedLong(pieces[next++]);
        }
    }
}
