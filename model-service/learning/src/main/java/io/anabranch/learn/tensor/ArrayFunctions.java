package io.anabranch.learn.tensor;

import java.lang.foreign.MemorySegment;

/** Functions of parts of arrays, in place; the same bits that {@link Elementwise} gives for FLOAT32 tensors. */
public final class ArrayFunctions {

    private ArrayFunctions() {}

    /** x = 1 / (1 + exp(-x)) for {@code count} elements from {@code from} on. */
    public static void sigmoid(float[] x, int from, int count) {
        MemorySegment part = part(x, from, count);
        SigmoidLanes.sigmoid(part, part, count);
    }

    /** x = tanh(x), likewise. */
    public static void tanh(float[] x, int from, int count) {
        MemorySegment part = part(x, from, count);
        SigmoidLanes.tanh(part, part, count);
    }

    private static MemorySegment part(float[] x, int from, int count) {
        return MemorySegment.ofArray(x).asSlice((long) from * Float.BYTES, (long) count * Float.BYTES);
    }
}
