package io.anabranch.learn.tensor;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The logistic function and the hyperbolic tangent over the memory of FLOAT32 tensors, within 3 units in the last place (of 1, where the
 * result is near 0).
 *
 * <p>Made of additions, products and one division alone, whose results IEEE 754 fixes, so that they are the same bits wherever an element lies
 * in its tensor and whether the code was compiled yet: reversible networks compute their gates twice and rely on it. The library's own vector
 * functions promise no such thing.
 */
final class SigmoidLanes {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    /** exp of these neither overflows nor is lost. */
    private static final float LEAST = -87f;

    private static final float MOST = 88f;

    private static final float LOG2_E = 1.44269504f;
    /** ln 2 in two parts, the first with so few digits that a multiple of it is exact. */
    private static final float LN2_HIGH = 0.693359375f;

    private static final float LN2_LOW = -2.12194440e-4f;

    /** Adding and taking away 1.5 * 2^23 rounds to a whole number. */
    private static final float ROUNDER = 12582912f;

    private static final int MANTISSA_BITS = 23;
    private static final int EXPONENT_BIAS = 127;

    /** Below, 1 - 2 / (e^2x + 1) would lose digits. */
    private static final float SMALL = 0.5f;

    private SigmoidLanes() {}

    /** out = 1 / (1 + exp(-x)). */
    static void sigmoid(MemorySegment x, MemorySegment out, int length) {
        int i = 0;
        for (; i <= length - LANES; i += LANES) {
            sigmoid(FloatVector.fromMemorySegment(SPECIES, x, bytes(i), ORDER)).intoMemorySegment(out, bytes(i), ORDER);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            sigmoid(FloatVector.fromMemorySegment(SPECIES, x, bytes(i), ORDER, rest))
                    .intoMemorySegment(out, bytes(i), ORDER, rest);
        }
    }

    static void tanh(MemorySegment x, MemorySegment out, int length) {
        int i = 0;
        for (; i <= length - LANES; i += LANES) {
            tanh(FloatVector.fromMemorySegment(SPECIES, x, bytes(i), ORDER)).intoMemorySegment(out, bytes(i), ORDER);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            tanh(FloatVector.fromMemorySegment(SPECIES, x, bytes(i), ORDER, rest))
                    .intoMemorySegment(out, bytes(i), ORDER, rest);
        }
    }

    private static long bytes(int element) {
        return (long) element * Float.BYTES;
    }

    private static FloatVector sigmoid(FloatVector x) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        return one.div(exp(x.neg()).add(1f));
    }

    private static FloatVector tanh(FloatVector x) {
        FloatVector size = x.abs();
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector large = one.sub(
                FloatVector.broadcast(SPECIES, 2f).div(exp(size.add(size)).add(1f)));
        FloatVector signed = large.blend(large.neg(), x.compare(VectorOperators.LT, 0f));
        return signed.blend(series(x), size.compare(VectorOperators.LT, SMALL));
    }

    /** x - x^3 / 3 + 2 x^5 / 15 - ..., the Taylor series up to x^13. */
    private static FloatVector series(FloatVector x) {
        FloatVector square = x.mul(x);
        FloatVector p = FloatVector.broadcast(SPECIES, 21844f / 6081075f);
        p = p.fma(square, FloatVector.broadcast(SPECIES, -1382f / 155925f));
        p = p.fma(square, FloatVector.broadcast(SPECIES, 62f / 2835f));
        p = p.fma(square, FloatVector.broadcast(SPECIES, -17f / 315f));
        p = p.fma(square, FloatVector.broadcast(SPECIES, 2f / 15f));
        p = p.fma(square, FloatVector.broadcast(SPECIES, -1f / 3f));
        return p.mul(square).fma(x, x);
    }

    /** 2^n e^r with r in [-ln 2 / 2, ln 2 / 2]; e^r by its Taylor series up to r^7. */
    private static FloatVector exp(FloatVector value) {
        FloatVector x = value.max(LEAST).min(MOST);
        FloatVector n = x.mul(LOG2_E).add(ROUNDER).sub(ROUNDER);
        FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), x);
        r = n.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
        FloatVector p = FloatVector.broadcast(SPECIES, 1f / 5040f);
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 720f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 120f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 24f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 6f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 0.5f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1f));
        FloatVector power = n.convert(VectorOperators.F2I, 0)
                .reinterpretAsInts()
                .add(EXPONENT_BIAS)
                .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                .reinterpretAsFloats();
        return p.mul(power);
    }
}
