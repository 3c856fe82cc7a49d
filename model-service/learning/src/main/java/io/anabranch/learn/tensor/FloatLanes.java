package io.anabranch.learn.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Loops over the memory of FLOAT32 tensors with vectors. They read and write it where it lies: a copy into an array and back
 * moves as many bytes as the loop itself. Positions and lengths are in elements. What is left behind the last whole vector goes
 * through a mask, or, row by row, is the last vector of the row once more.
 */
final class FloatLanes {

    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Double> WIDE = DoubleVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();
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
        int width = x.columns();
        if (factors == null || width < LANES) {
            x.copyInto(out, 0);
            for (int row = 0; factors != null && row < x.rows(); row++) {
                for (int i = row * width; i < (row + 1) * width; i++) {
                    out[i] *= factors[row];
                }
            }
            return;
        }
        MemorySegment memory = x.memory();
        for (int row = 0; row < x.rows(); row++) {
            takeRow(memory, factors[row], out, row * width, width);
        }
    }

    private static void takeRow(MemorySegment x, float factor, float[] out, int at, int width) {
        for (int i = 0; i < width; i = next(i, width)) {
            load(x, at + i).mul(factor).intoArray(out, at + i);
        }
    }

    /**
     * out = factor · x + bias + addend, row by row, and of that the positive part where it is rectified. <b>May use x as scratch memory.</b>
     *
     * <p>Which of them there are is asked once and not at every row: a vector that is one of several behind a branch would be an object on
     * the heap.
     */
    static void giveRows(
            float[] x,
            float @Nullable [] factors,
            @Nullable Tensor bias,
            @Nullable Tensor addend,
            boolean rectified,
            Tensor out) {
        int width = out.columns();
        float least = rectified ? 0 : Float.NEGATIVE_INFINITY;
        if (factors == null && bias == null && addend == null && !rectified) {
            out.copyFrom(x, 0);
        } else if (width < LANES) {
            giveNarrow(x, factors, bias, addend, least, out);
        } else if (bias != null && addend != null) {
            MemorySegment biases = bias.memory();
            MemorySegment addends = addend.memory();
            MemorySegment memory = out.memory();
            for (int row = 0; row < out.rows(); row++) {
                giveRow(x, factor(factors, row), biases, addends, least, memory, row * width, width);
            }
        } else if (bias != null || addend != null) {
            MemorySegment shifts = bias != null
                    ? bias.memory()
                    : Objects.requireNonNull(addend).memory();
            int step = bias != null ? 0 : width;
            MemorySegment memory = out.memory();
            for (int row = 0; row < out.rows(); row++) {
                giveRow(x, factor(factors, row), shifts, row * step, least, memory, row * width, width);
            }
        } else {
            MemorySegment memory = out.memory();
            for (int row = 0; row < out.rows(); row++) {
                giveRow(x, factor(factors, row), least, memory, row * width, width);
            }
        }
    }

    /** Where the vector behind that at i begins: the last one ends where the row does. */
    private static int next(int i, int width) {
        int next = i + LANES;
        return next > width - LANES && next < width ? width - LANES : next;
    }

    /**
     * Some columns of one matrix to those of another: a call of the system's copy for every row costs more than what it copies.
     *
     * @param count at least {@link #LANES}
     */
    static void copyColumns(
            MemorySegment source,
            int sourceWidth,
            int from,
            MemorySegment target,
            int width,
            int to,
            int rows,
            int count) {
        for (int row = 0; row < rows; row++) {
            copyRow(source, (long) row * sourceWidth + from, target, (long) row * width + to, count);
        }
    }

    private static void copyRow(MemorySegment source, long from, MemorySegment target, long to, int count) {
        for (int i = 0; i < count; i = next(i, count)) {
            store(load(source, from + i), target, to + i);
        }
    }

    private static float factor(float @Nullable [] factors, int row) {
        return factors == null ? 1 : factors[row];
    }

    /** Rows below one vector, in the array: a mask a row costs more than what it hides. */
    private static void giveNarrow(
            float[] x,
            float @Nullable [] factors,
            @Nullable Tensor bias,
            @Nullable Tensor addend,
            float least,
            Tensor out) {
        int width = out.columns();
        float[] biases = bias == null ? new float[0] : bias.toFloats();
        MemorySegment addends = addend == null ? MemorySegment.NULL : addend.memory();
        for (int row = 0; row < out.rows(); row++) {
            float factor = factor(factors, row);
            for (int j = 0; j < width; j++) {
                int at = row * width + j;
                float y = x[at] * factor;
                if (bias != null) {
                    y += biases[j];
                }
                if (addend != null) {
                    y += addends.getAtIndex(ValueLayout.JAVA_FLOAT, at);
                }
                x[at] = Math.max(y, least);
            }
        }
        out.copyFrom(x, 0);
    }

    private static void giveRow(float[] x, float factor, float least, MemorySegment out, int at, int width) {
        for (int i = 0; i < width; i = next(i, width)) {
            store(FloatVector.fromArray(SPECIES, x, at + i).mul(factor).max(least), out, at + i);
        }
    }

    private static void giveRow(
            float[] x,
            float factor,
            MemorySegment shifts,
            int shiftAt,
            float least,
            MemorySegment out,
            int at,
            int width) {
        for (int i = 0; i < width; i = next(i, width)) {
            store(
                    FloatVector.fromArray(SPECIES, x, at + i)
                            .mul(factor)
                            .add(load(shifts, shiftAt + i))
                            .max(least),
                    out,
                    at + i);
        }
    }

    private static void giveRow(
            float[] x,
            float factor,
            MemorySegment biases,
            MemorySegment addends,
            float least,
            MemorySegment out,
            int at,
            int width) {
        for (int i = 0; i < width; i = next(i, width)) {
            store(
                    FloatVector.fromArray(SPECIES, x, at + i)
                            .mul(factor)
                            .add(load(biases, i))
                            .add(load(addends, at + i))
                            .max(least),
                    out,
                    at + i);
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
}
