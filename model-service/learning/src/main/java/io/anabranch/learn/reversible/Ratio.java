package io.anabranch.learn.reversible;

import java.math.BigInteger;

/**
 * A share n / 2^bits that numbers in fixed point are multiplied by. Division by n is a multiplication by its reciprocal (Granlund and
 * Montgomery 1994), several times as fast as the processor's.
 */
public final class Ratio {

    /** Twice as many, and one, fit into the 53 bits of a double. */
    static final int MOST_BITS = 26;

    /** Magnitudes of what is divided, exclusive. */
    static final long LIMIT = 1L << 61;

    private final long numerator;
    private final int bits;
    private final long reciprocal;
    private final int shift;
    private final long offset;

    private Ratio(long numerator, int bits) {
        this.numerator = numerator;
        this.bits = bits;
        // With 2^(L-1) < n <= 2^L and m = floor(2^(63+L) / n) + 1, floor(x / n) = floor(x m / 2^(63+L)) for 0 <= x <
        // 2^63.
        int length = Long.SIZE - Long.numberOfLeadingZeros(numerator - 1);
        this.reciprocal = BigInteger.ONE
                .shiftLeft(63 + length)
                .divide(BigInteger.valueOf(numerator))
                .add(BigInteger.ONE)
                .longValue();
        this.shift = length - 1;
        this.offset = LIMIT / numerator + 1;
    }

    /**
     * n / 2^bits.
     *
     * @param bits 1 to 26
     * @param numerator 2 to 2^bits
     */
    public static Ratio of(long numerator, int bits) {
        if (bits < 1 || bits > MOST_BITS) {
            throw new IllegalArgumentException(
                    "The number of bits (%d) of a ratio must be from 1 to %d.".formatted(bits, MOST_BITS));
        }
        if (numerator < 2 || numerator > 1L << bits) {
            throw new IllegalArgumentException("The numerator (%d) of a ratio of %d bits must be from 2 to 2^%d."
                    .formatted(numerator, bits, bits));
        }
        return new Ratio(numerator, bits);
    }

    /** The ratio of so many bits that is nearest to the value, which must lie between 0 and 1. */
    public static Ratio nearest(double value, int bits) {
        if (!(value > 0 && value <= 1)) {
            throw new IllegalArgumentException(
                    "The share (%s) must be more than 0 and at most 1: what is forgotten whole cannot be undone."
                            .formatted(value));
        }
        return of(Math.max(2, Math.round(Math.scalb(value, bits))), bits);
    }

    public long numerator() {
        return numerator;
    }

    public int bits() {
        return bits;
    }

    /** The share itself, exactly. */
    public double value() {
        return Math.scalb((double) numerator, -bits);
    }

    /** floor(x / n) of x ≥ 0. */
    long quotient(long x) {
        return Math.unsignedMultiplyHigh(x, reciprocal) >>> shift;
    }

    /** floor(x / n) of |x| &lt; 2^61. */
    long floorQuotient(long x) {
        return quotient(x + offset * numerator) - offset;
    }

    @Override
    public String toString() {
        return "%d / 2^%d".formatted(numerator, bits);
    }
}
