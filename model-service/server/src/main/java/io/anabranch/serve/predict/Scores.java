package io.anabranch.serve.predict;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums over two vectors in double precision whose bits do not depend on the machine: column i is added to partial sum i mod 8, in
 * order, and the eight are added as ((0+1)+(2+3))+((4+5)+(6+7)). Shapes: both [d].
 */
final class Scores {

    private static final int LANES = 8;
    private static final int HARDWARE = DoubleVector.SPECIES_PREFERRED.length();
    private static final VectorSpecies<Float> FLOATS =
            HARDWARE >= LANES ? FloatVector.SPECIES_256 : FloatVector.SPECIES_128;
    private static final VectorSpecies<Double> DOUBLES =
            HARDWARE >= LANES ? DoubleVector.SPECIES_512 : DoubleVector.SPECIES_256;

    private Scores() {}

    /** Σ aᵢbᵢ; each product is exact. */
    static double dot(float[] a, float[] b) {
        if (HARDWARE >= LANES) {
            return dotWhole(a, b);
        }
        return HARDWARE == LANES / 2 ? dotHalves(a, b) : dotPlain(a, b);
    }

    /** Σ (aᵢ-bᵢ)². */
    static double squaredDistance(float[] a, float[] b) {
        if (HARDWARE >= LANES) {
            return distanceWhole(a, b);
        }
        return HARDWARE == LANES / 2 ? distanceHalves(a, b) : distancePlain(a, b);
    }

    private static double dotWhole(float[] a, float[] b) {
        DoubleVector sums = DoubleVector.zero(DOUBLES);
        int whole = FLOATS.loopBound(a.length);
        for (int i = 0; i < whole; i += LANES) {
            sums = sums.add(at(a, i).mul(at(b, i)));
        }
        if (whole < a.length) {
            sums = sums.add(rest(a, whole).mul(rest(b, whole)));
        }
        return whole(sums);
    }

    private static double distanceWhole(float[] a, float[] b) {
        DoubleVector sums = DoubleVector.zero(DOUBLES);
        int whole = FLOATS.loopBound(a.length);
        for (int i = 0; i < whole; i += LANES) {
            DoubleVector gap = at(a, i).sub(at(b, i));
            sums = sums.add(gap.mul(gap));
        }
        if (whole < a.length) {
            DoubleVector gap = rest(a, whole).sub(rest(b, whole));
            sums = sums.add(gap.mul(gap));
        }
        return whole(sums);
    }

    private static double whole(DoubleVector s) {
        return ((s.lane(0) + s.lane(1)) + (s.lane(2) + s.lane(3)))
                + ((s.lane(4) + s.lane(5)) + (s.lane(6) + s.lane(7)));
    }

    private static double dotHalves(float[] a, float[] b) {
        DoubleVector low = DoubleVector.zero(DOUBLES);
        DoubleVector high = DoubleVector.zero(DOUBLES);
        int i = 0;
        for (; i + LANES <= a.length; i += LANES) {
            low = low.add(at(a, i).mul(at(b, i)));
            high = high.add(at(a, i + LANES / 2).mul(at(b, i + LANES / 2)));
        }
        if (i < a.length) {
            low = low.add(rest(a, i).mul(rest(b, i)));
            if (i + LANES / 2 < a.length) {
                high = high.add(rest(a, i + LANES / 2).mul(rest(b, i + LANES / 2)));
            }
        }
        return half(low) + half(high);
    }

    private static double distanceHalves(float[] a, float[] b) {
        DoubleVector low = DoubleVector.zero(DOUBLES);
        DoubleVector high = DoubleVector.zero(DOUBLES);
        for (int i = 0; i < a.length; i += LANES) {
            DoubleVector gap = rest(a, i).sub(rest(b, i));
            low = low.add(gap.mul(gap));
            if (i + LANES / 2 < a.length) {
                DoubleVector next = rest(a, i + LANES / 2).sub(rest(b, i + LANES / 2));
                high = high.add(next.mul(next));
            }
        }
        return half(low) + half(high);
    }

    private static double half(DoubleVector s) {
        return (s.lane(0) + s.lane(1)) + (s.lane(2) + s.lane(3));
    }

    private static DoubleVector at(float[] values, int from) {
        return (DoubleVector) FloatVector.fromArray(FLOATS, values, from).convertShape(VectorOperators.F2D, DOUBLES, 0);
    }

    /** The columns from here to the end, followed by zeros, which change no sum. */
    private static DoubleVector rest(float[] values, int from) {
        return (DoubleVector) FloatVector.fromArray(FLOATS, values, from, FLOATS.indexInRange(from, values.length))
                .convertShape(VectorOperators.F2D, DOUBLES, 0);
    }

    static double dotPlain(float[] a, float[] b) {
        double[] sums = new double[LANES];
        for (int i = 0; i < a.length; i++) {
            sums[i % LANES] += (double) a[i] * b[i];
        }
        return plain(sums);
    }

    static double distancePlain(float[] a, float[] b) {
        double[] sums = new double[LANES];
        for (int i = 0; i < a.length; i++) {
            double gap = (double) a[i] - b[i];
            sums[i % LANES] += gap * gap;
        }
        return plain(sums);
    }

    private static double plain(double[] s) {
        return ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
    }
}
