package io.anabranch.learn.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Loops over the memory of FLOAT32 tensors with vectors. They read and write it where it lies: a copy into an array and back
 * moves as many bytes as the loop itself. Positions and lengths are in elements. What is left of a row behind its last whole vector goes
 * through a mask.
 */
final class FloatLanes {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Double> WIDE = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int WIDE_LANES = WIDE.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private FloatLanes() {}

    /** out = max(x, 0). */
    static void relu(MemorySegment x, MemorySegment out, int length) {
        int i = 0;
        for (; i <= length - LANES; i += LANES) {
            store(load(x, i).max(0f), out, i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            store(load(x, i, rest).max(0f), out, i, rest);
        }
    }

    /** out = x where the gate is > 0, else 0. */
    static void gate(MemorySegment x, MemorySegment gate, MemorySegment out, int length) {
        FloatVector zero = FloatVector.zero(SPECIES);
        int i = 0;
        for (; i <= length - LANES; i += LANES) {
            store(zero.blend(load(x, i), load(gate, i).compare(VectorOperators.GT, 0f)), out, i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            store(zero.blend(load(x, i, rest), load(gate, i, rest).compare(VectorOperators.GT, 0f)), out, i, rest);
        }
    }

    /** out = scale · x + shift. */
    static void affine(MemorySegment x, float scale, float shift, MemorySegment out, int length) {
        FloatVector shifts = FloatVector.broadcast(SPECIES, shift);
        int i = 0;
        for (; i <= length - LANES; i += LANES) {
            store(load(x, i).mul(scale).add(shifts), out, i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            store(load(x, i, rest).mul(scale).add(shifts), out, i, rest);
        }
    }

    /** sums += x, element by element, in double. */
    static void addTo(double[] sums, MemorySegment x, long at, int length) {
        int i = 0;
        for (; i <= length - LANES; i += LANES) {
            FloatVector row = load(x, at + i);
            for (int part = 0; part < LANES / WIDE_LANES; part++) {
                int to = i + part * WIDE_LANES;
                ((DoubleVector) row.convertShape(VectorOperators.F2D, WIDE, part))
                        .add(DoubleVector.fromArray(WIDE, sums, to))
                        .intoArray(sums, to);
            }
        }
        for (; i < length; i++) {
            sums[i] += x.getAtIndex(ValueLayout.JAVA_FLOAT, at + i);
        }
    }

    /** out = factor · x, row by row, into an array. */
    static void takeRows(Tensor x, float @Nullable [] factors, float[] out) {
        if (factors == null) {
            x.copyInto(out, 0);
            return;
        }
        MemorySegment memory = x.memory();
        for (int row = 0; row < x.rows(); row++) {
            takeRow(memory, factors[row], out, row * x.columns(), x.columns());
        }
    }

    private static void takeRow(MemorySegment x, float factor, float[] out, int at, int length) {
        int i = 0;
        for (; i <= length - LANES; i += LANES) {
            load(x, at + i).mul(factor).intoArray(out, at + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            load(x, at + i, rest).mul(factor).intoArray(out, at + i, rest);
        }
    }

    /** out = factor · x + bias + addend, row by row, and of that the positive part where it is rectified. */
    static void giveRows(
            float[] x,
            float @Nullable [] factors,
            @Nullable Tensor bias,
            @Nullable Tensor addend,
            boolean rectified,
            Tensor out) {
        if (factors == null && bias == null && addend == null && !rectified) {
            out.copyFrom(x, 0);
            return;
        }
        float least = rectified ? 0 : Float.NEGATIVE_INFINITY;
        MemorySegment biases = bias == null ? null : bias.memory();
        MemorySegment addends = addend == null ? null : addend.memory();
        MemorySegment memory = out.memory();
        for (int row = 0; row < out.rows(); row++) {
            float factor = factors == null ? 1 : factors[row];
            giveRow(x, factor, biases, addends, least, memory, row * out.columns(), out.columns());
        }
    }

    private static void giveRow(
            float[] x,
            float factor,
            @Nullable MemorySegment biases,
            @Nullable MemorySegment addends,
            float least,
            MemorySegment out,
            int at,
            int length) {
        int i = 0;
        for (; i <= length - LANES; i += LANES) {
            FloatVector y = FloatVector.fromArray(SPECIES, x, at + i).mul(factor);
            if (biases != null) {
                y = y.add(load(biases, i));
            }
            if (addends != null) {
                y = y.add(load(addends, at + i));
            }
            store(y.max(least), out, at + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector y = FloatVector.fromArray(SPECIES, x, at + i, rest).mul(factor);
            if (biases != null) {
                y = y.add(load(biases, i, rest));
            }
            if (addends != null) {
                y = y.add(load(addends, at + i, rest));
            }
            store(y.max(least), out, at + i, rest);
        }
    }

    static FloatVector load(MemorySegment memory, long at) {
        return FloatVector.fromMemorySegment(SPECIES, memory, at * Float.BYTES, ORDER);
    }

    static FloatVector load(MemorySegment memory, long at, VectorMask<Float> mask) {
        return FloatVector.fromMemorySegment(SPECIES, memory, at * Float.BYTES, ORDER, mask);
    }

    static void store(FloatVector vector, MemorySegment memory, long at) {
        vector.intoMemorySegment(memory, at * Float.BYTES, ORDER);
    }

    static void store(FloatVector vector, MemorySegment memory, long at, VectorMask<Float> mask) {
        vector.intoMemorySegment(memory, at * Float.BYTES, ORDER, mask);
    }

    /** out = a ∘ b; an operand that is repeated is the one number at its position. */
    static void combine(
            Arithmetic function,
            MemorySegment a,
            long aAt,
            boolean repeatA,
            MemorySegment b,
            long bAt,
            boolean repeatB,
            MemorySegment out,
            long at,
            int length) {
        if (length == 0) {
            return;
        }
        FloatVector left = FloatVector.broadcast(SPECIES, a.getAtIndex(ValueLayout.JAVA_FLOAT, aAt));
        FloatVector right = FloatVector.broadcast(SPECIES, b.getAtIndex(ValueLayout.JAVA_FLOAT, bAt));
        int i = 0;
        for (; i <= length - LANES; i += LANES) {
            FloatVector x = repeatA ? left : load(a, aAt + i);
            FloatVector y = repeatB ? right : load(b, bAt + i);
            store(function.of(x, y), out, at + i);
        }
        if (i < length) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, length);
            FloatVector x = repeatA ? left : load(a, aAt + i, rest);
            FloatVector y = repeatB ? right : load(b, bAt + i, rest);
            store(function.of(x, y), out, at + i, rest);
        }
    }
}
