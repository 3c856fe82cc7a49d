package io.anabranch.graph.hag;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Row additions with the Vector API. Small static methods, as wide ones make the compiler box vectors; the two offsets of a plain
 * loop keep it from vectorising at all.
 */
final class RowKernels {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    private RowKernels() {}

    /** {@code target[at + i] += source[from + i]} for i below width. */
    static void add(float[] source, int from, float[] target, int at, int width) {
        int whole = SPECIES.loopBound(width);
        int i = 0;
        for (; i < whole; i += SPECIES.length()) {
            FloatVector sum = FloatVector.fromArray(SPECIES, target, at + i)
                    .add(FloatVector.fromArray(SPECIES, source, from + i));
            sum.intoArray(target, at + i);
        }
        for (; i < width; i++) {
            target[at + i] += source[from + i];
        }
    }

    /** {@code target[at + i] += weight * source[from + i]} for i below width. */
    static void addScaled(float weight, float[] source, int from, float[] target, int at, int width) {
        int whole = SPECIES.loopBound(width);
        FloatVector factor = FloatVector.broadcast(SPECIES, weight);
        int i = 0;
        for (; i < whole; i += SPECIES.length()) {
            FloatVector sum = FloatVector.fromArray(SPECIES, source, from + i)
                    .fma(factor, FloatVector.fromArray(SPECIES, target, at + i));
            sum.intoArray(target, at + i);
        }
        for (; i < width; i++) {
            target[at + i] = Math.fma(weight, source[from + i], target[at + i]);
        }
    }
}
