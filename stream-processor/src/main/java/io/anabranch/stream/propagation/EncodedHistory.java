package io.anabranch.stream.propagation;

import io.anabranch.graph.history.StepCode;
import io.anabranch.graph.reversible.RankStack;
import io.anabranch.stream.frozen.HistoryCell;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * What a model's encoder has made of the steps of one vertex so far: a state, how many steps are in it, and what it takes to undo the last of them. A digest of
 * the steps goes forth and back with the state.
 *
 * <p>Memory: 8 bytes a number of the state, and for each step that can be undone about 80 and the bits that it made the state forget. Not thread-safe.
 */
final class EncodedHistory {
    /** Odd, so that multiplication by it can be undone. */
    private static final long FACTOR = 0x9e3779b97f4a7c15L;

    private static final long INVERSE = inverse(FACTOR);

    /** A step that can be undone. */
    private record Remembered(Told told, long[] ranks) {}

    /** What the cell is told of a step, and what the digest is of it. */
    record Told(long time, double gap, boolean source, int place, float weight, long other, long type) {
        void write(StepCode code, float[] step) {
            code.write(gap, source, place, weight, other, step, 0);
        }

        /** Not of the gap, which the order tells. */
        long digest() {
            long mixed = mixed(time + FACTOR);
            mixed = mixed(mixed ^ other);
            mixed = mixed(mixed ^ type);
            return mixed(mixed ^ ((long) Float.floatToIntBits(weight) << 1 | (source ? 1 : 0)));
        }
    }

    private final long[] state;
    private final ArrayDeque<Remembered> remembered = new ArrayDeque<>();
    private int steps;
    private long digest;
    /** Steps of the checkpoint that is stored; 0: there is none. */
    private int stored;

    EncodedHistory(int stateLength) {
        state = new long[stateLength];
    }

    /** Goes on from a checkpoint; none of its steps can be undone. */
    EncodedHistory(HistoryCheckpoint checkpoint) {
        state = checkpoint.state().clone();
        steps = checkpoint.steps();
        digest = checkpoint.digest();
        stored = steps;
    }

    int steps() {
        return steps;
    }

    void advance(HistoryCell cell, StepCode code, Told told, float[] step) {
        told.write(code, step);
        RankStack ranks = new RankStack();
        cell.advance(state, step, ranks);
        remembered.addLast(new Remembered(told, ranks.sealed()));
        steps++;
        digest = digest(digest, told);
    }

    boolean canUndo() {
        return !remembered.isEmpty();
    }

    void undo(HistoryCell cell, StepCode code, float[] step) {
        Remembered last = remembered.removeLast();
        last.told().write(code, step);
        cell.undo(state, step, new RankStack(last.ranks()));
        steps--;
        digest = digest * INVERSE - last.told().digest();
    }

    /** As before the first step. */
    void restart() {
        Arrays.fill(state, 0);
        remembered.clear();
        steps = 0;
        digest = 0;
    }

    /** Steps of before this time can no longer be undone. */
    void settle(long horizon) {
        while (!remembered.isEmpty() && remembered.getFirst().told().time() < horizon) {
            remembered.removeFirst();
        }
    }

    void show(HistoryCell cell, float[] target, int at) {
        cell.show(state, target, at);
    }

    HistoryCheckpoint checkpoint() {
        stored = steps;
        return new HistoryCheckpoint(steps, digest, state.clone());
    }

    /** The checkpoint is gone. */
    void unstored() {
        stored = 0;
    }

    int stored() {
        return stored;
    }

    /** The digest of one step more. */
    static long digest(long before, Told told) {
        return (before + told.digest()) * FACTOR;
    }

    private static long mixed(long x) {
        x = (x ^ x >>> 30) * 0xbf58476d1ce4e5b9L;
        x = (x ^ x >>> 27) * 0x94d049bb133111ebL;
        return x ^ x >>> 31;
    }

    /** Modulo 2^64, by Newton: each turn doubles the bits that are right, of which x itself has 3. */
    private static long inverse(long x) {
        long inverse = x;
        for (int bits = 3; bits < Long.SIZE; bits *= 2) {
            inverse *= 2 - x * inverse;
        }
        return inverse;
    }
}
