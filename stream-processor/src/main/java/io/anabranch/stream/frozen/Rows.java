package io.anabranch.stream.frozen;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels on stored rows. Lengths are multiples of {@link #LANES}, see {@link #stride}; small static methods, since the
 * Vector API is fast only where the compiler sees the whole loop.
 *
 * <p>The kernels of the propagation go four vectors at a time and then by what is left, without a loop: a loop over the three or four
 * vectors of a row takes twice as long, as the compiler surrounds it with one before and one after it.
 */
public final class Rows {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int STEP = SPECIES.length();
    /** Widths are padded to this, whatever the machine: 16 is a multiple of every vector length in use. */
    private static final int LANES = 16;

    private Rows() {}

    /** Floats that a row of this width takes. */
    public static int stride(int width) {
        return (width + LANES - 1) / LANES * LANES;
    }

    /** A [rows, width] matrix with its rows padded to the stride. */
    static float[] pad(float[] matrix, int rows, int width) {
        int stride = stride(width);
        float[] padded = new float[rows * stride];
        for (int r = 0; r < rows; r++) {
            System.arraycopy(matrix, r * width, padded, r * stride, width);
        }
        return padded;
    }

    /** {@code (1 + inDegree)^-1/2} */
    static float inverseRoot(int inDegree) {
        return (float) (1.0 / Math.sqrt(1.0 + inDegree));
    }

    /** {@code y += x} */
    public static void add(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += SPECIES.length()) {
            FloatVector.fromArray(SPECIES, y, yo + i)
                    .add(FloatVector.fromArray(SPECIES, x, xo + i))
                    .intoArray(y, yo + i);
        }
    }

    /** {@code y += a x} */
    public static void axpy(float a, float[] x, int xo, float[] y, int yo, int n) {
        var factor = FloatVector.broadcast(SPECIES, a);
        int i = 0;
        for (; i + 4 * STEP <= n; i += 4 * STEP) {
            axpy(factor, x, xo + i, y, yo + i);
            axpy(factor, x, xo + i + STEP, y, yo + i + STEP);
            axpy(factor, x, xo + i + 2 * STEP, y, yo + i + 2 * STEP);
            axpy(factor, x, xo + i + 3 * STEP, y, yo + i + 3 * STEP);
        }
        if (i + 2 * STEP <= n) {
            axpy(factor, x, xo + i, y, yo + i);
            axpy(factor, x, xo + i + STEP, y, yo + i + STEP);
            i += 2 * STEP;
        }
        if (i < n) {
            axpy(factor, x, xo + i, y, yo + i);
        }
    }

    private static void axpy(FloatVector factor, float[] x, int xo, float[] y, int yo) {
        FloatVector.fromArray(SPECIES, x, xo)
                .fma(factor, FloatVector.fromArray(SPECIES, y, yo))
                .intoArray(y, yo);
    }

    /** {@code out = x - y} */
    public static void subtract(float[] x, int xo, float[] y, int yo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += SPECIES.length()) {
            FloatVector.fromArray(SPECIES, x, xo + i)
                    .sub(FloatVector.fromArray(SPECIES, y, yo + i))
                    .intoArray(out, oo + i);
        }
    }

    /** {@code x *= a} */
    static void scale(float a, float[] x, int xo, int n) {
        for (int i = 0; i < n; i += SPECIES.length()) {
            FloatVector.fromArray(SPECIES, x, xo + i).mul(a).intoArray(x, xo + i);
        }
    }

    /** {@code out = a x + y} */
    static void combine(float a, float[] x, int xo, float[] y, int yo, float[] out, int oo, int n) {
        var factor = FloatVector.broadcast(SPECIES, a);
        for (int i = 0; i < n; i += SPECIES.length()) {
            FloatVector.fromArray(SPECIES, x, xo + i)
                    .fma(factor, FloatVector.fromArray(SPECIES, y, yo + i))
                    .intoArray(out, oo + i);
        }
    }

    /** {@code x = max(x, 0)} */
    static void relu(float[] x, int xo, int n) {
        for (int i = 0; i < n; i += SPECIES.length()) {
            FloatVector.fromArray(SPECIES, x, xo + i).max(0f).intoArray(x, xo + i);
        }
    }

    /** Greatest absolute value. */
    public static float maxAbs(float[] x, int xo, int n) {
        var greatest = FloatVector.zero(SPECIES);
        int i = 0;
        for (; i + 4 * STEP <= n; i += 4 * STEP) {
            greatest = greatest.max(abs(x, xo + i))
                    .max(abs(x, xo + i + STEP))
                    .max(abs(x, xo + i + 2 * STEP).max(abs(x, xo + i + 3 * STEP)));
        }
        if (i + 2 * STEP <= n) {
            greatest = greatest.max(abs(x, xo + i)).max(abs(x, xo + i + STEP));
            i += 2 * STEP;
        }
        if (i < n) {
            greatest = greatest.max(abs(x, xo + i));
        }
        return greatest.reduceLanes(VectorOperators.MAX);
    }

    private static FloatVector abs(float[] x, int xo) {
        return FloatVector.fromArray(SPECIES, x, xo).abs();
    }

    /**
     * {@code difference = newFactor * row - oldFactor * kept}, then {@code kept = row}; the rows may be the same.
     *
     * @return the greatest absolute difference
     */
    public static float replace(
            float oldFactor,
            float[] kept,
            int ko,
            float newFactor,
            float[] row,
            int ro,
            float[] difference,
            int to,
            int n) {
        var taken = FloatVector.broadcast(SPECIES, -oldFactor);
        var given = FloatVector.broadcast(SPECIES, newFactor);
        var greatest = FloatVector.zero(SPECIES);
        int i = 0;
        for (; i + 2 * STEP <= n; i += 2 * STEP) {
            var one = replace(taken, kept, ko + i, given, row, ro + i, difference, to + i);
            var two = replace(taken, kept, ko + i + STEP, given, row, ro + i + STEP, difference, to + i + STEP);
            greatest = greatest.max(one.max(two));
        }
        if (i < n) {
            greatest = greatest.max(replace(taken, kept, ko + i, given, row, ro + i, difference, to + i));
        }
        return greatest.reduceLanes(VectorOperators.MAX);
    }

    private static FloatVector replace(
            FloatVector taken,
            float[] kept,
            int ko,
            FloatVector given,
            float[] row,
            int ro,
            float[] difference,
            int to) {
        var next = FloatVector.fromArray(SPECIES, row, ro);
        var change = FloatVector.fromArray(SPECIES, kept, ko).fma(taken, next.mul(given));
        change.intoArray(difference, to);
        next.intoArray(kept, ko);
        return change.abs();
    }

    /** {@code out = max(x, floor)} */
    public static void activate(float[] x, int xo, float floor, float[] out, int oo, int n) {
        int i = 0;
        for (; i + 4 * STEP <= n; i += 4 * STEP) {
            activate(x, xo + i, floor, out, oo + i);
            activate(x, xo + i + STEP, floor, out, oo + i + STEP);
            activate(x, xo + i + 2 * STEP, floor, out, oo + i + 2 * STEP);
            activate(x, xo + i + 3 * STEP, floor, out, oo + i + 3 * STEP);
        }
        if (i + 2 * STEP <= n) {
            activate(x, xo + i, floor, out, oo + i);
            activate(x, xo + i + STEP, floor, out, oo + i + STEP);
            i += 2 * STEP;
        }
        if (i < n) {
            activate(x, xo + i, floor, out, oo + i);
        }
    }

    private static void activate(float[] x, int xo, float floor, float[] out, int oo) {
        FloatVector.fromArray(SPECIES, x, xo).max(floor).intoArray(out, oo);
    }

    /** {@code out = max(a x + y, floor)} */
    public static void activate(
            float a, float[] x, int xo, float[] y, int yo, float floor, float[] out, int oo, int n) {
        var factor = FloatVector.broadcast(SPECIES, a);
        int i = 0;
        for (; i + 4 * STEP <= n; i += 4 * STEP) {
            activate(factor, x, xo + i, y, yo + i, floor, out, oo + i);
            activate(factor, x, xo + i + STEP, y, yo + i + STEP, floor, out, oo + i + STEP);
            activate(factor, x, xo + i + 2 * STEP, y, yo + i + 2 * STEP, floor, out, oo + i + 2 * STEP);
            activate(factor, x, xo + i + 3 * STEP, y, yo + i + 3 * STEP, floor, out, oo + i + 3 * STEP);
        }
        if (i + 2 * STEP <= n) {
            activate(factor, x, xo + i, y, yo + i, floor, out, oo + i);
            activate(factor, x, xo + i + STEP, y, yo + i + STEP, floor, out, oo + i + STEP);
            i += 2 * STEP;
        }
        if (i < n) {
            activate(factor, x, xo + i, y, yo + i, floor, out, oo + i);
        }
    }

    private static void activate(
            FloatVector factor, float[] x, int xo, float[] y, int yo, float floor, float[] out, int oo) {
        FloatVector.fromArray(SPECIES, x, xo)
                .fma(factor, FloatVector.fromArray(SPECIES, y, yo))
                .max(floor)
                .intoArray(out, oo);
    }

    /** How many numbers are not zero, out of n of any number. */
    static int nonZeros(float[] x, int xo, int n) {
        int count = 0;
        int whole = SPECIES.loopBound(n);
        for (int i = 0; i < whole; i += SPECIES.length()) {
            count += FloatVector.fromArray(SPECIES, x, xo + i)
                    .compare(VectorOperators.NE, 0f)
                    .trueCount();
        }
        for (int i = whole; i < n; i++) {
            count += x[xo + i] == 0f ? 0 : 1;
        }
        return count;
    }

    /** Whether two rows have the same bits. */
    public static boolean same(float[] x, int xo, float[] y, int yo, int n) {
        return Arrays.equals(x, xo, xo + n, y, yo, yo + n);
    }
}
