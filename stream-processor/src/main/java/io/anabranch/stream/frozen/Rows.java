package io.anabranch.stream.frozen;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
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
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    /** All bits of a float but its sign. */
    private static final int ABSOLUTE = Integer.MAX_VALUE;
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
        combine(1f, x, xo, y, yo, y, yo, n);
    }

    /** {@code y += a x} */
    public static void axpy(float a, float[] x, int xo, float[] y, int yo, int n) {
        combine(a, x, xo, y, yo, y, yo, n);
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
    public static void combine(float a, float[] x, int xo, float[] y, int yo, float[] out, int oo, int n) {
        int i = 0;
        for (; i + 4 * STEP <= n; i += 4 * STEP) {
            combineVector(a, x, xo + i, y, yo + i, out, oo + i);
            combineVector(a, x, xo + i + STEP, y, yo + i + STEP, out, oo + i + STEP);
            combineVector(a, x, xo + i + 2 * STEP, y, yo + i + 2 * STEP, out, oo + i + 2 * STEP);
            combineVector(a, x, xo + i + 3 * STEP, y, yo + i + 3 * STEP, out, oo + i + 3 * STEP);
        }
        if (i + 2 * STEP <= n) {
            combineVector(a, x, xo + i, y, yo + i, out, oo + i);
            combineVector(a, x, xo + i + STEP, y, yo + i + STEP, out, oo + i + STEP);
            i += 2 * STEP;
        }
        if (i < n) {
            combineVector(a, x, xo + i, y, yo + i, out, oo + i);
        }
    }

    private static void combineVector(float a, float[] x, int xo, float[] y, int yo, float[] out, int oo) {
        FloatVector.fromArray(SPECIES, x, xo)
                .fma(FloatVector.broadcast(SPECIES, a), FloatVector.fromArray(SPECIES, y, yo))
                .intoArray(out, oo);
    }

    /** {@code out = max(x, 0)}; NaN stays NaN. The rows may be the same. */
    public static void rectify(float[] x, int xo, float[] out, int oo, int n) {
        int i = 0;
        for (; i + 4 * STEP <= n; i += 4 * STEP) {
            rectifyVector(x, xo + i, out, oo + i);
            rectifyVector(x, xo + i + STEP, out, oo + i + STEP);
            rectifyVector(x, xo + i + 2 * STEP, out, oo + i + 2 * STEP);
            rectifyVector(x, xo + i + 3 * STEP, out, oo + i + 3 * STEP);
        }
        if (i + 2 * STEP <= n) {
            rectifyVector(x, xo + i, out, oo + i);
            rectifyVector(x, xo + i + STEP, out, oo + i + STEP);
            i += 2 * STEP;
        }
        if (i < n) {
            rectifyVector(x, xo + i, out, oo + i);
        }
    }

    /** Java's maximum of floats takes several instructions, for the sake of NaN and -0. */
    private static void rectifyVector(float[] x, int xo, float[] out, int oo) {
        var row = FloatVector.fromArray(SPECIES, x, xo);
        row.blend(0f, row.compare(VectorOperators.LE, 0f)).intoArray(out, oo);
    }

    /** Greatest absolute value; NaN counts as greater than all. */
    public static float maxAbs(float[] x, int xo, int n) {
        // Floats that are not negative are ordered as their bits are, and those are compared in one instruction.
        var greatest = IntVector.zero(INTS);
        int i = 0;
        for (; i + 2 * STEP <= n; i += 2 * STEP) {
            var one = FloatVector.fromArray(SPECIES, x, xo + i)
                    .reinterpretAsInts()
                    .and(ABSOLUTE);
            var two = FloatVector.fromArray(SPECIES, x, xo + i + STEP)
                    .reinterpretAsInts()
                    .and(ABSOLUTE);
            greatest = greatest.max(one.max(two));
        }
        if (i < n) {
            greatest = greatest.max(FloatVector.fromArray(SPECIES, x, xo + i)
                    .reinterpretAsInts()
                    .and(ABSOLUTE));
        }
        return Float.intBitsToFloat(greatest.reduceLanes(VectorOperators.MAX));
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
        var greatest = IntVector.zero(INTS);
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
            greatest = greatest.max(one.reinterpretAsInts()
                    .and(ABSOLUTE)
                    .max(two.reinterpretAsInts().and(ABSOLUTE)));
        }
        if (i < n) {
            var next = FloatVector.fromArray(SPECIES, row, ro + i);
            var change = FloatVector.fromArray(SPECIES, kept, ko + i).fma(taken, next.mul(given));
            change.intoArray(difference, to + i);
            next.intoArray(kept, ko + i);
            greatest = greatest.max(change.reinterpretAsInts().and(ABSOLUTE));
        }
        return Float.intBitsToFloat(greatest.reduceLanes(VectorOperators.MAX));
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
