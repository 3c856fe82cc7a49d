package io.anabranch.learn.tensor;

import io.anabranch.learn.tensor.Scratch.Slot;
import java.lang.foreign.MemorySegment;
import java.util.function.DoubleUnaryOperator;

/**
 * Functions applied element by element. The result is a new tensor of the scope.
 *
 * <p>Functions of two tensors repeat a row [1, d], a column [n, 1] or a scalar [1, 1] to the shape of the other one.
 */
public final class Elementwise {

    private Elementwise() {}

    public static Tensor add(TensorScope scope, Tensor a, Tensor b) {
        return combine(scope, Arithmetic.ADD, a, b);
    }

    public static Tensor subtract(TensorScope scope, Tensor a, Tensor b) {
        return combine(scope, Arithmetic.SUBTRACT, a, b);
    }

    public static Tensor multiply(TensorScope scope, Tensor a, Tensor b) {
        return combine(scope, Arithmetic.MULTIPLY, a, b);
    }

    public static Tensor divide(TensorScope scope, Tensor a, Tensor b) {
        return combine(scope, Arithmetic.DIVIDE, a, b);
    }

    /** sum += part in place, of the same shape and precision. */
    public static void addTo(Tensor sum, Tensor part) {
        Shapes.checkSameType("add", sum, part);
        Shapes.checkSameShape("add", sum, part);
        int n = sum.size();
        switch (sum.type()) {
            case FLOAT32 ->
                FloatArithmetic.apply(
                        Arithmetic.ADD, sum.memory(), 0, false, part.memory(), 0, false, sum.memory(), 0, n);
            case FLOAT64 -> {
                Scratch scratch = sum.scope().scratch();
                double[] left = sum.doubles(scratch, Slot.A);
                double[] right = part.doubles(scratch, Slot.B);
                Arithmetic.ADD.apply(left, 0, 1, right, 0, 1, left, 0, n);
                sum.copyFrom(left, 0);
            }
        }
    }

    /** scale · x + shift. */
    public static Tensor affine(TensorScope scope, Tensor x, double scale, double shift) {
        int n = x.size();
        Tensor y = Tensor.uninitialised(scope, x.type(), x.rows(), x.columns());
        switch (x.type()) {
            case FLOAT32 -> FloatLanes.affine(x.memory(), (float) scale, (float) shift, y.memory(), n);
            case FLOAT64 -> {
                double[] v = x.doubles(scope.scratch(), Slot.A);
                for (int i = 0; i < n; i++) {
                    v[i] = scale * v[i] + shift;
                }
                y.copyFrom(v, 0);
            }
        }
        return y;
    }

    /** max(x, 0). */
    public static Tensor relu(TensorScope scope, Tensor x) {
        int n = x.size();
        Tensor y = Tensor.uninitialised(scope, x.type(), x.rows(), x.columns());
        switch (x.type()) {
            case FLOAT32 -> FloatLanes.relu(x.memory(), y.memory(), n);
            case FLOAT64 -> {
                double[] v = x.doubles(scope.scratch(), Slot.A);
                for (int i = 0; i < n; i++) {
                    v[i] = Math.max(v[i], 0.0);
                }
                y.copyFrom(v, 0);
            }
        }
        return y;
    }

    /** x where the gate is > 0, else 0. */
    public static Tensor gate(TensorScope scope, Tensor x, Tensor gate) {
        Shapes.checkSameShape("gate", x, gate);
        int n = x.size();
        Tensor y = Tensor.uninitialised(scope, x.type(), x.rows(), x.columns());
        switch (x.type()) {
            case FLOAT32 -> FloatLanes.gate(x.memory(), gate.memory(), y.memory(), n);
            case FLOAT64 -> {
                double[] v = x.doubles(scope.scratch(), Slot.A);
                double[] g = gate.doubles(scope.scratch(), Slot.B);
                for (int i = 0; i < n; i++) {
                    v[i] = g[i] > 0 ? v[i] : 0;
                }
                y.copyFrom(v, 0);
            }
        }
        return y;
    }

    /** |x|. */
    public static Tensor abs(TensorScope scope, Tensor x) {
        int n = x.size();
        Tensor y = Tensor.uninitialised(scope, x.type(), x.rows(), x.columns());
        switch (x.type()) {
            case FLOAT32 -> {
                float[] v = x.floats(scope.scratch(), Slot.A);
                for (int i = 0; i < n; i++) {
                    v[i] = Math.abs(v[i]);
                }
                y.copyFrom(v, 0);
            }
            case FLOAT64 -> {
                double[] v = x.doubles(scope.scratch(), Slot.A);
                for (int i = 0; i < n; i++) {
                    v[i] = Math.abs(v[i]);
                }
                y.copyFrom(v, 0);
            }
        }
        return y;
    }

