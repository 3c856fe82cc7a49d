package io.anabranch.learn.tensor;

import static io.anabranch.learn.tensor.FloatLanes.LANES;
import static io.anabranch.learn.tensor.FloatLanes.SPECIES;
import static io.anabranch.learn.tensor.FloatLanes.load;
import static io.anabranch.learn.tensor.FloatLanes.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * {@link Arithmetic} over the memory of FLOAT32 tensors. One loop per function and way of repeating, and no choice within one: a vector that is one
 * of several behind a branch would be an object on the heap.
 */
final class FloatArithmetic {

    private FloatArithmetic() {}

    /** out = a ∘ b for that many elements from the positions on; an operand that is repeated is the one number at its position. */
    static void apply(
            Arithmetic function,
            MemorySegment a,
            long aAt,
            boolean repeatA,
            MemorySegment b,
            long bAt,
            boolean repeatB,
            MemorySegment out,
            long at,
            int length) {
        int whole = length - length % LANES;
        if (whole > 0 && repeatA != repeatB) {
            if (repeatA) {
                repeated(function, FloatVector.broadcast(SPECIES, number(a, aAt)), b, bAt, out, at, whole);
            } else {
                repeated(function, a, aAt, FloatVector.broadcast(SPECIES, number(b, bAt)), out, at, whole);
            }
        } else if (!repeatA) {
            both(function, a, aAt, b, bAt, out, at, whole);
        } else {
            whole = 0;
        }
        // What is behind the last whole vector. Out may be one of the operands: no element may be worked out twice.
        for (int i = whole; i < length; i++) {
            float left = number(a, repeatA ? aAt : aAt + i);
            float right = number(b, repeatB ? bAt : bAt + i);
            out.setAtIndex(ValueLayout.JAVA_FLOAT, at + i, function.of(left, right));
        }
    }

    private static float number(MemorySegment memory, long at) {
        return memory.getAtIndex(ValueLayout.JAVA_FLOAT, at);
    }

    private static void both(
            Arithmetic function,
            MemorySegment a,
            long aAt,
            MemorySegment b,
            long bAt,
            MemorySegment out,
            long at,
            int length) {
        switch (function) {
            case ADD -> add(a, aAt, b, bAt, out, at, length);
            case SUBTRACT -> subtract(a, aAt, b, bAt, out, at, length);
            case MULTIPLY -> multiply(a, aAt, b, bAt, out, at, length);
            case DIVIDE -> divide(a, aAt, b, bAt, out, at, length);
        }
    }

    private static void repeated(
            Arithmetic function, FloatVector a, MemorySegment b, long bAt, MemorySegment out, long at, int length) {
        switch (function) {
            case ADD -> add(b, bAt, a, out, at, length);
            case SUBTRACT -> subtract(a, b, bAt, out, at, length);
            case MULTIPLY -> multiply(b, bAt, a, out, at, length);
            case DIVIDE -> divide(a, b, bAt, out, at, length);
        }
    }

    private static void repeated(
            Arithmetic function, MemorySegment a, long aAt, FloatVector b, MemorySegment out, long at, int length) {
        switch (function) {
            case ADD -> add(a, aAt, b, out, at, length);
            case SUBTRACT -> subtract(a, aAt, b, out, at, length);
            case MULTIPLY -> multiply(a, aAt, b, out, at, length);
            case DIVIDE -> divide(a, aAt, b, out, at, length);
        }
    }

    private static void add(
            MemorySegment a, long aAt, MemorySegment b, long bAt, MemorySegment out, long at, int length) {
        for (int i = 0; i < length; i += LANES) {
            store(load(a, aAt + i).add(load(b, bAt + i)), out, at + i);
        }
    }

    private static void add(MemorySegment a, long aAt, FloatVector b, MemorySegment out, long at, int length) {
        for (int i = 0; i < length; i += LANES) {
            store(load(a, aAt + i).add(b), out, at + i);
        }
    }

    private static void subtract(
            MemorySegment a, long aAt, MemorySegment b, long bAt, MemorySegment out, long at, int length) {
        for (int i = 0; i < length; i += LANES) {
            store(load(a, aAt + i).sub(load(b, bAt + i)), out, at + i);
        }
    }

    private static void subtract(FloatVector a, MemorySegment b, long bAt, MemorySegment out, long at, int length) {
        for (int i = 0; i < length; i += LANES) {
            store(a.sub(load(b, bAt + i)), out, at + i);
        }
    }

    private static void subtract(MemorySegment a, long aAt, FloatVector b, MemorySegment out, long at, int length) {
        for (int i = 0; i < length; i += LANES) {
            store(load(a, aAt + i).sub(b), out, at + i);
        }
    }

    private static void multiply(
            MemorySegment a, long aAt, MemorySegment b, long bAt, MemorySegment out, long at, int length) {
        for (int i = 0; i < length; i += LANES) {
            store(load(a, aAt + i).mul(load(b, bAt + i)), out, at + i);
        }
    }

    private static void multiply(MemorySegment a, long aAt, FloatVector b, MemorySegment out, long at, int length) {
        for (int i = 0; i < length; i += LANES) {
            store(load(a, aAt + i).mul(b), out, at + i);
        }
    }

    private static void divide(
            MemorySegment a, long aAt, MemorySegment b, long bAt, MemorySegment out, long at, int length) {
        for (int i = 0; i < length; i += LANES) {
            store(load(a, aAt + i).div(load(b, bAt + i)), out, at + i);
        }
    }

    private static void divide(FloatVector a, MemorySegment b, long bAt, MemorySegment out, long at, int length) {
        for (int i = 0; i < length; i += LANES) {
            store(a.div(load(b, bAt + i)), out, at + i);
        }
    }

    private static void divide(MemorySegment a, long aAt, FloatVector b, MemorySegment out, long at, int length) {
        for (int i = 0; i < length; i += LANES) {
            store(load(a, aAt + i).div(b), out, at + i);
        }
    }
}
