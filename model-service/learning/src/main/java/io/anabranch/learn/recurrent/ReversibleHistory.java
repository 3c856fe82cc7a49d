package io.anabranch.learn.recurrent;

import io.anabranch.learn.reversible.GatedNumbers;
import io.anabranch.learn.reversible.RankedProduct;
import io.anabranch.learn.reversible.ReversibleFixedPoint;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;

/**
 * What a reversible cell has made of one sequence of events so far, and how its last events are taken back: {@link #undo} leaves the very bits that
 * were there before {@link #advance}. So an event that comes late is put where it belongs by undoing those after it and advancing through them again,
 * and one that must go is as if it had never been.
 *
 * <p>The state is in fixed point as in {@link Recurrence}. Bytes: 8 per number of the state, and for each event that can be undone its own numbers and
 * the bits that it made the state forget: on average 2 (1 - z) per number for keep factors z from 1/2 on, rounded up to whole bits. A step costs the
 * products with the cell's matrices and allocates what it keeps. One thread at a time, as its cell.
 */
public final class ReversibleHistory {

    private static final byte VERSION = 1;
    private static final int SHARE_BITS = GatedNumbers.SHARE_BITS;
    private static final double ONE_SHARE = 1L << SHARE_BITS;
    private static final double SCALE = Math.scalb(1.0, GatedNumbers.FRACTION_BITS);
    /** Of magnitudes, exclusive. */
    private static final double LIMIT = ReversibleFixedPoint.LIMIT / SCALE;

    private static final double UNIT = Math.scalb(1.0, -GatedNumbers.FRACTION_BITS);
    /** An event that can be undone, with what was forgotten over it. */
    private static final class Remembered {
        private final float[] event;
        private final long[] ranks;

        Remembered(float[] event, long[] ranks) {
            this.event = event;
            this.ranks = ranks;
        }
    }

    private final FrozenCell cell;
    private final int capacity;
    /** One part after the other. */
    private final long[] state;

    private final ArrayDeque<Remembered> remembered = new ArrayDeque<>();

    private ReversibleHistory(FrozenCell cell, int capacity, long[] state) {
        this.cell = cell;
        this.capacity = capacity;
        this.state = state;
    }

    /**
     * A history without events: a state of zeros.
     *
     * @param capacity how many events can be undone at most, 0 or more
     */
    public static ReversibleHistory of(FrozenCell cell, int capacity) {
        if (capacity < 0) {
            throw new IllegalArgumentException(
                    "The number of events that can be undone (%d) must not be negative.".formatted(capacity));
        }
        return new ReversibleHistory(cell, capacity, new long[cell.parts() * cell.partWidth()]);
    }

    /** How many events can be undone now. */
    public int undoable() {
        return remembered.size();
    }

    /**
     * One event more. Where as many as the capacity could be undone, the oldest of them no longer can.
     *
     * @param event [in], which is copied
     * @throws IllegalArgumentException where it has another length or a number that is not finite; then nothing has changed
     * @throws ArithmeticException where the state becomes no number or too large (2^21); then nothing has changed either
     */
    public void advance(float[] event) {
        check(event);
        RankStack ranks = new RankStack();
        System.arraycopy(state, 0, cell.saved, 0, state.length);
        try {
            forward(event, ranks);
        } catch (ArithmeticException e) {
            System.arraycopy(cell.saved, 0, state, 0, state.length);
            throw e;
        }
        if (capacity > 0) {
            if (remembered.size() == capacity) {
                remembered.removeFirst();
            }
            remembered.addLast(new Remembered(event.clone(), ranks.sealed()));
        }
    }

    private void forward(float[] event, RankStack ranks) {
        float[] part = new float[cell.partWidth()];
        for (int half = 0; half < ReversibleCell.HALVES; half++) {
            read(1 - half, part);
            cell.begin(half, event, part);
            for (int change = 0; change < cell.changes(); change++) {
                cell.change(change, part);
                multiply(cell.part(half, change), ranks);
                read(cell.part(half, change), part);
            }
        }
    }

    /**
     * Takes the last event back.
     *
     * @return the event
     * @throws IllegalStateException where none can be undone
     */
    public float[] undo() {
        if (remembered.isEmpty()) {
            throw new IllegalStateException(
                    "There is no event that can be undone: of %d at most, none is left.".formatted(capacity));
        }
        Remembered last = remembered.removeLast();
        RankStack ranks = new RankStack(last.ranks);
        float[] part = new float[cell.partWidth()];
        for (int half = ReversibleCell.HALVES - 1; half >= 0; half--) {
            read(1 - half, part);
            cell.begin(half, last.event, part);
            for (int change = cell.changes() - 1; change >= 0; change--) {
                if (change > 0) {
                    read(cell.part(half, change - 1), part);
                }
                cell.change(change, part);
                divide(cell.part(half, change), ranks);
            }
        }
        if (!ranks.isEmpty()) {
            throw new IllegalStateException("The bits of an event do not fit its state."
                    + "\nMaybe they were written by another version of the cell.");
        }
        return last.event;
    }

    /** Overwrites the first numbers of the target with what the cell shows: {@link FrozenCell#outputWidth} of them. */
    public void output(float[] target) {
        for (int i = 0; i < cell.outputWidth(); i++) {
            target[i] = real(state[i]);
        }
    }

    /** Of what {@link #toBytes} gives. */
    public int bytes() {
        int bytes = Byte.BYTES + 4 * Integer.BYTES + state.length * Long.BYTES;
        for (Remembered each : remembered) {
            bytes += each.event.length * Float.BYTES + Integer.BYTES + each.ranks.length * Long.BYTES;
        }
        return bytes;
    }

