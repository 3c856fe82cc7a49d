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
        for (int i = at; i < at + n; i += SPECIES.length()) {
            var v = bounded(FloatVector.fromArray(SPECIES, x, i).neg());
            var shifted = v.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUND));
            var power = power(shifted);
            var p = series(v, shifted.sub(ROUND));
            // 1 + exp(-x) = 1 + 2^n + 2^n p
            FloatVector.broadcast(SPECIES, 1f).div(p.fma(power, power.add(1f))).intoArray(x, i);
        }
    }

    /** {@code x = tanh(x)}, by {@code tanh |x| = e / (e + 2)} with {@code e = exp(2 |x|) - 1}. */
    static void tanh(float[] x, int at, int n) {
        for (int i = at; i < at + n; i += SPECIES.length()) {
            var given = FloatVector.fromArray(SPECIES, x, i);
            var absolute = given.abs();
            var v = bounded(absolute.add(absolute));
            var shifted = v.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUND));
            var power = power(shifted);
            var e = series(v, shifted.sub(ROUND)).fma(power, power.sub(1f));
            var result = e.div(e.add(2f));
            result.blend(result.neg(), given.compare(VectorOperators.LT, 0f)).intoArray(x, i);
        }
    }

    /** {@code x = x} where it is above zero, else {@code exp(x) - 1}. */
    static void elu(float[] x, int at, int n) {
        for (int i = at; i < at + n; i += SPECIES.length()) {
            var given = FloatVector.fromArray(SPECIES, x, i);
            var v = bounded(given);
            var shifted = v.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUND));
            var power = power(shifted);
            var e = series(v, shifted.sub(ROUND)).fma(power, power.sub(1f));
            e.blend(given, given.compare(VectorOperators.GT, 0f)).intoArray(x, i);
        }
    }

    /** From -FAR to FAR; NaN stays NaN. */
    private static FloatVector bounded(FloatVector x) {
        return x.blend(FAR, x.compare(VectorOperators.GT, FAR)).blend(-FAR, x.compare(VectorOperators.LT, -FAR));
    }

    /** 2^n, of n in the lowest bits. */
    private static FloatVector power(FloatVector shifted) {
        return shifted.reinterpretAsInts()
                .lanewise(VectorOperators.LSHL, MANTISSA)
                .add(ONE)
                .reinterpretAsFloats();
    }

    /** {@code exp(x - n ln 2) - 1} */
    private static FloatVector series(FloatVector x, FloatVector n) {
        var r = n.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), x);
        r = n.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
        var p = r.fma(FloatVector.broadcast(SPECIES, C8), FloatVector.broadcast(SPECIES, C7));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C6));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C5));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C4));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C3));
        p = p.fma(r, FloatVector.broadcast(SPECIES, C2));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1f));
        return p.mul(r);
    }
}
