package io.anabranch.learn.temporal;

import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The state of every vertex between two windows: [vertices, width], zeros for a vertex without a past. Not thread-safe. */
final class VertexStates {

    private final int width;
    private final double[] values;

    VertexStates(int vertices, int width) {
        this.width = width;
        this.values = new double[Math.multiplyExact(vertices, width)];
    }

    void clear() {
        Arrays.fill(values, 0);
    }

    /** The first {@code columns} numbers of some vertices' states. */
    Tensor rows(TensorScope scope, DataType type, int[] vertices, int columns) {
        double[] rows = new double[vertices.length * columns];
        for (int i = 0; i < vertices.length; i++) {
            System.arraycopy(values, vertices[i] * width, rows, i * columns, columns);
        }
        return Tensor.of(scope, type, vertices.length, columns, rows);
    }

    /** The first {@code columns} numbers of every vertex's state. */
    Tensor all(TensorScope scope, DataType type, int columns) {
        return rows(scope, type, IntStream.range(0, values.length / width).toArray(), columns);
    }

    /** Overwrites the states of some vertices. */
    void put(int[] vertices, Tensor rows) {
        double[] states = rows.toDoubles();
        for (int i = 0; i < vertices.length; i++) {
            System.arraycopy(states, i * width, values, vertices[i] * width, width);
        }
    }
}
