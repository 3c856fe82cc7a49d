package io.anabranch.stream.frozen;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Kernels on the rows of one attention head, whose lengths are multiples of what {@link Rows#stride} gives. */
public final class AttentionKernels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    private AttentionKernels() {}

    /** {@code y += a x + b z}: one message out, another in. */
    public static void exchange(float a, float[] x, int xo, float b, float[] z, int zo, float[] y, int yo, int n) {
        var first = FloatVector.broadcast(SPECIES, a);
        var second = FloatVector.broadcast(SPECIES, b);
        for (int i = 0; i < n; i += SPECIES.length()) {
            var sum = FloatVector.fromArray(SPECIES, x, xo + i).fma(first, FloatVector.fromArray(SPECIES, y, yo + i));
            FloatVector.fromArray(SPECIES, z, zo + i).fma(second, sum).intoArray(y, yo + i);
        }
    }

    /** {@code out = a x + b y + c z}: both sides of a head and the vertex itself. */
    public static void blend(
            float a, float[] x, int xo, float b, int yo, float c, float[] z, int zo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += SPECIES.length()) {
            var sum = FloatVector.fromArray(SPECIES, x, xo + i).mul(a);
            sum = FloatVector.fromArray(SPECIES, x, yo + i).fma(FloatVector.broadcast(SPECIES, b), sum);
            FloatVector.fromArray(SPECIES, z, zo + i)
                    .fma(FloatVector.broadcast(SPECIES, c), sum)
                    .intoArray(out, oo + i);
        }
    }
}
