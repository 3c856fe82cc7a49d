package io.anabranch.stream.frozen;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows times matrix, {@code out = x W}, W [in, stride]. Tiles of the result stay in registers while k runs; each number is one chain
 * of fused multiply-adds in order of k, so that its bits do not depend on the tile.
 */
final class Products {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int STEP = SPECIES.length();
    private static final int TILE = 4 * STEP;

    /** Below this share of non-zeros, skipping the zeros of a row is faster than sharing weights between rows. */
    private static final int SPARSE = 8;

    private Products() {}

    /** {@code rows} products at once; row i of x begins at {@code xo + i * xs}, that of out at {@code oo + i * os}. */
    static void rows(float[] x, int xo, int xs, int rows, int in, float[] w, int stride, float[] out, int oo, int os) {
        int i = 0;
        for (; i + 4 <= rows; i += 4) {
            if (sparse(x, xo + i * xs, in)) {
                for (int r = i; r < i + 4; r++) {
                    row(x, xo + r * xs, in, w, stride, out, oo + r * os);
                }
            } else {
                four(x, xo + i * xs, xs, in, w, stride, out, oo + i * os, os);
            }
        }
        for (; i < rows; i++) {
            row(x, xo + i * xs, in, w, stride, out, oo + i * os);
        }
    }

    private static boolean sparse(float[] x, int xo, int in) {
        return SPARSE * Rows.nonZeros(x, xo, in) < in;
    }

    private static void four(float[] x, int xo, int xs, int in, float[] w, int stride, float[] out, int oo, int os) {
        int column = 0;
        for (; column + TILE <= stride; column += TILE) {
            tile4x4(x, xo, xs, in, w, column, stride, out, oo + column, os);
        }
        for (; column + 2 * STEP <= stride; column += 2 * STEP) {
            tile4x2(x, xo, xs, in, w, column, stride, out, oo + column, os);
        }
        for (; column < stride; column += STEP) {
            tile4x1(x, xo, xs, in, w, column, stride, out, oo + column, os);
        }
    }

    private static void tile4x4(
            float[] x, int xo, int xs, int in, float[] w, int wo, int stride, float[] out, int oo, int os) {
        var a0 = FloatVector.zero(SPECIES);
        var a1 = FloatVector.zero(SPECIES);
        var a2 = FloatVector.zero(SPECIES);
        var a3 = FloatVector.zero(SPECIES);
        var b0 = FloatVector.zero(SPECIES);
        var b1 = FloatVector.zero(SPECIES);
        var b2 = FloatVector.zero(SPECIES);
        var b3 = FloatVector.zero(SPECIES);
        var c0 = FloatVector.zero(SPECIES);
        var c1 = FloatVector.zero(SPECIES);
        var c2 = FloatVector.zero(SPECIES);
        var c3 = FloatVector.zero(SPECIES);
        var d0 = FloatVector.zero(SPECIES);
        var d1 = FloatVector.zero(SPECIES);
        var d2 = FloatVector.zero(SPECIES);
        var d3 = FloatVector.zero(SPECIES);
        for (int k = 0, o = wo; k < in; k++, o += stride) {
            var w0 = FloatVector.fromArray(SPECIES, w, o);
            var w1 = FloatVector.fromArray(SPECIES, w, o + STEP);
            var w2 = FloatVector.fromArray(SPECIES, w, o + 2 * STEP);
            var w3 = FloatVector.fromArray(SPECIES, w, o + 3 * STEP);
            var x0 = FloatVector.broadcast(SPECIES, x[xo + k]);
            a0 = w0.fma(x0, a0);
            a1 = w1.fma(x0, a1);
            a2 = w2.fma(x0, a2);
            a3 = w3.fma(x0, a3);
            var x1 = FloatVector.broadcast(SPECIES, x[xo + xs + k]);
            b0 = w0.fma(x1, b0);
            b1 = w1.fma(x1, b1);
            b2 = w2.fma(x1, b2);
            b3 = w3.fma(x1, b3);
            var x2 = FloatVector.broadcast(SPECIES, x[xo + 2 * xs + k]);
            c0 = w0.fma(x2, c0);
            c1 = w1.fma(x2, c1);
            c2 = w2.fma(x2, c2);
            c3 = w3.fma(x2, c3);
            var x3 = FloatVector.broadcast(SPECIES, x[xo + 3 * xs + k]);
            d0 = w0.fma(x3, d0);
            d1 = w1.fma(x3, d1);
            d2 = w2.fma(x3, d2);
            d3 = w3.fma(x3, d3);
        }
        a0.intoArray(out, oo);
        a1.intoArray(out, oo + STEP);
        a2.intoArray(out, oo + 2 * STEP);
        a3.intoArray(out, oo + 3 * STEP);
        b0.intoArray(out, oo + os);
        b1.intoArray(out, oo + os + STEP);
        b2.intoArray(out, oo + os + 2 * STEP);
        b3.intoArray(out, oo + os + 3 * STEP);
        c0.intoArray(out, oo + 2 * os);
        c1.intoArray(out, oo + 2 * os + STEP);
        c2.intoArray(out, oo + 2 * os + 2 * STEP);
        c3.intoArray(out, oo + 2 * os + 3 * STEP);
        d0.intoArray(out, oo + 3 * os);
        d1.intoArray(out, oo + 3 * os + STEP);
        d2.intoArray(out, oo + 3 * os + 2 * STEP);
        d3.intoArray(out, oo + 3 * os + 3 * STEP);
    }

