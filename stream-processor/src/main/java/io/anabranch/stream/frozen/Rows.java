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
 * Vectors are not passed between methods: where such a call is not inlined, they become objects.
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
        int i = 0;
        for (; i + 4 * STEP <= n; i += 4 * STEP) {
            axpyVector(a, x, xo + i, y, yo + i);
            axpyVector(a, x, xo + i + STEP, y, yo + i + STEP);
            axpyVector(a, x, xo + i + 2 * STEP, y, yo + i + 2 * STEP);
            axpyVector(a, x, xo + i + 3 * STEP, y, yo + i + 3 * STEP);
        }
        if (i + 2 * STEP <= n) {
            axpyVector(a, x, xo + i, y, yo + i);
            axpyVector(a, x, xo + i + STEP, y, yo + i + STEP);
            i += 2 * STEP;
        }
        if (i < n) {
            axpyVector(a, x, xo + i, y, yo + i);
        }
    }

    private static void axpyVector(float a, float[] x, int xo, float[] y, int yo) {
        FloatVector.fromArray(SPECIES, x, xo)
                .fma(FloatVector.broadcast(SPECIES, a), FloatVector.fromArray(SPECIES, y, yo))
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
            var one = FloatVector.fromArray(SPECIES, x, xo + i).abs();
            var two = FloatVector.fromArray(SPECIES, x, xo + i + STEP).abs();
            var three = FloatVector.fromArray(SPECIES, x, xo + i + 2 * STEP).abs();
            var four = FloatVector.fromArray(SPECIES, x, xo + i + 3 * STEP).abs();
            greatest = greatest.max(one.max(two)).max(three.max(four));
        }
        if (i + 2 * STEP <= n) {
            var one = FloatVector.fromArray(SPECIES, x, xo + i).abs();
            var two = FloatVector.fromArray(SPECIES, x, xo + i + STEP).abs();
            greatest = greatest.max(one.max(two));
            i += 2 * STEP;
        }
        if (i < n) {
            greatest = greatest.max(FloatVector.fromArray(SPECIES, x, xo + i).abs());
        }
        return greatest.reduceLanes(VectorOperators.MAX);
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
            var next = FloatVector.fromArray(SPECIES, row, ro + i);
            var after = FloatVector.fromArray(SPECIES, row, ro + i + STEP);
            var one = FloatVector.fromArray(SPECIES, kept, ko + i).fma(taken, next.mul(given));
            var two = FloatVector.fromArray(SPECIES, kept, ko + i + STEP).fma(taken, after.mul(given));
            one.intoArray(difference, to + i);
            two.intoArray(difference, to + i + STEP);
            next.intoArray(kept, ko + i);
            after.intoArray(kept, ko + i + STEP);
            greatest = greatest.max(one.abs().max(two.abs()));
        }
        if (i < n) {
            var next = FloatVector.fromArray(SPECIES, row, ro + i);
            var change = FloatVector.fromArray(SPECIES, kept, ko + i).fma(taken, next.mul(given));
            change.intoArray(difference, to + i);
            next.intoArray(kept, ko + i);
            greatest = greatest.max(change.abs());
        }
        return greatest.reduceLanes(VectorOperators.MAX);
    }

    /** {@code out = max(x, floor)} */
    public static void activate(float[] x, int xo, float floor, float[] out, int oo, int n) {
        int i = 0;
        for (; i + 4 * STEP <= n; i += 4 * STEP) {
            activateVector(x, xo + i, floor, out, oo + i);
            activateVector(x, xo + i + STEP, floor, out, oo + i + STEP);
            activateVector(x, xo + i + 2 * STEP, floor, out, oo + i + 2 * STEP);
            activateVector(x, xo + i + 3 * STEP, floor, out, oo + i + 3 * STEP);
        }
        if (i + 2 * STEP <= n) {
            activateVector(x, xo + i, floor, out, oo + i);
            activateVector(x, xo + i + STEP, floor, out, oo + i + STEP);
            i += 2 * STEP;
        }
        if (i < n) {
            activateVector(x, xo + i, floor, out, oo + i);
        }
    }

    private static void activateVector(float[] x, int xo, float floor, float[] out, int oo) {
        FloatVector.fromArray(SPECIES, x, xo).max(floor).intoArray(out, oo);
    }

    /** {@code out = max(a x + y, floor)} */
    public static void activate(
            float a, float[] x, int xo, float[] y, int yo, float floor, float[] out, int oo, int n) {
        int i = 0;
        for (; i + 4 * STEP <= n; i += 4 * STEP) {
            activateVector(a, x, xo + i, y, yo + i, floor, out, oo + i);
            activateVector(a, x, xo + i + STEP, y, yo + i + STEP, floor, out, oo + i + STEP);
            activateVector(a, x, xo + i + 2 * STEP, y, yo + i + 2 * STEP, floor, out, oo + i + 2 * STEP);
            activateVector(a, x, xo + i + 3 * STEP, y, yo + i + 3 * STEP, floor, out, oo + i + 3 * STEP);
        }
        if (i + 2 * STEP <= n) {
            activateVector(a, x, xo + i, y, yo + i, floor, out, oo + i);
            activateVector(a, x, xo + i + STEP, y, yo + i + STEP, floor, out, oo + i + STEP);
            i += 2 * STEP;
        }
        if (i < n) {
            activateVector(a, x, xo + i, y, yo + i, floor, out, oo + i);
        }
    }

    private static void activateVector(
            float a, float[] x, int xo, float[] y, int yo, float floor, float[] out, int oo) {
        FloatVector.fromArray(SPECIES, x, xo)
                .fma(FloatVector.broadcast(SPECIES, a), FloatVector.fromArray(SPECIES, y, yo))
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
