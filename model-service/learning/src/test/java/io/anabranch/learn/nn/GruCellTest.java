package io.anabranch.learn.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class GruCellTest {

    private static final int ROWS = 3;
    private static final int IN = 4;
    private static final int WIDTH = 2;
    private static final Offset<Double> ROUNDING = within(1e-12);

    private final SplittableRandom random = new SplittableRandom(11);
    private final double[] x = random.doubles(ROWS * IN, -1, 1).toArray();
    private final double[] h = random.doubles(ROWS * WIDTH, -1, 1).toArray();

    @Test
    void aStepAndAGateAreTheFormulas() {
        try (TensorScope scope = TensorScope.open();
                GruCell cell = cell()) {
            Tape tape = new Tape(scope);
            Variable input = constant(tape, IN, x);
            Variable state = constant(tape, WIDTH, h);

            double[] next = cell.next(input, state).value().toDoubles();
            double[] first = cell.first(input).value().toDoubles();
            GruCell.Gate gate = cell.gate(input, state, 0.75);

            for (int row = 0; row < ROWS; row++) {
                for (int k = 0; k < WIDTH; k++) {
                    int i = row * WIDTH + k;
                    double z = z(cell, row, k, h);
                    double n = n(cell, row, k, h);
                    double[] zero = new double[h.length];
                    assertThat(next[i]).isEqualTo((1 - z) * h[i] + z * n, ROUNDING);
                    assertThat(first[i]).isEqualTo(z(cell, row, k, zero) * n(cell, row, k, zero), ROUNDING);
                    assertThat(gate.keep().value().get(row, k)).isEqualTo(0.25 + 0.75 * z, ROUNDING);
                    assertThat(gate.candidate().value().get(row, k)).isEqualTo(n, ROUNDING);
                    assertThat(gate.increment().value().get(row, k)).isEqualTo((1 - (0.25 + 0.75 * z)) * n, ROUNDING);
                }
            }
        }
    }

    @Test
    void aClosedGateKeepsTheStateBitForBitAndAnOpenOneForgetsIt() {
        try (TensorScope scope = TensorScope.open();
                GruCell cell = cell()) {
            Tape tape = new Tape(scope);
            Variable state = constant(tape, WIDTH, h);
            float[] bias = cell.parameters().getLast().values();
            bias[0] = bias[1] = -60;
            cell.parameters().getLast().load(bias);
            assertThat(cell.next(constant(tape, IN, x), state).value().toDoubles())
                    .isEqualTo(h);

            bias[0] = bias[1] = 60;
            bias[2] = bias[3] = -800;
            cell.parameters().getLast().load(bias);
            double[] open = cell.next(constant(tape, IN, x), state).value().toDoubles();
            for (int i = 0; i < open.length; i++) {
                assertThat(open[i]).isEqualTo(Math.tanh(read(cell, i / WIDTH, 2 * WIDTH + i % WIDTH)), ROUNDING);
            }
        }
    }

    @Test
    void givenParametersMakeTheSameCell() {
        try (TensorScope scope = TensorScope.open();
                GruCell cell = cell()) {
            Tape tape = new Tape(scope);
            GruCell same = GruCell.of(
                    cell.parameters().get(0),
                    cell.parameters().get(1),
                    cell.parameters().get(2));
            assertThat(same.width()).isEqualTo(WIDTH);
            assertThat(same.parameters())
                    .extracting(Parameter::name)
                    .containsExactly("cell.input", "cell.recurrent", "cell.bias");
            assertThat(same.first(constant(tape, IN, x)).value().toDoubles())
                    .isEqualTo(cell.first(constant(tape, IN, x)).value().toDoubles());
            assertThatThrownBy(() -> LstmCell.of(
                            cell.parameters().get(0),
                            cell.parameters().get(1),
                            cell.parameters().get(2)))
                    .hasMessage("The parameters (cell.input FLOAT64 [4, 6]), (cell.recurrent FLOAT64 [2, 6]) and "
                            + "(cell.bias FLOAT64 [1, 6]) must be [in, 4 k], [k, 4 k] and [1, 4 k] for one k.");
        }
    }

    private double z(GruCell cell, int row, int k, double[] state) {
        return sigmoid(read(cell, row, k) + recurrent(cell, row, k, state));
    }

    private double n(GruCell cell, int row, int k, double[] state) {
        double[] reset = new double[state.length];
        for (int j = 0; j < WIDTH; j++) {
            double r = sigmoid(read(cell, row, WIDTH + j) + recurrent(cell, row, WIDTH + j, state));
            reset[row * WIDTH + j] = r * state[row * WIDTH + j];
        }
        return Math.tanh(read(cell, row, 2 * WIDTH + k) + recurrent(cell, row, 2 * WIDTH + k, reset));
    }

    private double read(GruCell cell, int row, int column) {
        double sum = cell.parameters().get(2).tensor().get(0, column);
        for (int j = 0; j < IN; j++) {
            sum += x[row * IN + j] * cell.parameters().get(0).tensor().get(j, column);
        }
        return sum;
    }

    private static double recurrent(GruCell cell, int row, int column, double[] state) {
        double sum = 0;
        for (int j = 0; j < WIDTH; j++) {
            sum += state[row * WIDTH + j] * cell.parameters().get(1).tensor().get(j, column);
        }
        return sum;
    }

    private static double sigmoid(double v) {
        return 1 / (1 + Math.exp(-v));
    }

    private static GruCell cell() {
        GruCell cell = GruCell.create("cell", DataType.FLOAT64, IN, WIDTH, new SplittableRandom(3));
        cell.parameters().getLast().load(new float[] {0.1f, -0.2f, 0.3f, -0.4f, 0.5f, -0.6f});
        return cell;
    }

    private static Variable constant(Tape tape, int columns, double[] values) {
        return tape.constant(Tensor.of(tape.scope(), ROWS, columns, values));
    }
}
