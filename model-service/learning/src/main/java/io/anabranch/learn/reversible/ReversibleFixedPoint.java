package io.anabranch.learn.reversible;

import io.anabranch.graph.reversible.RankedProduct;

/**
 * Numbers in fixed point that can be multiplied by shares z / 2^F and exactly divided again: what the product loses goes to an information
 * buffer, a number B ≥ 0 per element. All divisions round down, also below zero.
 *
 * <p>{@link #multiply(int, long, long)} gives the product rounded down, which is less than a unit from the real one, and the buffer takes which of
 * the numbers with that product h was:
 *
 * <pre>
 *   multiply:  B = B count(p) + rank;  h = p
 *   divide:    h = first(p) + (B mod count(p));  B = B div count(p)
 * </pre>
 *
 * with p, rank and count of {@link RankedProduct}.
 * On average that is 2 (1 - z / 2^F) bits for shares from 1/2 on; fewer than 1.4 times the bits that are forgotten, F - log2 z, for any.
 *
 * <p>{@link #multiplyDigits} is the published way (Maclaurin, Duvenaud and Adams 2015; MacKay et al. 2018), which uses no bit more than are
 * forgotten, but the product is only within 2^F units of the real one, so many bits of a share cost as many of a number:
 *
 * <pre>
 *   multiply:  B = B 2^F + (h mod 2^F);  h = (h div 2^F) z + (B mod z);  B = B div z
 *   divide:    B = B z + (h mod z);      h = (h div z) 2^F + (B mod 2^F);  B = B div 2^F
 * </pre>
 *
 * A share of 1 changes neither h nor B in both: it leaves an element out of a step.
 *
 * <p>Elements are multiplied in steps: between {@link #beginStep} and {@link #endStep} each at most once. A step is undone by dividing the same
 * elements by the same shares in the same order after {@link #undoStep}, the last step first. What is added between steps is subtracted
 * exactly. Not thread-safe.
 */
public final class ReversibleFixedPoint {

    /** Magnitudes that are computed with, exclusive: 2^61. */
    public static final long LIMIT = 1L << 61;

    /** Elements that are multiplied at once, at most: what they need stays in the nearest cache. */
    static final int STRIP = 512;

    /** Twice as many, and one, are {@link #EXACT_BITS} at most. */
    private static final int MOST_SHARE_BITS = 24;

    /** Of whole numbers that are divided in double. */
    private static final int EXACT_BITS = 50;

    private final int size;
    private final int fractionBits;
    private final int shareBits;
    private final double scale;
    private final double unit;
    private final double limit;
    private final double shareScale;
    private final long mask;
    private final InformationBuffer buffer;
    private final double[] numbers = new double[STRIP];
    private final double[] lows = new double[STRIP];
    private final double[] counts = new double[STRIP];
    private final long[] wide = new long[STRIP];

    /**
     * @param size how many elements
     * @param fractionBits of the numbers, 1 to 60
     * @param shareBits F, 1 to 24
     */
    public ReversibleFixedPoint(int size, int fractionBits, int shareBits) {
        if (fractionBits < 1 || fractionBits > 60) {
            throw new IllegalArgumentException(
                    "The number of fraction bits (%d) must be from 1 to 60.".formatted(fractionBits));
        }
        if (shareBits < 1 || shareBits > MOST_SHARE_BITS) {
            throw new IllegalArgumentException(
                    "The number of bits (%d) of a share must be from 1 to %d.".formatted(shareBits, MOST_SHARE_BITS));
        }
        this.size = size;
        this.fractionBits = fractionBits;
        this.shareBits = shareBits;
        this.scale = Math.scalb(1.0, fractionBits);
        this.unit = Math.scalb(1.0, -fractionBits);
        this.limit = Math.scalb((double) LIMIT, -fractionBits);
        this.shareScale = Math.scalb(1.0, shareBits);
        this.mask = (1L << shareBits) - 1;
        this.buffer = new InformationBuffer(size);
    }

    public int size() {
        return size;
    }

    public int fractionBits() {
        return fractionBits;
    }

    public int shareBits() {
        return shareBits;
    }

    /** Real numbers of this magnitude and above are refused. */
    public double limit() {
        return limit;
    }

    /**
     * The nearest number in fixed point.
     *
     * @throws ArithmeticException where x is not a number or too large
     */
    public long toFixed(double x) {
        if (!(Math.abs(x) < limit)) {
            throw tooLarge(x);
        }
        return fixed(x);
    }

    /** The same for |x| &lt; {@link #limit}, which the caller sees to. */
    long fixed(double x) {
        return (long) Math.rint(x * scale);
    }

    public double toReal(long fixed) {
        return fixed * unit;
    }

    /** The share nearest to a real number, as z of z / 2^F: from 1 to 2^F. */
    public long share(double real) {
        return Math.clamp((long) Math.rint(real * shareScale), 1L, mask + 1);
    }

    /** Begins a step. */
    public void beginStep() {
        buffer.open();
    }

    /** Ends the step that {@link #beginStep} began. */
    public void endStep() {
        buffer.close();
    }

    /** Begins to undo the last step. */
    public void undoStep() {
        buffer.reopen();
    }

    /** The element's h, |h| &lt; 2^61, times share / 2^F, rounded down. */
    public long multiply(int element, long h, long share) {
        buffer.put(
                element,
                buffer.get(element) * RankedProduct.countOf(h, share, shareBits)
                        + RankedProduct.rank(h, share, shareBits));
        return RankedProduct.product(h, share, shareBits);
    }

