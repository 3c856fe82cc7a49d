package io.anabranch.learn.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Mixed into tests of whatever can be differentiated: compares its first and second derivatives with finite differences.
 *
 * <p>For an expression y(x) and random r, f(x) = ⟨y(x), r⟩; for random v, s(x) = ⟨∇f(x), v⟩. The gradient of f is compared
 * with the central difference of f, and the gradient of s (second order) with the central difference of s. FLOAT64,
 * step 1e-6 · max(1, |x|), relative error below 1e-6. Give inputs away from kinks.
 */
public interface GradientCheck {

    /** A FLOAT64 input. Its values are put back after every perturbation, which the check asserts. */
    @SuppressWarnings("ArrayRecordComponent") // the check perturbs the values in place
    record Matrix(int rows, int columns, double... values) {

        public Matrix {
            assertThat(values).hasSize(rows * columns);
        }

        /** Elements uniform in [low, high). */
        public static Matrix random(RandomGenerator random, int rows, int columns, double low, double high) {
            return new Matrix(
                    rows,
                    columns,
                    random.doubles((long) rows * columns, low, high).toArray());
        }

        /** Elements of both signs whose magnitude is in [0.2, 1.5): no kink at zero is near. */
        public static Matrix awayFromZero(RandomGenerator random, int rows, int columns) {
            double[] values = random.doubles((long) rows * columns, 0.2, 1.5).toArray();
            for (int i = 0; i < values.length; i++) {
                values[i] *= random.nextBoolean() ? 1 : -1;
            }
            return new Matrix(rows, columns, values);
        }
    }

    /** What is differentiated: a function of variables that gives a variable of any shape. */
    interface Expression extends Function<List<Variable>, Variable> {}

    /** Checks both orders, by every input. */
    default void assertGradients(RandomGenerator random, Expression expression, Matrix... inputs) {
        List<double[]> before =
                Arrays.stream(inputs).map(m -> m.values().clone()).toList();
        try (TensorScope scope = TensorScope.open()) {
            Check check = new Check(scope, expression, List.of(inputs), random);
            check.firstOrder();
            check.secondOrder();
        }
        for (int i = 0; i < inputs.length; i++) {
            assertThat(inputs[i].values()).as("input %d is restored", i).isEqualTo(before.get(i));
        }
    }

    /** One comparison. */
    final class Check {
        private static final double STEP = 1e-6;
        private static final double TOLERANCE = 1e-6;
        /** Below this magnitude the rounding of the central difference itself is what is seen. */
        private static final double SMALLEST = 1e-2;

        private final TensorScope scope;
        private final Expression expression;
        private final List<Matrix> inputs;
        private final double[] weights;
        private final List<double[]> directions = new ArrayList<>();

        private interface Scalar {
            double at(Tape tape, List<Variable> variables);
        }

        Check(TensorScope scope, Expression expression, List<Matrix> inputs, RandomGenerator random) {
            this.scope = scope;
            this.expression = expression;
            this.inputs = inputs;
            try (TensorScope trial = scope.openChild()) {
                Variable output = expression.apply(leaves(new Tape(trial)));
                assertThat(output.value().toDoubles())
                        .as("the output")
                        .isNotEmpty()
                        .doesNotContain(Double.NaN);
                this.weights = random.doubles(output.value().size(), -1, 1).toArray();
            }
            for (Matrix input : inputs) {
                directions.add(random.doubles(input.values().length, -1, 1).toArray());
            }
        }

        void firstOrder() {
            List<double[]> analytic;
            try (TensorScope trial = scope.openChild()) {
                Tape tape = new Tape(trial);
                List<Variable> leaves = leaves(tape);
                analytic = values(tape.gradients(loss(tape, leaves), leaves, false));
            }
            compare("first", analytic, (tape, leaves) -> loss(tape, leaves).scalar());
        }

        void secondOrder() {
            List<double[]> analytic;
            try (TensorScope trial = scope.openChild()) {
                Tape tape = new Tape(trial);
                List<Variable> leaves = leaves(tape);
                Variable slope = slope(tape, leaves, true);
                analytic = values(tape.gradients(slope, leaves, false));
            }
            compare(
                    "second",
                    analytic,
                    (tape, leaves) -> slope(tape, leaves, false).scalar());
        }

        private void compare(String order, List<double[]> analytic, Scalar scalar) {
            for (int i = 0; i < inputs.size(); i++) {
                double[] x = inputs.get(i).values();
                for (int k = 0; k < x.length; k++) {
                    double kept = x[k];
                    double step = STEP * Math.max(1, Math.abs(kept));
                    x[k] = kept + step;
                    double up = evaluate(scalar);
                    x[k] = kept - step;
                    double down = evaluate(scalar);
                    x[k] = kept;
                    double numeric = (up - down) / (2 * step);
                    double found = analytic.get(i)[k];
                    double error = Math.abs(found - numeric)
                            / Math.max(SMALLEST, Math.max(Math.abs(found), Math.abs(numeric)));
                    assertThat(error)
                            .as(
                                    "%s-order gradient by element %d of input %d: %s, by differences %s",
                                    order, k, i, found, numeric)
                            .isLessThan(TOLERANCE);
                }
            }
        }

        private double evaluate(Scalar scalar) {
            try (TensorScope trial = scope.openChild()) {
                Tape tape = new Tape(trial);
                return scalar.at(tape, leaves(tape));
            }
        }

        /** f = ⟨y, r⟩. */
        private Variable loss(Tape tape, List<Variable> leaves) {
            Variable output = expression.apply(leaves);
            return output.times(constant(tape, output.rows(), output.columns(), weights))
                    .sum();
        }

        /** s = ⟨∇f, v⟩. */
        private Variable slope(Tape tape, List<Variable> leaves, boolean createGraph) {
            List<Variable> gradients = tape.gradients(loss(tape, leaves), leaves, createGraph);
            Variable sum = constant(tape, 1, 1, new double[1]);
            for (int i = 0; i < gradients.size(); i++) {
                Variable gradient = gradients.get(i);
                sum = sum.plus(gradient.times(constant(tape, gradient.rows(), gradient.columns(), directions.get(i)))
                        .sum());
            }
            return sum;
        }

        private List<Variable> leaves(Tape tape) {
            return inputs.stream()
                    .map(m -> tape.variable(Tensor.of(tape.scope(), m.rows(), m.columns(), m.values())))
                    .toList();
        }

        private static Variable constant(Tape tape, int rows, int columns, double[] values) {
            return tape.constant(Tensor.of(tape.scope(), DataType.FLOAT64, rows, columns, values));
        }

        private static List<double[]> values(List<Variable> variables) {
            return variables.stream().map(v -> v.value().toDoubles()).toList();
        }
    }
}
