package io.anabranch.stream.frozen;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The logistic function, the hyperbolic tangent and the exponential linear unit, in place, on rows whose lengths are multiples of what
 * {@link Rows#stride} gives. Errors are below 3e-7 relative to the result; of the logistic function, of ELU above -1/2 and of tanh near zero too.
 *
 * <p>All go by {@code exp(x) - 1 = 2^n p + (2^n - 1)}, with {@code x = n ln 2 + r}, {@code |r| <= ln 2 / 2}, and p the Taylor series of
 * {@code exp(r) - 1} up to r^8. Additions, multiplications and fused multiply-adds alone: so a number has the same bits in
 * compiled and in interpreted code, at every vector length. Library exponentials promise no such thing, and a row that comes out with other bits
 * when the compiler takes it up would move all layers above.
 */
final class Curves {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    private static final float LOG2_E = 1.442695040888963f;
    /** ln 2 in two parts; the first has zeros at its end, so that n times it is exact. */
    private static final float LN2_HIGH = 0.693359375f;

    private static final float LN2_LOW = (float) (Math.log(2) - LN2_HIGH);
    /** Added to a number of small absolute value and taken off again, it leaves the nearest whole number; and that in its lowest bits before. */
    private static final float ROUND = 0x1.8p23f;

    private static final int ONE = Float.floatToRawIntBits(1f);
    private static final int MANTISSA = 23;
    /** Beyond, exp is no normal float; the curves are flat there long since. */
    private static final float FAR = 87f;

    private static final float C2 = 1f / 2;
    private static final float C3 = 1f / 6;
    private static final float C4 = 1f / 24;
    private static final float C5 = 1f / 120;
    private static final float C6 = 1f / 720;
    private static final float C7 = 1f / 5040;
    private static final float C8 = 1f / 40320;

    private Curves() {}

    /** {@code x = 1 / (1 + exp(-x))} */
    static void logistic(float[] x, int at, int n) {
        exponentials(-1f, Float.POSITIVE_INFINITY, x, at, n);
        for (int i = at; i < at + n; i++) {
            x[i] = 1f / (x[i] + 2f);
        }
    }

    /** {@code x = tanh(x)}, by {@code e / (e + 2)} with {@code e = exp(2 x) - 1}. */
    static void tanh(float[] x, int at, int n) {
        exponentials(2f, Float.POSITIVE_INFINITY, x, at, n);
        for (int i = at; i < at + n; i++) {
            x[i] = x[i] / (x[i] + 2f);
        }
    }

    /** {@code x = x} where it is above zero, else {@code exp(x) - 1}. */
    static void elu(float[] x, int at, int n) {
        exponentials(1f, 0f, x, at, n);
    }

    /** {@code x = exp(factor x) - 1}, but for what is above a limit. In one piece, see {@link Rows}; NaN stays NaN. */
    private static void exponentials(float factor, float limit, float[] x, int at, int n) {
        for (int i = at; i < at + n; i += SPECIES.length()) {
            var given = FloatVector.fromArray(SPECIES, x, i);
            var v = given.mul(factor);
            v = v.blend(FAR, v.compare(VectorOperators.GT, FAR));
            v = v.blend(-FAR, v.compare(VectorOperators.LT, -FAR));
            var shifted = v.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUND));
            var whole = shifted.sub(ROUND);
            var power = shifted.reinterpretAsInts()
                    .lanewise(VectorOperators.LSHL, MANTISSA)
                    .add(ONE)
                    .reinterpretAsFloats();
            var r = whole.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), v);
            r = whole.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
            var p = r.fma(FloatVector.broadcast(SPECIES, C8), FloatVector.broadcast(SPECIES, C7));
            p = p.fma(r, FloatVector.broadcast(SPECIES, C6));
            p = p.fma(r, FloatVector.broadcast(SPECIES, C5));
            p = p.fma(r, FloatVector.broadcast(SPECIES, C4));
            p = p.fma(r, FloatVector.broadcast(SPECIES, C3));
            p = p.fma(r, FloatVector.broadcast(SPECIES, C2));
            p = p.fma(r, FloatVector.broadcast(SPECIES, 1f)).mul(r);
            var e = p.fma(power, power.sub(1f));
            e.blend(given, given.compare(VectorOperators.GT, limit)).intoArray(x, i);
        }
    }
}