    /** What {@link #multiply(int, long, long)} made of the element's h that this is. */
    public long divide(int element, long product, long share) {
        return divided(element, product, share, buffer.take(element));
    }

    private long divided(int element, long product, long share, long b) {
        long count = RankedProduct.count(product, share, shareBits);
        long rest = b / count;
        buffer.putBack(element, rest);
        return RankedProduct.first(product, share, shareBits) + (b - rest * count);
    }

    /**
     * {@link #multiply(int, long, long)} of the elements from .. from + count - 1, each by its own share: the same numbers, several times as fast.
     *
     * @param values of all elements
     * @param count at most {@link #STRIP}
     * @param shares whole numbers z, of the first element at 0; an array of STRIP elements
     * @param inverses 1 / z, likewise
     */
    void multiply(long[] values, int from, int count, double[] shares, double[] inverses) {
        if (!load(values, from, count)) {
            for (int i = 0; i < count; i++) {
                values[from + i] = multiply(from + i, values[from + i], (long) shares[i]);
            }
            return;
        }
        buffer.get(from, count, wide);
        toReals(wide, counts, count);
        WholeLanes.multiply(numbers, counts, shares, inverses, count, mask + 1.0);
        long all = toWholes(counts, wide, count);
        if (all >>> EXACT_BITS == 0) {
            buffer.put(from, count, wide, all);
            store(values, from, count);
        } else {
            for (int i = 0; i < count; i++) {
                values[from + i] = multiply(from + i, values[from + i], (long) shares[i]);
            }
        }
    }

    /** {@link #divide(int, long, long)} of the elements from .. from + count - 1; see {@link #multiply(long[], int, int, double[], double[])}. */
    void divide(long[] values, int from, int count, double[] shares, double[] inverses) {
        long all = buffer.take(from, count, wide);
        if (!load(values, from, count) || all >>> EXACT_BITS != 0) {
            for (int i = 0; i < count; i++) {
                values[from + i] = divided(from + i, values[from + i], (long) shares[i], wide[i]);
            }
            return;
        }
        toReals(wide, counts, count);
        WholeLanes.divide(numbers, lows, counts, shares, inverses, count, mask + 1.0);
        toWholes(counts, wide, count);
        buffer.putBack(from, count, wide);
        // What was multiplied may be too large for a whole number in double, though the product is not.
        for (int i = 0; i < count; i++) {
            values[from + i] = ((long) numbers[i] << shareBits) + (long) lows[i];
        }
    }

    /** The element's h times share / 2^F, but for the digits below 2^F units. */
    public long multiplyDigits(int element, long h, long share) {
        long digits = buffer.get(element) << shareBits | h & mask;
        long rest = digits / share;
        buffer.put(element, rest);
        return (h >> shareBits) * share + (digits - rest * share);
    }

    /** What {@link #multiplyDigits} made of the element's h that this is. */
    public long divideDigits(int element, long product, long share) {
        long quotient = Math.floorDiv(product, share);
        long digits = buffer.take(element) * share + (product - quotient * share);
        buffer.putBack(element, digits >>> shareBits);
        return quotient << shareBits | digits & mask;
    }

    /** How many steps could be undone. */
    public int steps() {
        return buffer.steps();
    }

    /** Whether nothing is in the buffer, as before the first step. */
    public boolean isEmpty() {
        return buffer.isEmpty();
    }

    /** How many bits of information the buffer holds for all elements together. */
    public long bits() {
        return buffer.bits();
    }

    /** How many bytes the buffer takes. */
    public long bytes() {
        return buffer.bytes();
    }

    /** @throws ArithmeticException where a real number is not one or too large */
    void checkReals(double[] reals, int count) {
        boolean within = true;
        for (int i = 0; i < count; i++) {
            within &= Math.abs(reals[i]) < limit;
        }
        for (int i = 0; !within && i < count; i++) {
            toFixed(reals[i]);
        }
    }

    /** @param bits all that occur in the magnitudes of some numbers */
    void checkRange(long bits) {
        if (bits >= LIMIT) {
            throw tooLarge(toReal(bits));
        }
    }

    private ArithmeticException tooLarge(double x) {
        return new ArithmeticException(
                "The number (%s) is not of magnitude below %s, the most that fixed point with %d fraction bits takes."
                        .formatted(x, limit, fractionBits));
    }

    /** Whether all are small enough for whole numbers in double; then they are in {@link #numbers}. */
    private boolean load(long[] values, int from, int count) {
        long all = 0;
        for (int i = 0; i < count; i++) {
            all |= values[from + i] ^ values[from + i] >> 63;
        }
        if (all >>> EXACT_BITS != 0) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            numbers[i] = values[from + i];
        }
        return true;
    }

    private void store(long[] values, int from, int count) {
        for (int i = 0; i < count; i++) {
            values[from + i] = (long) numbers[i];
        }
    }

    private static void toReals(long[] wholes, double[] reals, int count) {
        for (int i = 0; i < count; i++) {
            reals[i] = wholes[i];
        }
    }

    /** Gives all bits that occur. */
    private static long toWholes(double[] reals, long[] wholes, int count) {
        for (int i = 0; i < count; i++) {
            wholes[i] = (long) reals[i];
        }
        long all = 0;
        for (int i = 0; i < count; i++) {
            all |= wholes[i];
        }
        return all;
    }
}
