package io.anabranch.learn.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A dense matrix [rows, columns] of either precision outside the Java heap, row after row. A scalar is [1, 1].
 *
 * <p>It lives as long as its scope; use after that fails with a message. Its content may be overwritten in place, which
 * the kernels of this package do with their {@code out} argument and nobody else should do while a tape holds it.
 * Not thread-safe.
 */
public final class Tensor {

    private final TensorScope scope;
    private final DataType type;
    private final int rows;
    private final int columns;
    private final long address;
    private final MemorySegment memory;
    private @Nullable INDArray array;

    private Tensor(TensorScope scope, DataType type, int rows, int columns) {
        if (rows < 0 || columns < 0) {
            throw new IllegalArgumentException("The shape [%d, %d] must not be negative.".formatted(rows, columns));
        }
        if ((long) rows * columns > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "The shape [%d, %d] has more elements than a Java array can hold.".formatted(rows, columns));
        }
        this.scope = scope;
        this.type = type;
        this.rows = rows;
        this.columns = columns;
        long bytes = (long) rows * columns * type.bytes();
        this.address = scope.allocate(bytes);
        this.memory = MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    /** A tensor with any content, for a kernel to fill. */
    public static Tensor uninitialised(TensorScope scope, DataType type, int rows, int columns) {
        return new Tensor(scope, type, rows, columns);
    }

    public static Tensor zeros(TensorScope scope, DataType type, int rows, int columns) {
        Tensor tensor = new Tensor(scope, type, rows, columns);
        tensor.memory.fill((byte) 0);
        return tensor;
    }

    public static Tensor filled(TensorScope scope, DataType type, int rows, int columns, double value) {
        Tensor tensor = new Tensor(scope, type, rows, columns);
        tensor.fill(value);
        return tensor;
    }

    /** A FLOAT32 copy of the values, row after row. */
    public static Tensor of(TensorScope scope, int rows, int columns, float[] values) {
        checkLength(rows, columns, values.length);
        Tensor tensor = new Tensor(scope, DataType.FLOAT32, rows, columns);
        tensor.copyFrom(values, 0);
        return tensor;
    }

    /** A FLOAT64 copy of the values, row after row. */
    public static Tensor of(TensorScope scope, int rows, int columns, double[] values) {
        checkLength(rows, columns, values.length);
        Tensor tensor = new Tensor(scope, DataType.FLOAT64, rows, columns);
        tensor.copyFrom(values, 0);
        return tensor;
    }

    /** A copy of the values, row after row, in the precision asked for. */
    public static Tensor of(TensorScope scope, DataType type, int rows, int columns, float[] values) {
        checkLength(rows, columns, values.length);
        Tensor tensor = new Tensor(scope, type, rows, columns);
        tensor.assign(values);
        return tensor;
    }

    /** A copy of the values, row after row, in the precision asked for. */
    public static Tensor of(TensorScope scope, DataType type, int rows, int columns, double[] values) {
        checkLength(rows, columns, values.length);
        Tensor tensor = new Tensor(scope, type, rows, columns);
        tensor.assign(values);
        return tensor;
    }

    /** A [1, 1] tensor. */
    public static Tensor scalar(TensorScope scope, DataType type, double value) {
        return filled(scope, type, 1, 1, value);
    }

    public TensorScope scope() {
        return scope;
    }

