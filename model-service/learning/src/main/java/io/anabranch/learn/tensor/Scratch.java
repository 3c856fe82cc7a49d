package io.anabranch.learn.tensor;

import java.util.EnumMap;

/**
 * Heap arrays that the kernels work in, one tree of scopes' own. They only grow, and a kernel may use each slot for one
 * operand: fresh memory costs page faults, which are dearer than most kernels.
 */
final class Scratch {

    /** The operands of a kernel; OUT is its result. */
    enum Slot {
        A,
        B,
        C,
        D,
        OUT
    }

    private final EnumMap<Slot, float[]> floats = new EnumMap<>(Slot.class);
    private final EnumMap<Slot, double[]> doubles = new EnumMap<>(Slot.class);

    /** An array of at least that length with any content. */
    float[] floats(Slot slot, int length) {
        float[] array = floats.get(slot);
        if (array == null || array.length < length) {
            array = new float[grown(length)];
            floats.put(slot, array);
        }
        return array;
    }

    /** An array of at least that length with any content. */
    double[] doubles(Slot slot, int length) {
        double[] array = doubles.get(slot);
        if (array == null || array.length < length) {
            array = new double[grown(length)];
            doubles.put(slot, array);
        }
        return array;
    }

    private static int grown(int length) {
        return (int) Math.min(Integer.MAX_VALUE - 8L, length + length / 4L);
    }
}
