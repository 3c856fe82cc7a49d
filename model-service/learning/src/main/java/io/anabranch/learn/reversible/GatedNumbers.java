package io.anabranch.learn.reversible;

import io.anabranch.learn.tensor.Tensor;

/**
 * Numbers in fixed point with 40 fraction bits that are multiplied by keep factors and incremented, h' = keep h + increment, and how that is
 * undone. A keep factor is rounded to 24 fraction bits and is at least 2^-24; from 1/2 on that is every float.
 *
 * <p>The numbers are the caller's, in one array or several that share this object's information buffer: each change is a step of the buffer, and
 * steps are undone last first. Tensors have at most as many elements as the buffer serves, and go with the numbers' first ones; what is written into them is the
 * real number nearest to the fixed one, in the tensor's precision. Not thread-safe.
 */
public final class GatedNumbers {

    public static final int FRACTION_BITS = 40;
    public static final int SHARE_BITS = 24;

    private static final int STRIP = ReversibleFixedPoint.STRIP;
    private static final double SCALE = 0x1p40;
    private static final double UNIT = 0x1p-40;

    private final ReversibleFixedPoint arithmetic;
    private final double[] increments = new double[STRIP];
    private final double[] shares = new double[STRIP];
    private final double[] inverses = new double[STRIP];
    private final double[] reals = new double[STRIP];

    /** @param size the most elements that are changed at once */
    public GatedNumbers(int size) {
        this(new ReversibleFixedPoint(size, FRACTION_BITS, SHARE_BITS));
    }

    GatedNumbers(ReversibleFixedPoint arithmetic) {
        this.arithmetic = arithmetic;
    }

    /** What the changes lost, and how many there were. */
    public ReversibleFixedPoint arithmetic() {
        return arithmetic;
    }

    /**
     * h' = keep h + increment.
     *
     * @param next overwritten with h'
     * @throws ArithmeticException where an increment is no number or a number becomes too large (2^21)
     */
    public void forward(long[] numbers, Tensor keep, Tensor increment, Tensor next) {
        arithmetic.beginStep();
        for (int from = 0; from < keep.size(); from += STRIP) {
            int count = Math.min(STRIP, keep.size() - from);
            readReals(increment, from, count);
            readShares(keep, from, count);
            arithmetic.multiply(numbers, from, count, shares, inverses);
            long largest = 0;
            for (int i = 0; i < count; i++) {
                int at = from + i;
                long sum = numbers[at] + (long) Math.rint(increments[i] * SCALE);
                numbers[at] = sum;
                largest |= sum ^ sum >> 63;
                reals[i] = sum * UNIT;
            }
            arithmetic.checkRange(largest);
            next.write(from, reals, count);
        }
        arithmetic.endStep();
    }

    /**
     * Undoes the last change that was not undone yet.
     *
     * @param keep the same as then, as is the increment
     * @param before overwritten with h
     */
    public void back(long[] numbers, Tensor keep, Tensor increment, Tensor before) {
        arithmetic.undoStep();
        for (int from = 0; from < keep.size(); from += STRIP) {
            int count = Math.min(STRIP, keep.size() - from);
            increment.read(from, increments, count);
            readShares(keep, from, count);
            for (int i = 0; i < count; i++) {
                numbers[from + i] -= (long) Math.rint(increments[i] * SCALE);
            }
            arithmetic.divide(numbers, from, count, shares, inverses);
            for (int i = 0; i < count; i++) {
                reals[i] = numbers[from + i] * UNIT;
            }
            before.write(from, reals, count);
        }
    }

    /**
     * The nearest numbers in fixed point.
     *
     * @throws ArithmeticException where a value is not a number or too large
     */
    public long[] fixed(Tensor values) {
        long[] numbers = new long[values.size()];
        for (int from = 0; from < numbers.length; from += STRIP) {
            int count = Math.min(STRIP, numbers.length - from);
            readReals(values, from, count);
            for (int i = 0; i < count; i++) {
                numbers[from + i] = arithmetic.fixed(increments[i]);
            }
        }
        return numbers;
    }

    /** Overwrites the target with the first numbers. */
    public void write(long[] numbers, Tensor target) {
        for (int from = 0; from < target.size(); from += STRIP) {
            int count = Math.min(STRIP, target.size() - from);
            for (int i = 0; i < count; i++) {
                reals[i] = arithmetic.toReal(numbers[from + i]);
            }
            target.write(from, reals, count);
        }
    }

    /** Whether these are the numbers that {@link #fixed} makes of the values. */
    public boolean equal(long[] numbers, Tensor values) {
        boolean equal = numbers.length == values.size();
        for (int from = 0; equal && from < numbers.length; from += STRIP) {
            int count = Math.min(STRIP, numbers.length - from);
            values.read(from, increments, count);
            for (int i = 0; i < count; i++) {
                equal &= numbers[from + i] == arithmetic.fixed(increments[i]);
            }
        }
        return equal;
    }

    private void readReals(Tensor values, int from, int count) {
        values.read(from, increments, count);
        arithmetic.checkReals(increments, count);
    }

    /** Keep factors as shares, 1 at least. */
    private void readShares(Tensor keep, int from, int count) {
        double one = 1L << arithmetic.shareBits();
        keep.read(from, shares, count);
        for (int i = 0; i < count; i++) {
            shares[i] = Math.max(1, Math.min(one, Math.rint(shares[i] * one)));
            inverses[i] = 1 / shares[i];
        }
    }
}
