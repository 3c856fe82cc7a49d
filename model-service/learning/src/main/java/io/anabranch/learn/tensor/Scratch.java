package io.anabranch.learn.tensor;

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

    private final float[][] floats = new float[Slot.values().length][0];
    private final double[][] doubles = new double[Slot.values().length][0];

    /** An array of at least that length with any content. */
    float[] floats(Slot slot, int length) {
        int i = slot.ordinal();
        if (floats[i].length < length) {
            floats[i] = new float[grown(length)];
        }
        return floats[i];
    }

    /** An array of at least that length with any content. */
    double[] doubles(Slot slot, int length) {
        int i = slot.ordinal();
        if (doubles[i].length < length) {
            doubles[i] = new double[grown(length)];
        }
        return doubles[i];
    }

    private static int grown(int length) {
        return (int) Math.min(Integer.MAX_VALUE - 8L, length + length / 4L);
    }
}
