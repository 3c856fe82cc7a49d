package io.anabranch.learn.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loops over parts of arrays at two offsets, which the compiler does not make vectors of by itself. FLOAT32 is what
 * training runs on and is written with vectors; FLOAT64 is for gradient checks and is not.
 */
final class Lanes {

    private static final VectorSpecies<Float> WIDE = FloatVector.SPECIES_PREFERRED;

    private Lanes() {}

    /** out += scale · in. */
    static void addScaled(float[] out, int to, float scale, float[] in, int from, int length) {
        int i = 0;
        for (; i <= length - WIDE.length(); i += WIDE.length()) {
            FloatVector.fromArray(WIDE, in, from + i)
                    .mul(scale)
                    .add(FloatVector.fromArray(WIDE, out, to + i))
                    .intoArray(out, to + i);
        }
        for (; i < length; i++) {
            out[to + i] += scale * in[from + i];
        }
    }

    static void addScaled(double[] out, int to, double scale, double[] in, int from, int length) {
        for (int i = 0; i < length; i++) {
            out[to + i] += scale * in[from + i];
        }
    }

    static float dot(float[] a, int aFrom, float[] b, int bFrom, int length) {
        int i = 0;
        float sum = 0;
        if (length >= WIDE.length()) {
            FloatVector sums = FloatVector.zero(WIDE);
            for (; i <= length - WIDE.length(); i += WIDE.length()) {
                sums = FloatVector.fromArray(WIDE, a, aFrom + i)
                        .mul(FloatVector.fromArray(WIDE, b, bFrom + i))
                        .add(sums);
            }
            sum = sums.reduceLanes(VectorOperators.ADD);
        }
        for (; i < length; i++) {
            sum += a[aFrom + i] * b[bFrom + i];
        }
        return sum;
    }

    static double dot(double[] a, int aFrom, double[] b, int bFrom, int length) {
        double sum = 0;
        for (int i = 0; i < length; i++) {
            sum += a[aFrom + i] * b[bFrom + i];
        }
        return sum;
    }
}
