package io.anabranch.learn.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TapeTest {

    private final TensorScope scope = TensorScope.open();
    private final Tape tape = new Tape(scope);

    @AfterEach
    void close() {
        scope.close();
    }

    private Variable variable(int rows, int columns, double... values) {
        return tape.variable(Tensor.of(scope, rows, columns, values));
    }

    @Test
    void gradientOfAProductByHand() {
        Variable a = variable(2, 2, 1, 2, 3, 4);
        Variable b = variable(2, 2, 5, 6, 7, 8);

        List<Variable> gradients = tape.gradients(a.matmul(b).sum(), List.of(a, b), false);

        // d/dA Σ(AB) = the row sums of B along each row; d/dB = the column sums of A down each column.
        assertThat(gradients.get(0).value().toDoubles()).containsExactly(11, 15, 11, 15);
        assertThat(gradients.get(1).value().toDoubles()).containsExactly(4, 4, 6, 6);
    }

    @Test
    void derivativesOfACubeUpToTheThird() {
        Variable x = variable(1, 1, 2);
        Variable cube = x.times(x).times(x);

        Variable first = tape.gradients(cube, List.of(x), true).getFirst();
        Variable second = tape.gradients(first, List.of(x), true).getFirst();
        Variable third = tape.gradients(second, List.of(x), false).getFirst();

        assertThat(first.scalar()).isEqualTo(12);
        assertThat(second.scalar()).isEqualTo(12);
        assertThat(third.scalar()).isEqualTo(6);
        assertThat(third.differentiable()).isFalse();
    }

    @Test
    void hessianTimesVectorByHand() {
        // f = x² y has the Hessian [[2y, 2x], [2x, 0]].
        Variable x = variable(1, 1, 3);
        Variable y = variable(1, 1, 5);
        List<Variable> slopes = tape.gradients(x.square().times(y), List.of(x, y), true);
        Variable along = slopes.get(0).times(2).plus(slopes.get(1).times(-1));

        List<Variable> product = tape.gradients(along, List.of(x, y), false);

        assertThat(product.get(0).scalar()).isEqualTo(10 * 2 + 6 * -1);
        assertThat(product.get(1).scalar()).isEqualTo(6 * 2);
    }

    @Test
    void anInputThatDoesNotCountHasAZeroGradient() {
        Variable used = variable(1, 2, 1, 2);
        Variable unused = variable(3, 2, 1, 2, 3, 4, 5, 6);
        Variable loss = used.sum();
        Variable later = variable(1, 1, 9);

        List<Variable> gradients = tape.gradients(loss, List.of(unused, later), false);

        assertThat(gradients.get(0).value().toDoubles()).containsOnly(0).hasSize(6);
        assertThat(gradients.get(1).scalar()).isZero();
    }

    @Test
    void gradientByAnIntermediateVariable() {
        Variable x = variable(1, 1, 3);
        Variable middle = x.square();

        assertThat(tape.gradients(middle.square(), List.of(middle), false)
                        .getFirst()
                        .scalar())
                .isEqualTo(18);
    }

    @Test
    void noGradientPassesAStop() {
        Variable x = variable(1, 1, 3);

        Variable gradient =
                tape.gradients(x.times(x.stopGradient()), List.of(x), false).getFirst();

        assertThat(gradient.scalar()).isEqualTo(3);
    }

    @Test
    void aCotangentWeighsTheOutput() {
        Variable x = variable(1, 3, 1, 2, 3);
        Variable cotangent = tape.constant(Tensor.of(scope, 1, 3, new double[] {1, 10, 100}));

        Variable gradient =
                tape.gradients(x.square(), cotangent, List.of(x), false).getFirst();

        assertThat(gradient.value().toDoubles()).containsExactly(2, 40, 600);
    }

    @Test
    void constantsAreNotRecorded() {
        Variable constant = tape.constant(Tensor.of(scope, 1, 1, new double[] {2}));

        assertThat(constant.square().differentiable()).isFalse();
        assertThat(constant.square().render()).isEqualTo("#2 constant FLOAT64 [1, 1]\n");
    }

    @Test
    void theSameTensorIsTheSameVariable() {
        Tensor tensor = Tensor.of(scope, 1, 1, new double[] {2});

        assertThat(tape.variable(tensor)).isSameAs(tape.variable(tensor));
    }

    @Test
    void rendersATree() {
        Variable x = variable(2, 3, 1, 2, 3, 4, 5, 6);
        Variable hidden = x.matmul(variable(3, 1, 1, 1, 1)).tanh();

        assertThat(hidden.plus(hidden).sum().render()).isEqualTo("""
                        #5 SumTo FLOAT64 [1, 1]
                          #4 Add FLOAT64 [2, 1]
                            #3 Tanh FLOAT64 [2, 1]
                              #2 Matmul(a · b) FLOAT64 [2, 1]
                                #0 variable FLOAT64 [2, 3]
                                #1 variable FLOAT64 [3, 1]
                            #3 Tanh FLOAT64 [2, 1] (above)
                        """);
    }

    @Test
    void singlePrecisionGivesSinglePrecisionGradients() {
        Variable x = tape.variable(Tensor.of(scope, 1, 2, new float[] {0.5f, -1}));

        Variable gradient = tape.gradients(x.tanh().sum(), List.of(x), false).getFirst();

        assertThat(gradient.value().type()).isEqualTo(DataType.FLOAT32);
        assertThat(gradient.value().get(0, 0)).isEqualTo(1 - Math.pow(Math.tanh(0.5), 2), within(1e-7));
    }

    @Test
    void mistakesAreNamed() {
        Variable a = variable(2, 3, 1, 2, 3, 4, 5, 6);
        assertThatThrownBy(() -> tape.gradients(a, List.of(a), false))
                .hasMessage("The loss must be a scalar [1, 1], not [2, 3].\nMaybe take its sum() or mean().");
        assertThatThrownBy(() -> a.matmul(a))
                .hasMessage("Cannot multiply the matrix [2, 3] with the matrix [2, 3]: 3 ≠ 2.");
        assertThatThrownBy(() -> a.matmul(variable(3, 1, 1, 2, 3), true, true))
                .hasMessage(
                        "Cannot multiply the matrix (transposed) [2, 3] with the matrix (transposed) [3, 1]: 2 ≠ 1.");
        assertThatThrownBy(() -> a.plus(variable(2, 2, 1, 2, 3, 4)))
                .hasMessage("Cannot add the shapes [2, 3] and [2, 2].\nMaybe transpose one of them.");
        assertThatThrownBy(() -> a.plus(tape.constant(Tensor.zeros(scope, DataType.FLOAT32, 2, 3))))
                .hasMessageContaining("different precision (FLOAT64 [2, 3], FLOAT32 [2, 3])");
        assertThatThrownBy(() -> a.gatherRows(0, 2)).hasMessageContaining("index (2) at position (1)");
        assertThatThrownBy(() -> a.plus(new Tape(scope).constant(a.value()))).hasMessageContaining("another tape");
        assertThatThrownBy(() -> Losses.crossEntropy(a, new int[] {0}, new int[] {3}))
                .hasMessageContaining("index (3)");
        assertThatThrownBy(() -> Losses.crossEntropy(a, new int[0], new int[0])).hasMessageContaining("at least one");
    }
}
