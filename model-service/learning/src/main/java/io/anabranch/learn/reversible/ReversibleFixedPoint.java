package io.anabranch.learn.reversible;

/**
 * Numbers in fixed point that can be multiplied by shares z / 2^F and exactly divided again: what the product loses goes to an information
 * buffer, a number B ≥ 0 per element. All divisions round down, also below zero.
 *
 * <p>{@link #multiply(int, long, long)} gives the product rounded down, p = h z div 2^F, which is less than a unit from the real one. The numbers
 * with that product follow each other: first(p) = ceil(p 2^F / z) up to first(p + 1) - 1. The buffer takes which of them h was:
 *
 * <pre>
 *   multiply:  B = B count + (h - first(p)),  count = first(p + 1) - first(p)
 *   divide:    h = first(p) + (B mod count);  B = B div count
 * </pre>
 *
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
    public static final long LIMIT = Ratio.LIMIT;

    private final int size;
    private final int fractionBits;
    private final int shareBits;
    private final double scale;
    private final double unit;
    private final double limit;
    private final double shareScale;
    private final long mask;
    private final InformationBuffer buffer;

    /**
     * @param size how many elements
     * @param fractionBits of the numbers, 1 to 60
     * @param shareBits F, 1 to 26
     */
    public ReversibleFixedPoint(int size, int fractionBits, int shareBits) {
        if (fractionBits < 1 || fractionBits > 60) {
            throw new IllegalArgumentException(
                    "The number of fraction bits (%d) must be from 1 to 60.".formatted(fractionBits));
        }
        if (shareBits < 1 || shareBits > Ratio.MOST_BITS) {
            throw new IllegalArgumentException(
                    "The number of bits (%d) of a share must be from 1 to %d.".formatted(shareBits, Ratio.MOST_BITS));
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
        long low = h & mask;
        // p = high share + part with 0 <= part < share: first(p) lies as far above high 2^F as first(part) above 0.
        long part = low * share >>> shareBits;
        long first = first(part, share);
        long count = first(part + 1, share) - first;
        buffer.put(element, buffer.get(element) * count + (low - first));
        return (h >> shareBits) * share + part;
    }

    /** What {@link #multiply(int, long, long)} made of the element's h that this is. */
    public long divide(int element, long product, long share) {
        long high = Math.floorDiv(product, share);
        long part = product - high * share;
        long first = first(part, share);
        return (high << shareBits) + first + taken(element, first(part + 1, share) - first);
    }

    /** The element's h, |h| &lt; 2^61, times a ratio of F bits, rounded down. */
    public long multiply(int element, long h, Ratio ratio) {
        long low = h & mask;
        long n = ratio.numerator();
        long part = low * n >>> shareBits;
        long first = first(part, ratio, n);
        long count = first(part + 1, ratio, n) - first;
        buffer.put(element, buffer.get(element) * count + (low - first));
        return (h >> shareBits) * n + part;
    }

    /** What {@link #multiply(int, long, Ratio)} made of the element's h that this is. */
    public long divide(int element, long product, Ratio ratio) {
        long n = ratio.numerator();
        long high = ratio.floorQuotient(product);
        long part = product - high * n;
        long first = first(part, ratio, n);
        return (high << shareBits) + first + taken(element, first(part + 1, ratio, n) - first);
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

    ArithmeticException tooLarge(double x) {
        return new ArithmeticException(
                "The number (%s) is not of magnitude below %s, the most that fixed point with %d fraction bits takes."
                        .formatted(x, limit, fractionBits));
    }

    /** ceil(part 2^F / share) of 0 ≤ part ≤ share. The dividend has fewer than 53 bits, so the quotient of doubles does not round up to a whole. */
    private long first(long part, long share) {
        return (long) ((double) ((part << shareBits) + share - 1) / (double) share);
    }

    private long first(long part, Ratio ratio, long numerator) {
        return ratio.quotient((part << shareBits) + numerator - 1);
    }

    /** B mod count, which leaves the buffer. */
    private long taken(int element, long count) {
        long b = buffer.take(element);
        if (count <= 2) {
            // Always so for shares from 1/2 on, and a shift is no division.
            buffer.putBack(element, b >>> (count - 1));
            return b & (count - 1);
        }
        long rest = b / count;
        buffer.putBack(element, rest);
        return b - rest * count;
    }
}
