package io.anabranch.stream.frozen;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Row times matrix, {@code out = x W}, W [in, stride]. Column tiles stay in registers while k runs; each number is one chain
 * of fused multiply-adds in order of k, so that its bits do not depend on the tile.
 */
final class Products {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int STEP = SPECIES.length();
    private static final int TILE = 4 * STEP;

    private Products() {}

    static void row(float[] x, int xo, int in, float[] w, int stride, float[] out, int oo) {
        int column = 0;
        for (; column + TILE <= stride; column += TILE) {
            tile4(x, xo, in, w, column, stride, out, oo + column);
        }
        for (; column < stride; column += STEP) {
            tile1(x, xo, in, w, column, stride, out, oo + column);
        }
    }

    // Zeros are skipped: bag-of-words features and rectified rows are full of them, and 0 * w adds nothing.
    private static void tile4(float[] x, int xo, int in, float[] w, int wo, int stride, float[] out, int oo) {
        var a = FloatVector.zero(SPECIES);
        var b = a;
        var c = a;
        var d = a;
        for (int k = 0, o = wo; k < in; k++, o += stride) {
            float xk = x[xo + k];
            if (xk != 0f) {
                var factor = FloatVector.broadcast(SPECIES, xk);
                a = FloatVector.fromArray(SPECIES, w, o).fma(factor, a);
                b = FloatVector.fromArray(SPECIES, w, o + STEP).fma(factor, b);
                c = FloatVector.fromArray(SPECIES, w, o + 2 * STEP).fma(factor, c);
                d = FloatVector.fromArray(SPECIES, w, o + 3 * STEP).fma(factor, d);
            }
        }
        a.intoArray(out, oo);
        b.intoArray(out, oo + STEP);
        c.intoArray(out, oo + 2 * STEP);
        d.intoArray(out, oo + 3 * STEP);
    }

    private static void tile1(float[] x, int xo, int in, float[] w, int wo, int stride, float[] out, int oo) {
        var a = FloatVector.zero(SPECIES);
        for (int k = 0, o = wo; k < in; k++, o += stride) {
            float xk = x[xo + k];
            if (xk != 0f) {
                a = FloatVector.fromArray(SPECIES, w, o).fma(FloatVector.broadcast(SPECIES, xk), a);
            }
        }
        a.intoArray(out, oo);
    }
}
