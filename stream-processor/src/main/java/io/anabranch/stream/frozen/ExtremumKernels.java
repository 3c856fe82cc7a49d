package io.anabranch.stream.frozen;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels of running maxima with witnesses: beside each column's greatest number stands the source that brought it. Minima are maxima
 * of negated numbers. A zero is always stored as +0, and a number that is no number never wins, so that the maximum does not depend on the
 * order in which numbers come.
 */
public final class ExtremumKernels {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

    /** The witness of a column that nobody holds. */
    public static final int NO_WITNESS = -1;

    private ExtremumKernels() {}

    /** {@code max = max(max, a x)}, and {@code witness = source} where that changed it. */
    public static void fold(float a, float[] x, int xo, int source, float[] max, int[] witness, int mo, int n) {
        var factor = FloatVector.broadcast(FLOATS, a);
        var zero = FloatVector.zero(FLOATS);
        var holder = IntVector.broadcast(INTS, source);
        for (int i = 0; i < n; i += FLOATS.length()) {
            var candidate = FloatVector.fromArray(FLOATS, x, xo + i).fma(factor, zero);
            var present = FloatVector.fromArray(FLOATS, max, mo + i);
            var wins = candidate.compare(VectorOperators.GT, present);
            if (wins.anyTrue()) {
                present.blend(candidate, wins).intoArray(max, mo + i);
                IntVector.fromArray(INTS, witness, mo + i)
                        .blend(holder, wins.cast(INTS))
                        .intoArray(witness, mo + i);
            }
        }
    }

    /** Empties the columns that this source holds: their maximum becomes minus infinity, their witness nobody. */
    public static void invalidate(int source, float[] max, int[] witness, int mo, int n) {
        for (int i = 0; i < n; i += INTS.length()) {
            var holders = IntVector.fromArray(INTS, witness, mo + i);
            var held = holders.compare(VectorOperators.EQ, source);
            if (held.anyTrue()) {
                holders.blend(NO_WITNESS, held).intoArray(witness, mo + i);
                FloatVector.fromArray(FLOATS, max, mo + i)
                        .blend(Float.NEGATIVE_INFINITY, held.cast(FLOATS))
                        .intoArray(max, mo + i);
            }
        }
    }

    /**
     * The columns whose present maximum is below what they lost.
     *
     * @param columns gets their numbers, at least n entries
     * @return how many
     */
    public static int uncovered(float[] max, int mo, float[] lost, int lo, int n, int[] columns) {
        int count = 0;
        for (int i = 0; i < n; i += FLOATS.length()) {
            var below = FloatVector.fromArray(FLOATS, max, mo + i)
                    .compare(VectorOperators.LT, FloatVector.fromArray(FLOATS, lost, lo + i))
                    .toLong();
            for (; below != 0; below &= below - 1) {
                columns[count++] = i + Long.numberOfTrailingZeros(below);
            }
        }
        return count;
    }

    /** The same as {@link #fold} for some columns only. */
    public static void foldColumns(
            float a, float[] x, int xo, int source, float[] max, int[] witness, int mo, int[] columns, int count) {
        for (int c = 0; c < count; c++) {
            int i = columns[c];
            float candidate = Math.fma(a, x[xo + i], 0f);
            if (candidate > max[mo + i]) {
                max[mo + i] = candidate;
                witness[mo + i] = source;
            }
        }
    }
}
