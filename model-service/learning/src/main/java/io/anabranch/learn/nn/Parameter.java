package io.anabranch.learn.nn;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * A named matrix that is learnt: lives off-heap across training steps until its owner closes it. An optimiser overwrites
 * it in place. Not thread-safe.
 */
public final class Parameter implements AutoCloseable {

    private final String name;
    private final TensorScope memory;
    private final Tensor tensor;

    private Parameter(String name, DataType type, int rows, int columns) {
        if (name.isBlank()) {
            throw new IllegalArgumentException(
                    "The name of a parameter [%d, %d] must not be blank.".formatted(rows, columns));
        }
        this.name = name;
        this.memory = TensorScope.open();
        this.tensor = Tensor.zeros(memory, type, rows, columns);
    }

    public static Parameter create(
            String name, DataType type, int rows, int columns, Initialiser initialiser, RandomGenerator random) {
        double[] values = new double[Math.multiplyExact(rows, columns)];
        for (int i = 0; i < values.length; i++) {
            values[i] = initialiser.next(rows, columns, random);
        }
        Parameter parameter = new Parameter(name, type, rows, columns);
        parameter.tensor.assign(values);
        return parameter;
    }

    /** A parameter with given values, row after row. */
    public static Parameter of(String name, DataType type, int rows, int columns, float[] values) {
        Parameter parameter = new Parameter(name, type, rows, columns);
        parameter.load(values);
        return parameter;
    }

    /** A parameter of its own with the same name and values. */
    public Parameter copy() {
        Parameter copy = new Parameter(name, tensor.type(), rows(), columns());
        copy.tensor.assign(tensor.toDoubles());
        return copy;
    }

    public String name() {
        return name;
    }

    /** The current values; shared, not a copy. */
    public Tensor tensor() {
        return tensor;
    }

    public int rows() {
        return tensor.rows();
    }

    public int columns() {
        return tensor.columns();
    }

    /** This parameter as a variable of the tape; the same one each time. */
    public Variable on(Tape tape) {
        return tape.variable(tensor);
    }

    /** A copy of the current values, for a snapshot or to return to them. */
    public float[] values() {
        return tensor.toFloats();
    }

    /** The same as rows: [rows][columns]. */
    public double[][] matrix() {
        double[] values = tensor.toDoubles();
        double[][] matrix = new double[rows()][];
        for (int row = 0; row < matrix.length; row++) {
            matrix[row] = Arrays.copyOfRange(values, row * columns(), (row + 1) * columns());
        }
        return matrix;
    }

    /** Overwrites the values, row after row. */
    public void load(float[] values) {
        if (values.length != tensor.size()) {
            throw new IllegalArgumentException("The number of values (%d) does not fit the parameter %s %s."
                    .formatted(values.length, name, tensor.shape()));
        }
        tensor.assign(values);
    }

    @Override
    public void close() {
        memory.close();
    }

    @Override
    public String toString() {
        return "%s %s".formatted(name, tensor);
    }
}
