package io.anabranch.graph.reversible;

import java.util.Arrays;

/** Whole numbers of known widths in bits, last in first out. */
public final class RankStack {

    private static final int FIRST_WORDS = 4;

    private long[] words;
    /** In bits. */
    private int size;

    public RankStack() {
        this.words = new long[FIRST_WORDS];
    }

    /** What {@link #sealed} gave. */
    public RankStack(long[] sealed) {
        this.words = sealed.clone();
        long last = words[words.length - 1];
        this.size = words.length * Long.SIZE - 1 - Long.numberOfLeadingZeros(last);
        words[words.length - 1] = last ^ Long.highestOneBit(last);
    }

    /**
     * @param value below 2^width
     * @param width 0 to 32
     */
    public void push(long value, int width) {
        int word = size / Long.SIZE;
        int bit = size % Long.SIZE;
        if (word + 1 >= words.length) {
            words = Arrays.copyOf(words, 2 * words.length);
        }
        words[word] |= value << bit;
        if (bit + width > Long.SIZE) {
            words[word + 1] |= value >>> (Long.SIZE - bit);
        }
        size += width;
    }

    /** The value that was pushed with that width, which is gone then. */
    public long pop(int width) {
        if (width == 0) {
            return 0;
        }
        if (width > size) {
            throw new IllegalStateException("There are %d bits, not %d.".formatted(size, width));
        }
        size -= width;
        int word = size / Long.SIZE;
        int bit = size % Long.SIZE;
        long mask = (1L << width) - 1;
        long value = words[word] >>> bit;
        words[word] &= ~(mask << bit);
        if (bit + width > Long.SIZE) {
            value |= words[word + 1] << (Long.SIZE - bit);
            words[word + 1] &= ~(mask >>> (Long.SIZE - bit));
        }
        return value & mask;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** In as few words as hold it, with one bit behind the last that says where the end is. */
    public long[] sealed() {
        long[] all = Arrays.copyOf(words, size / Long.SIZE + 1);
        all[all.length - 1] |= 1L << size % Long.SIZE;
        return all;
    }
}
