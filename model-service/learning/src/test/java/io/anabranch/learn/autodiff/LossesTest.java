package io.anabranch.learn.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Values calculated by hand. */
class LossesTest {

    private static final Offset<Double> TINY = within(1e-12);

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
    void crossEntropyOfEqualLogitsIsTheLogarithmOfTheClasses() {
        Variable logits = variable(2, 4, 7, 7, 7, 7, 0, 0, 0, 0);

        assertThat(Losses.crossEntropy(logits, new int[] {1, 0}, new int[] {3, 2})
                        .scalar())
                .isEqualTo(Math.log(4), TINY);
    }

    @Test
    void crossEntropyCountsTheSelectedRowsOnly() {
        // softmax(ln 1, ln 3) = (1/4, 3/4).
        Variable logits = variable(2, 2, 100, -100, 0, Math.log(3));
        Variable loss = Losses.crossEntropy(logits, new int[] {1}, new int[] {0});

        Variable gradient = tape.gradients(loss, List.of(logits), false).getFirst();

        assertThat(loss.scalar()).isEqualTo(Math.log(4), TINY);
        assertThat(gradient.value().toDoubles()).containsExactly(new double[] {0, 0, -0.75, 0.75}, TINY);
    }

    @Test
    void crossEntropyStaysFiniteForHugeLogits() {
        Variable logits = variable(1, 2, 1e4, -1e4);

        assertThat(Losses.crossEntropy(logits, new int[] {0}, new int[] {1}).scalar())
                .isEqualTo(2e4, within(1e-9));
    }

    @Test
    void binaryCrossEntropyOfZeroIsTheLogarithmOfTwo() {
        Variable logits = variable(1, 3, 0, 0, 0);
        Tensor targets = Tensor.of(scope, 1, 3, new double[] {0, 1, 0.5});

        assertThat(Losses.binaryCrossEntropy(logits, targets, null).scalar()).isEqualTo(Math.log(2), TINY);
    }

    @Test
    void binaryCrossEntropyIsTheWeightedMean() {
        // sigmoid(ln 3) = 3/4: -ln(3/4) for target 1 with weight 1, -ln(1/4) for target 0 with weight 3.
        Variable logits = variable(1, 3, Math.log(3), Math.log(3), 1e6);
        Tensor targets = Tensor.of(scope, 1, 3, new double[] {1, 0, 0});
        Tensor weights = Tensor.of(scope, 1, 3, new double[] {1, 3, 0});
        Variable loss = Losses.binaryCrossEntropy(logits, targets, weights);

        Variable gradient = tape.gradients(loss, List.of(logits), false).getFirst();

        assertThat(loss.scalar()).isEqualTo((-Math.log(0.75) - 3 * Math.log(0.25)) / 4, TINY);
        assertThat(gradient.value().toDoubles()).containsExactly(new double[] {-0.25 / 4, 0.75 * 3 / 4, 0}, TINY);
    }

    @Test
    void meanSquaredErrorAndPenalty() {
        Variable x = variable(1, 2, 1, 4);
        Variable target = variable(1, 2, 2, 1);

        assertThat(Losses.meanSquaredError(x, target).scalar()).isEqualTo((1 + 9) / 2.0);
        assertThat(Losses.l2Penalty(0.5, List.of(x, target)).scalar()).isEqualTo(0.25 * (1 + 16 + 4 + 1));
    }

    @Test
    void weightsThatMeanNothingAreRefused() {
        Variable logits = variable(1, 1, 0);
        Tensor target = Tensor.of(scope, 1, 1, new double[] {1});

        assertThatThrownBy(() -> Losses.binaryCrossEntropy(logits, target, Tensor.of(scope, 1, 1, new double[] {0})))
                .hasMessageContaining("not all zero");
        assertThatThrownBy(() -> Losses.binaryCrossEntropy(logits, target, Tensor.of(scope, 1, 1, new double[] {-1})))
                .hasMessageContaining("(-1.0)");
    }
}