    public DataType type() {
        return type;
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    /** rows × columns. */
    public int size() {
        return rows * columns;
    }

    /** For messages: {@code [rows, columns]}. */
    public String shape() {
        return "[%d, %d]".formatted(rows, columns);
    }

    public boolean sameShape(Tensor other) {
        return rows == other.rows && columns == other.columns;
    }

    /** One element; slow, for tests and single values. */
    public double get(int row, int column) {
        if (row < 0 || row >= rows || column < 0 || column >= columns) {
            throw new IndexOutOfBoundsException(
                    "The element (%d, %d) is outside the tensor %s.".formatted(row, column, shape()));
        }
        checkUsable();
        long index = (long) row * columns + column;
        return switch (type) {
            case FLOAT32 -> memory.getAtIndex(ValueLayout.JAVA_FLOAT, index);
            case FLOAT64 -> memory.getAtIndex(ValueLayout.JAVA_DOUBLE, index);
        };
    }

    /** The only element of a [1, 1] tensor. */
    public double scalar() {
        if (rows != 1 || columns != 1) {
            throw new IllegalStateException("The tensor %s is not a scalar [1, 1].".formatted(shape()));
        }
        return get(0, 0);
    }

    /** A copy in a scope, which may be of another tree. */
    public Tensor copy(TensorScope target) {
        Tensor copy = new Tensor(target, type, rows, columns);
        copy.copyFrom(this);
        return copy;
    }

    /** Overwrites the content with that of a tensor of the same shape and precision. */
    public void copyFrom(Tensor source) {
        if (!sameShape(source) || type != source.type) {
            throw new IllegalArgumentException(
                    "The tensor (%s) cannot take the content of (%s).".formatted(this, source));
        }
        source.checkUsable();
        checkUsable();
        memory.copyFrom(source.memory);
    }

    /** Overwrites the content of a FLOAT32 tensor with {@code size()} values from the offset on. */
    public void copyFrom(float[] values, int offset) {
        check(DataType.FLOAT32);
        MemorySegment.copy(values, offset, memory, ValueLayout.JAVA_FLOAT, 0, size());
    }

    /** Overwrites the content of a FLOAT64 tensor with {@code size()} values from the offset on. */
    public void copyFrom(double[] values, int offset) {
        check(DataType.FLOAT64);
        MemorySegment.copy(values, offset, memory, ValueLayout.JAVA_DOUBLE, 0, size());
    }

    /** Overwrites the content with all of the values, whatever the precision. */
    public void assign(float[] values) {
        checkLength(rows, columns, values.length);
        switch (type) {
            case FLOAT32 -> copyFrom(values, 0);
            case FLOAT64 -> {
                double[] wide = scope.scratch().doubles(Scratch.Slot.OUT, values.length);
                for (int i = 0; i < values.length; i++) {
                    wide[i] = values[i];
                }
                copyFrom(wide, 0);
            }
        }
    }

    /** Overwrites the content with all of the values, rounded where this is FLOAT32. */
    public void assign(double[] values) {
        checkLength(rows, columns, values.length);
        switch (type) {
            case FLOAT32 -> {
                float[] narrow = scope.scratch().floats(Scratch.Slot.OUT, values.length);
                for (int i = 0; i < values.length; i++) {
                    narrow[i] = (float) values[i];
                }
                copyFrom(narrow, 0);
            }
            case FLOAT64 -> copyFrom(values, 0);
        }
    }

    /** Copies a FLOAT32 tensor's {@code size()} values into the array from the offset on. */
    public void copyInto(float[] target, int offset) {
        check(DataType.FLOAT32);
        MemorySegment.copy(memory, ValueLayout.JAVA_FLOAT, 0, target, offset, size());
    }

    /** Copies a FLOAT64 tensor's {@code size()} values into the array from the offset on. */
    public void copyInto(double[] target, int offset) {
        check(DataType.FLOAT64);
        MemorySegment.copy(memory, ValueLayout.JAVA_DOUBLE, 0, target, offset, size());
    }

    /** The {@code count} values from {@code from} on into the array's first elements, whatever the precision. */
    public void read(int from, double[] target, int count) {
        checkRange(from, count);
        switch (type) {
            case FLOAT32 -> {
                float[] narrow = scope.scratch().floats(Scratch.Slot.A, count);
                MemorySegment.copy(memory, ValueLayout.JAVA_FLOAT, (long) from * Float.BYTES, narrow, 0, count);
                for (int i = 0; i < count; i++) {
                    target[i] = narrow[i];
                }
            }
            case FLOAT64 ->
                MemorySegment.copy(memory, ValueLayout.JAVA_DOUBLE, (long) from * Double.BYTES, target, 0, count);
        }
    }

    /** Overwrites {@code count} values from {@code from} on with the array's first elements, rounded where this is FLOAT32. */
    public void write(int from, double[] source, int count) {
        checkRange(from, count);
        switch (type) {
            case FLOAT32 -> {
                float[] narrow = scope.scratch().floats(Scratch.Slot.OUT, count);
                for (int i = 0; i < count; i++) {
                    narrow[i] = (float) source[i];
                }
                MemorySegment.copy(narrow, 0, memory, ValueLayout.JAVA_FLOAT, (long) from * Float.BYTES, count);
            }
            case FLOAT64 ->
                MemorySegment.copy(source, 0, memory, ValueLayout.JAVA_DOUBLE, (long) from * Double.BYTES, count);
        }
    }

    /** The values as float, whatever the precision; a new array. */
    public float[] toFloats() {
        float[] values = new float[size()];
        switch (type) {
            case FLOAT32 -> copyInto(values, 0);
            case FLOAT64 -> {
                double[] wide = toDoubles();
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) wide[i];
                }
            }
        }
        return values;
    }

    /** The values as double, whatever the precision; a new array. */
    public double[] toDoubles() {
        double[] values = new double[size()];
        switch (type) {
            case FLOAT32 -> {
                float[] narrow = toFloats();
                for (int i = 0; i < values.length; i++) {
                    values[i] = narrow[i];
                }
            }
            case FLOAT64 -> copyInto(values, 0);
        }
        return values;
    }

    /** Overwrites every element with the value. */
    public void fill(double value) {
        switch (type) {
            case FLOAT32 -> {
                float[] out = scope.scratch().floats(Scratch.Slot.OUT, size());
                Arrays.fill(out, 0, size(), (float) value);
                copyFrom(out, 0);
            }
            case FLOAT64 -> {
                double[] out = scope.scratch().doubles(Scratch.Slot.OUT, size());
                Arrays.fill(out, 0, size(), value);
                copyFrom(out, 0);
            }
        }
    }

    @Override
    public String toString() {
        return "%s %s".formatted(type, shape());
    }

    /** The tensor for ND4J, made once; it shares this tensor's memory. */
    INDArray array() {
        checkUsable();
        INDArray view = array;
        if (view == null) {
            view = NativeBackend.view(address, type, rows, columns);
            array = view;
        }
        return view;
    }

    /** Where the values lie, row after row. */
    MemorySegment memory() {
        checkUsable();
        return memory;
    }

    /** This FLOAT32 tensor's values in a scratch array. */
    float[] floats(Scratch scratch, Scratch.Slot slot) {
        float[] values = scratch.floats(slot, size());
        copyInto(values, 0);
        return values;
    }

    /** This FLOAT64 tensor's values in a scratch array. */
    double[] doubles(Scratch scratch, Scratch.Slot slot) {
        double[] values = scratch.doubles(slot, size());
        copyInto(values, 0);
        return values;
    }

    /** Overwrites {@code count} rows from {@code to} on with those of a tensor of the same width and precision. */
    void copyRows(int to, Tensor source, int from, int count) {
        long row = (long) columns * type.bytes();
        MemorySegment.copy(source.memory, from * row, memory, to * row, count * row);
    }

    /** Overwrites {@code count} columns from {@code to} on with those of a tensor with as many rows. */
    void copyColumns(int to, Tensor source, int from, int count) {
        if (type == DataType.FLOAT32 && count >= FloatLanes.LANES) {
            FloatLanes.copyColumns(source.memory, source.columns, from, memory, columns, to, rows, count);
            return;
        }
        long bytes = type.bytes();
        for (int r = 0; r < rows; r++) {
            MemorySegment.copy(
                    source.memory,
                    ((long) r * source.columns + from) * bytes,
                    memory,
                    ((long) r * columns + to) * bytes,
                    count * bytes);
        }
    }

    void checkUsable() {
        if (scope.isClosed()) {
            throw new IllegalStateException("The scope of the tensor (%s) is closed.".formatted(this)
                    + "\nMaybe scope.detach(tensor) before its end.");
        }
    }

    private void checkRange(int from, int count) {
        if (from < 0 || count < 0 || from > size() - count) {
            throw new IndexOutOfBoundsException(
                    "The %d values from %d on are outside the tensor %s.".formatted(count, from, shape()));
        }
        checkUsable();
    }

    private void check(DataType expected) {
        if (type != expected) {
            throw new IllegalStateException("The tensor (%s) is not of type %s.".formatted(this, expected));
        }
        checkUsable();
    }

    private static void checkLength(int rows, int columns, int length) {
        if ((long) rows * columns != length) {
            throw new IllegalArgumentException(
                    "The number of values (%d) does not fit the shape [%d, %d].".formatted(length, rows, columns));
        }
    }
}