    /**
     * This history, to go on later or elsewhere with the same cell. Little-endian: <b>[byte]</b> version 1; <b>[int]</b> the cell's fingerprint;
     * <b>[int]</b> capacity; <b>[int]</b> length of the state and <b>[long...]</b> the state, part after part; <b>[int]</b> the number of events that
     * can be undone and, oldest first, of each <b>[float...]</b> the event, <b>[int]</b> the number of words and <b>[long...]</b> the words of what was
     * forgotten.
     */
    public byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(bytes()).order(ByteOrder.LITTLE_ENDIAN);
        out.put(VERSION).putInt(cell.fingerprint()).putInt(capacity).putInt(state.length);
        for (long number : state) {
            out.putLong(number);
        }
        out.putInt(remembered.size());
        for (Remembered each : remembered) {
            for (float value : each.event) {
                out.putFloat(value);
            }
            out.putInt(each.ranks.length);
            for (long word : each.ranks) {
                out.putLong(word);
            }
        }
        return out.array();
    }

    /**
     * What {@link #toBytes} gave.
     *
     * @throws IllegalArgumentException where the bytes are of another version, of a cell with other parameters, or not whole
     */
    public static ReversibleHistory of(FrozenCell cell, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        try {
            byte version = in.get();
            if (version != VERSION) {
                throw new IllegalArgumentException(
                        "The version (%d) of an event history must be %d.".formatted(version, VERSION));
            }
            if (in.getInt() != cell.fingerprint()) {
                throw new IllegalArgumentException("The event history was made with a cell of other parameters."
                        + "\nMaybe of another version of the model; then it must be made anew from the events.");
            }
            int capacity = in.getInt();
            int length = in.getInt();
            if (length != cell.parts() * cell.partWidth() || capacity < 0) {
                throw new IllegalArgumentException(
                        "The event history has %d numbers, not %d, or a negative capacity (%d)."
                                .formatted(length, cell.parts() * cell.partWidth(), capacity));
            }
            long[] state = longs(in, length);
            ReversibleHistory history = new ReversibleHistory(cell, capacity, state);
            int events = in.getInt();
            if (events < 0 || events > capacity) {
                throw new IllegalArgumentException(
                        "The number of events (%d) must be from 0 to the capacity (%d).".formatted(events, capacity));
            }
            for (int i = 0; i < events; i++) {
                float[] event = new float[cell.inputWidth()];
                for (int k = 0; k < event.length; k++) {
                    event[k] = in.getFloat();
                }
                long[] ranks = longs(in, in.getInt());
                RankStack.check(ranks);
                history.remembered.addLast(new Remembered(event, ranks));
            }
            if (in.hasRemaining()) {
                throw new IllegalArgumentException(
                        "The event history has %d bytes too many.".formatted(in.remaining()));
            }
            return history;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("The event history of %d bytes is cut off.".formatted(bytes.length), e);
        }
    }

    /** The numbers in fixed point; a copy. */
    long[] state() {
        return state.clone();
    }

    private static long[] longs(ByteBuffer in, int count) {
        if (count < 0 || count > in.remaining() / Long.BYTES) {
            throw new BufferUnderflowException();
        }
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = in.getLong();
        }
        return values;
    }

    private void multiply(int part, RankStack ranks) {
        int from = part * cell.partWidth();
        for (int i = 0; i < cell.partWidth(); i++) {
            checkNumber(cell.keep[i]);
            checkNumber(cell.increment[i]);
            long share = share(i);
            long product = RankedProduct.product(state[from + i], share, SHARE_BITS);
            long count = RankedProduct.count(product, share, SHARE_BITS);
            ranks.push(RankedProduct.rank(state[from + i], share, SHARE_BITS), width(count));
            state[from + i] = product + increment(i);
            if (Math.abs(state[from + i]) >= ReversibleFixedPoint.LIMIT) {
                throw new ArithmeticException(
                        "The number %d of the state (%s) became too large.".formatted(from + i, real(state[from + i])));
            }
        }
    }

    private void divide(int part, RankStack ranks) {
        int from = part * cell.partWidth();
        for (int i = cell.partWidth() - 1; i >= 0; i--) {
            long share = share(i);
            long product = state[from + i] - increment(i);
            long count = RankedProduct.count(product, share, SHARE_BITS);
            state[from + i] = RankedProduct.first(product, share, SHARE_BITS) + ranks.pop(width(count));
        }
    }

    private long share(int i) {
        return (long) Math.max(1, Math.min(ONE_SHARE, Math.rint(cell.keep[i] * ONE_SHARE)));
    }

    private long increment(int i) {
        return (long) Math.rint(cell.increment[i] * SCALE);
    }

    /** Of ranks below a count. */
    private static int width(long count) {
        return Long.SIZE - Long.numberOfLeadingZeros(count - 1);
    }

    private void read(int part, float[] target) {
        int from = part * cell.partWidth();
        for (int i = 0; i < cell.partWidth(); i++) {
            target[i] = real(state[from + i]);
        }
    }

    private static float real(long number) {
        return (float) (number * UNIT);
    }

    private static void checkNumber(float value) {
        if (!(Math.abs(value) < LIMIT)) {
            throw new ArithmeticException(
                    "The cell gave %s for a state and an event: it must be a number below %s.".formatted(value, LIMIT));
        }
    }

    private void check(float[] event) {
        if (event.length != cell.inputWidth()) {
            throw new IllegalArgumentException(
                    "The event has %d numbers, but the cell reads %d.".formatted(event.length, cell.inputWidth()));
        }
        for (int i = 0; i < event.length; i++) {
            if (!Float.isFinite(event[i])) {
                throw new IllegalArgumentException(
                        "The number %d of the event (%s) must be finite.".formatted(i, event[i]));
            }
        }
    }
}
