package io.anabranch.learn.reversible;

import io.anabranch.learn.tensor.Tensor;
import java.util.Arrays;

/**
 * Visible and hidden rows at one level, in fixed point, and how they go one level on and back. All tensors have the state's shape; what is
 * written into a tensor is the real number nearest to the fixed one, in the tensor's precision.
 */
final class StateAlongDepth {

    private static final int STRIP = ReversibleFixedPoint.STRIP;

    private static final double SCALE = 0x1p40;
    private static final double UNIT = 0x1p-40;

    private final ReversibleFixedPoint arithmetic;
    private final GatedNumbers numbers;
    private final double[] increments = new double[STRIP];
    private final double[] shares = new double[STRIP];
    private final double[] inverses = new double[STRIP];
    private final double[] reals = new double[STRIP];
    private long[] visible;
    private long[] hidden;

    StateAlongDepth(Tensor visible, Tensor hidden, int shareBits) {
        int size = visible.size();
        this.arithmetic = new ReversibleFixedPoint(size, GatedNumbers.FRACTION_BITS, shareBits);
        this.numbers = new GatedNumbers(arithmetic);
        this.visible = numbers.fixed(visible);
        this.hidden = numbers.fixed(hidden);
    }

    ReversibleFixedPoint arithmetic() {
        return arithmetic;
    }

    /** c' = γ c + increment; h' = h + c'. */
    void forwardWithMomentum(long gamma, Tensor increment, Tensor nextVisible) {
        long[] h = visible;
        long[] c = hidden;
        Arrays.fill(shares, gamma);
        Arrays.fill(inverses, 1.0 / gamma);
        arithmetic.beginStep();
        for (int from = 0; from < h.length; from += STRIP) {
            int count = Math.min(STRIP, h.length - from);
            readIncrements(increment, from, count);
            arithmetic.multiply(c, from, count, shares, inverses);
            long largest = 0;
            for (int i = 0; i < count; i++) {
                int at = from + i;
                long velocity = c[at] + (long) Math.rint(increments[i] * SCALE);
                long position = h[at] + velocity;
                c[at] = velocity;
                h[at] = position;
                largest |= position ^ position >> 63 | velocity ^ velocity >> 63;
                reals[i] = position * UNIT;
            }
            arithmetic.checkRange(largest);
            nextVisible.write(from, reals, count);
        }
        arithmetic.endStep();
    }

    /** h' = keep c + increment; c' = h. */
    void forwardThroughGate(Tensor keep, Tensor increment, Tensor nextVisible) {
        numbers.forward(hidden, keep, increment, nextVisible);
        exchange();
    }

    /** Momentum: h = h' - c', while the hidden rows stay at their level. */
    void backVisibleWithMomentum(Tensor visibleBefore) {
        long[] h = visible;
        long[] c = hidden;
        for (int from = 0; from < h.length; from += STRIP) {
            int count = Math.min(STRIP, h.length - from);
            for (int i = 0; i < count; i++) {
                h[from + i] -= c[from + i];
            }
            for (int i = 0; i < count; i++) {
                reals[i] = h[from + i] * UNIT;
            }
            visibleBefore.write(from, reals, count);
        }
    }

    /** Momentum, after {@link #backVisibleWithMomentum}: c = (c' - increment) / γ. */
    void backHiddenWithMomentum(long gamma, Tensor increment) {
        long[] c = hidden;
        Arrays.fill(shares, gamma);
        Arrays.fill(inverses, 1.0 / gamma);
        arithmetic.undoStep();
        for (int from = 0; from < c.length; from += STRIP) {
            int count = Math.min(STRIP, c.length - from);
            increment.read(from, increments, count);
            for (int i = 0; i < count; i++) {
                c[from + i] -= (long) Math.rint(increments[i] * SCALE);
            }
            arithmetic.divide(c, from, count, shares, inverses);
        }
    }

    /** Gate: h becomes the visible rows, while h' waits as hidden. */
    void backVisibleThroughGate(Tensor visibleBefore) {
        exchange();
        writeVisible(visibleBefore);
    }

    /** Gate, after {@link #backVisibleThroughGate}: c = (h' - increment) / keep. */
    void backHiddenThroughGate(Tensor keep, Tensor increment, Tensor hiddenBefore) {
        numbers.back(hidden, keep, increment, hiddenBefore);
    }

    void writeVisible(Tensor target) {
        numbers.write(visible, target);
    }

    void writeHidden(Tensor target) {
        numbers.write(hidden, target);
    }

    /** Whether this is the state that a stack begins with, with nothing left to undo. */
    boolean isStart(Tensor firstVisible, Tensor firstHidden) {
        return arithmetic.isEmpty() && numbers.equal(visible, firstVisible) && numbers.equal(hidden, firstHidden);
    }

    /** Bytes of the state and of the buffer. */
    long bytes() {
        return (long) Long.BYTES * (visible.length + hidden.length) + arithmetic.bytes();
    }

    private void exchange() {
        long[] kept = visible;
        visible = hidden;
        hidden = kept;
    }

    private void readIncrements(Tensor increment, int from, int count) {
        increment.read(from, increments, count);
        arithmetic.checkReals(increments, count);
    }
}