    private static void tile4x2(
            float[] x, int xo, int xs, int in, float[] w, int wo, int stride, float[] out, int oo, int os) {
        var a0 = FloatVector.zero(SPECIES);
        var a1 = FloatVector.zero(SPECIES);
        var b0 = FloatVector.zero(SPECIES);
        var b1 = FloatVector.zero(SPECIES);
        var c0 = FloatVector.zero(SPECIES);
        var c1 = FloatVector.zero(SPECIES);
        var d0 = FloatVector.zero(SPECIES);
        var d1 = FloatVector.zero(SPECIES);
        for (int k = 0, o = wo; k < in; k++, o += stride) {
            var w0 = FloatVector.fromArray(SPECIES, w, o);
            var w1 = FloatVector.fromArray(SPECIES, w, o + STEP);
            var x0 = FloatVector.broadcast(SPECIES, x[xo + k]);
            a0 = w0.fma(x0, a0);
            a1 = w1.fma(x0, a1);
            var x1 = FloatVector.broadcast(SPECIES, x[xo + xs + k]);
            b0 = w0.fma(x1, b0);
            b1 = w1.fma(x1, b1);
            var x2 = FloatVector.broadcast(SPECIES, x[xo + 2 * xs + k]);
            c0 = w0.fma(x2, c0);
            c1 = w1.fma(x2, c1);
            var x3 = FloatVector.broadcast(SPECIES, x[xo + 3 * xs + k]);
            d0 = w0.fma(x3, d0);
            d1 = w1.fma(x3, d1);
        }
        a0.intoArray(out, oo);
        a1.intoArray(out, oo + STEP);
        b0.intoArray(out, oo + os);
        b1.intoArray(out, oo + os + STEP);
        c0.intoArray(out, oo + 2 * os);
        c1.intoArray(out, oo + 2 * os + STEP);
        d0.intoArray(out, oo + 3 * os);
        d1.intoArray(out, oo + 3 * os + STEP);
    }

    private static void tile4x1(
            float[] x, int xo, int xs, int in, float[] w, int wo, int stride, float[] out, int oo, int os) {
        var a0 = FloatVector.zero(SPECIES);
        var b0 = FloatVector.zero(SPECIES);
        var c0 = FloatVector.zero(SPECIES);
        var d0 = FloatVector.zero(SPECIES);
        for (int k = 0, o = wo; k < in; k++, o += stride) {
            var w0 = FloatVector.fromArray(SPECIES, w, o);
            var x0 = FloatVector.broadcast(SPECIES, x[xo + k]);
            a0 = w0.fma(x0, a0);
            var x1 = FloatVector.broadcast(SPECIES, x[xo + xs + k]);
            b0 = w0.fma(x1, b0);
            var x2 = FloatVector.broadcast(SPECIES, x[xo + 2 * xs + k]);
            c0 = w0.fma(x2, c0);
            var x3 = FloatVector.broadcast(SPECIES, x[xo + 3 * xs + k]);
            d0 = w0.fma(x3, d0);
        }
        a0.intoArray(out, oo);
        b0.intoArray(out, oo + os);
        c0.intoArray(out, oo + 2 * os);
        d0.intoArray(out, oo + 3 * os);
    }

    static void row(float[] x, int xo, int in, float[] w, int stride, float[] out, int oo) {
        if (sparse(x, xo, in)) {
            sparseRow(x, xo, in, w, stride, out, oo);
            return;
        }
        int column = 0;
        for (; column + TILE <= stride; column += TILE) {
            tile1x4(x, xo, in, w, column, stride, out, oo + column);
        }
        for (; column < stride; column += STEP) {
            tile1x1(x, xo, in, w, column, stride, out, oo + column);
        }
    }

    private static void tile1x4(float[] x, int xo, int in, float[] w, int wo, int stride, float[] out, int oo) {
        var a = FloatVector.zero(SPECIES);
        var b = a;
        var c = a;
        var d = a;
        for (int k = 0, o = wo; k < in; k++, o += stride) {
            var factor = FloatVector.broadcast(SPECIES, x[xo + k]);
            a = FloatVector.fromArray(SPECIES, w, o).fma(factor, a);
            b = FloatVector.fromArray(SPECIES, w, o + STEP).fma(factor, b);
            c = FloatVector.fromArray(SPECIES, w, o + 2 * STEP).fma(factor, c);
            d = FloatVector.fromArray(SPECIES, w, o + 3 * STEP).fma(factor, d);
        }
        a.intoArray(out, oo);
        b.intoArray(out, oo + STEP);
        c.intoArray(out, oo + 2 * STEP);
        d.intoArray(out, oo + 3 * STEP);
    }

    private static void tile1x1(float[] x, int xo, int in, float[] w, int wo, int stride, float[] out, int oo) {
        var a = FloatVector.zero(SPECIES);
        for (int k = 0, o = wo; k < in; k++, o += stride) {
            a = FloatVector.fromArray(SPECIES, w, o).fma(FloatVector.broadcast(SPECIES, x[xo + k]), a);
        }
        a.intoArray(out, oo);
    }

    /** The same bits as above, since 0 * w adds nothing; for features that are bags of words. */
    private static void sparseRow(float[] x, int xo, int in, float[] w, int stride, float[] out, int oo) {
        Arrays.fill(out, oo, oo + stride, 0f);
        for (int k = 0; k < in; k++) {
            if (x[xo + k] != 0f) {
                Rows.axpy(x[xo + k], w, k * stride, out, oo, stride);
            }
        }
    }
}
