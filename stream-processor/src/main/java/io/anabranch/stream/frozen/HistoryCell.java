package io.anabranch.stream.frozen;

import io.anabranch.graph.reversible.RankStack;
import io.anabranch.graph.reversible.RankedProduct;
import java.util.List;

/**
 * A reversible recurrent cell (MacKay et al., NeurIPS 2018) on single states, to {@link #advance} them by a step and to {@link #undo} the last one, to the
 * very bits that were there before. It keeps no state, but the arrays that a step works in: one thread at a time.
 *
 * <p>A state is the two hidden halves and, of an LSTM, the two cells behind them, in fixed point with {@value #FRACTION_BITS} binary places; zeros before the first
 * step. A number h becomes {@code keep h + increment}. The product is rounded down, and which of the numbers with that product h was goes to a stack: with a
 * keep factor of at least 1/2 that is a bit a number at most.
 */
public abstract sealed class HistoryCell permits GruHistoryCell, LstmHistoryCell {
    static final int HALVES = 2;
    static final int FRACTION_BITS = 40;
    private static final int SHARE_BITS = 24;

    private static final float ONE_SHARE = 1L << SHARE_BITS;
    private static final double SCALE = Math.scalb(1.0, FRACTION_BITS);
    private static final double UNIT = Math.scalb(1.0, -FRACTION_BITS);
    /** Of fixed numbers, exclusive: products stay below 2^62. */
    private static final long LIMIT = 1L << 61;

    final List<Cell> halves;
    final int width;
    final int stride;
    /** The gates of the half step that was begun, one behind the other. */
    final float[] gates;

    final float[] scratch;
    /** Of the change that was computed last. */
    final float[] keep;

    final float[] increment;

    private final int parts;
    private final float maxForget;
    /** Half of a state as floats, with zeros behind. */
    private final float[] part;

    HistoryCell(List<Cell> halves, float maxForget, int parts) {
        this.halves = halves;
        this.maxForget = maxForget;
        this.parts = parts;
        width = halves.getFirst().width();
        stride = halves.getFirst().stride();
        gates = new float[halves.getFirst().rowStride()];
        scratch = new float[gates.length];
        keep = new float[stride];
        increment = new float[stride];
        part = new float[stride];
    }

    /** Numbers of a state. */
    public final int stateLength() {
        return parts * width;
    }

    /** How many changes a half step makes, one after the other. */
    abstract int changes();

    /** Which part of the state a change is made to. */
    abstract int part(int half, int change);

    /**
     * Computes the gates of a half step.
     *
     * @param other the other half's hidden numbers, [stride]
     */
    abstract void begin(int half, float[] step, float[] other);

    /**
     * Computes {@link #keep} and {@link #increment} of a change of the half step that was begun.
     *
     * @param before the part that the change before changed, as it is after that, [stride]; of the first change nothing of meaning
     */
    abstract void change(int change, float[] before);

    /**
     * One step more.
     *
     * @param step what {@link HistoryEncoder#code} makes of it
     * @param ranks gets what it takes to undo it
     * @throws IllegalStateException if a number of the state leaves the range of the fixed point, 2^21; the state is of no use then
     */
    public final void advance(long[] state, float[] step, RankStack ranks) {
        for (int half = 0; half < HALVES; half++) {
            read(state, 1 - half);
            begin(half, step, part);
            for (int change = 0; change < changes(); change++) {
                change(change, part);
                multiply(state, part(half, change), ranks);
                read(state, part(half, change));
            }
        }
    }

    /**
     * Takes the last step back.
     *
     * @param step what {@link #advance} was told
     * @param ranks what it left, which is used up
     */
    public final void undo(long[] state, float[] step, RankStack ranks) {
        for (int half = HALVES - 1; half >= 0; half--) {
            read(state, 1 - half);
            begin(half, step, part);
            for (int change = changes() - 1; change >= 0; change--) {
                if (change > 0) {
                    read(state, part(half, change - 1));
                }
                change(change, part);
                divide(state, part(half, change), ranks);
            }
        }
    }

    /** Writes what the cell shows of a state, both hidden halves, to {@code target[at]} and on. */
    public final void show(long[] state, float[] target, int at) {
        for (int i = 0; i < HALVES * width; i++) {
            target[at + i] = real(state[i]);
        }
    }

    /** The keep factor of a gate. */
    final float limited(float gate) {
        return Math.fma(maxForget, gate, 1 - maxForget);
    }

    private void read(long[] state, int which) {
        for (int i = 0; i < width; i++) {
            part[i] = real(state[which * width + i]);
        }
    }

    private void multiply(long[] state, int which, RankStack ranks) {
        int from = which * width;
        for (int i = 0; i < width; i++) {
            long share = share(i);
            long number = state[from + i];
            ranks.push(
                    RankedProduct.rank(number, share, SHARE_BITS),
                    bits(RankedProduct.countOf(number, share, SHARE_BITS)));
            long next = RankedProduct.product(number, share, SHARE_BITS) + increment(i);
            if (Math.abs(next) >= LIMIT) {
                throw new IllegalStateException(
                        "The number %d of a history's state (%s) became too large.".formatted(from + i, real(next)));
            }
            state[from + i] = next;
        }
    }

    private void divide(long[] state, int which, RankStack ranks) {
        int from = which * width;
        for (int i = width - 1; i >= 0; i--) {
            long share = share(i);
            long product = state[from + i] - increment(i);
            long count = RankedProduct.count(product, share, SHARE_BITS);
            state[from + i] = RankedProduct.first(product, share, SHARE_BITS) + ranks.pop(bits(count));
        }
    }

    private long share(int i) {
        return (long) Math.max(1, Math.min(ONE_SHARE, Math.rint(keep[i] * ONE_SHARE)));
    }

    private long increment(int i) {
        return (long) Math.rint(increment[i] * SCALE);
    }

    /** Of ranks below a count. */
    private static int bits(long count) {
        return Long.SIZE - Long.numberOfLeadingZeros(count - 1);
    }

    private static float real(long number) {
        return (float) (number * UNIT);
    }
}