    /** 1, -1, or 0 where x is 0. */
    public static Tensor sign(TensorScope scope, Tensor x) {
        int n = x.size();
        Tensor y = Tensor.uninitialised(scope, x.type(), x.rows(), x.columns());
        switch (x.type()) {
            case FLOAT32 -> {
                float[] v = x.floats(scope.scratch(), Slot.A);
                for (int i = 0; i < n; i++) {
                    v[i] = v[i] > 0 ? 1 : v[i] < 0 ? -1 : 0;
                }
                y.copyFrom(v, 0);
            }
            case FLOAT64 -> {
                double[] v = x.doubles(scope.scratch(), Slot.A);
                for (int i = 0; i < n; i++) {
                    v[i] = v[i] > 0 ? 1 : v[i] < 0 ? -1 : 0;
                }
                y.copyFrom(v, 0);
            }
        }
        return y;
    }

    /** The angle of which x is the cosine; of what is beyond 1 and -1 that of these. */
    public static Tensor arcCosine(TensorScope scope, Tensor x) {
        return map(scope, x, v -> Math.acos(Math.clamp(v, -1.0, 1.0)));
    }

    public static Tensor square(TensorScope scope, Tensor x) {
        return combine(scope, Arithmetic.MULTIPLY, x, x);
    }

    public static Tensor sqrt(TensorScope scope, Tensor x) {
        return map(scope, x, Math::sqrt);
    }

    public static Tensor exp(TensorScope scope, Tensor x) {
        return map(scope, x, Math::exp);
    }

    public static Tensor log(TensorScope scope, Tensor x) {
        return map(scope, x, Math::log);
    }

    public static Tensor tanh(TensorScope scope, Tensor x) {
        if (x.type() == DataType.FLOAT64) {
            return map(scope, x, Math::tanh);
        }
        Tensor y = Tensor.uninitialised(scope, x.type(), x.rows(), x.columns());
        SigmoidLanes.tanh(x.memory(), y.memory(), x.size());
        return y;
    }

    /** x where x > 0, else exp(x) - 1. */
    public static Tensor elu(TensorScope scope, Tensor x) {
        return map(scope, x, v -> v > 0 ? v : Math.expm1(v));
    }

    /** 1 / (1 + exp(-x)). */
    public static Tensor sigmoid(TensorScope scope, Tensor x) {
        if (x.type() == DataType.FLOAT64) {
            return map(scope, x, v -> 1 / (1 + Math.exp(-v)));
        }
        Tensor y = Tensor.uninitialised(scope, x.type(), x.rows(), x.columns());
        SigmoidLanes.sigmoid(x.memory(), y.memory(), x.size());
        return y;
    }

    /** ln(1 + exp(x)), exact at both ends. */
    public static Tensor softplus(TensorScope scope, Tensor x) {
        return map(scope, x, Elementwise::softplus);
    }

    static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    /** For functions that are seldom used: they are computed in double in either precision. */
    private static Tensor map(TensorScope scope, Tensor x, DoubleUnaryOperator function) {
        int n = x.size();
        Tensor y = Tensor.uninitialised(scope, x.type(), x.rows(), x.columns());
        switch (x.type()) {
            case FLOAT32 -> {
                float[] v = x.floats(scope.scratch(), Slot.A);
                for (int i = 0; i < n; i++) {
                    v[i] = (float) function.applyAsDouble(v[i]);
                }
                y.copyFrom(v, 0);
            }
            case FLOAT64 -> {
                double[] v = x.doubles(scope.scratch(), Slot.A);
                for (int i = 0; i < n; i++) {
                    v[i] = function.applyAsDouble(v[i]);
                }
                y.copyFrom(v, 0);
            }
        }
        return y;
    }

    private static Tensor combine(TensorScope scope, Arithmetic function, Tensor a, Tensor b) {
        Shapes.checkSameType(function.name(), a, b);
        int rows = Shapes.repeated(function.name(), a.rows(), b.rows(), a, b);
        int columns = Shapes.repeated(function.name(), a.columns(), b.columns(), a, b);
        Tensor y = Tensor.uninitialised(scope, a.type(), rows, columns);
        Scratch scratch = scope.scratch();
        // Two whole operands are one long row; otherwise a stride of zero repeats a row or an element.
        boolean whole = a.sameShape(b);
        int lines = whole ? 1 : rows;
        int length = whole ? y.size() : columns;
        int aRow = a.rows() == 1 ? 0 : a.columns();
        int bRow = b.rows() == 1 ? 0 : b.columns();
        int aStep = a.columns() == 1 && !whole ? 0 : 1;
        int bStep = b.columns() == 1 && !whole ? 0 : 1;
        switch (a.type()) {
            case FLOAT32 -> {
                MemorySegment left = a.memory();
                MemorySegment right = b.memory();
                MemorySegment out = y.memory();
                for (int r = 0; r < lines; r++) {
                    FloatArithmetic.apply(
                            function,
                            left,
                            r * aRow,
                            aStep == 0,
                            right,
                            r * bRow,
                            bStep == 0,
                            out,
                            r * columns,
                            length);
                }
            }
            case FLOAT64 -> {
                double[] left = a.doubles(scratch, Slot.A);
                double[] right = b.doubles(scratch, Slot.B);
                double[] out = scratch.doubles(Slot.OUT, y.size());
                for (int r = 0; r < lines; r++) {
                    function.apply(left, r * aRow, aStep, right, r * bRow, bStep, out, r * columns, length);
                }
                y.copyFrom(out, 0);
            }
        }
        return y;
    }
}
