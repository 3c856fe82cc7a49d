package io.anabranch.learn.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.AdamRule;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.TensorScope;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Steps calculated by hand on f(w) = w², whose gradient is 2w. */
class OptimisersTest {

    @ParameterizedTest
    @EnumSource(DataType.class)
    void adamsFirstStepsByHand(DataType type) {
        // t = 1: g = 2, m = 0.2, v = 0.004, m̂ = 2, v̂ = 4: w = 1 - 0.1 · 2 / (2 + 1e-8) = 0.9.
        // t = 2: g = 1.8, m = 0.36, v = 0.007236, m̂ = 0.36 / 0.19, v̂ = 0.007236 / 0.001999.
        double second = 0.9 - 0.1 * (0.36 / 0.19) / Math.sqrt(0.007236 / 0.001999);

        assertWeightsAfterSteps(type, w -> new Adam(AdamRule.of(0.1), group(w, 0)), 0.9, second);
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void classicDecayIsPartOfTheGradient(DataType type) {
        // t = 1: g = 2 + 0.5 · 1 = 2.5: m̂ / √v̂ = 1, whatever g.
        // t = 2: g = 1.8 + 0.45 = 2.25; m = 0.9 · 0.25 + 0.225 = 0.45, v = 0.999 · 0.00625 + 0.0050625 = 0.01130625.
        double second = 0.9 - 0.1 * (0.45 / 0.19) / Math.sqrt(0.01130625 / 0.001999);

        assertWeightsAfterSteps(type, w -> new Adam(AdamRule.of(0.1), group(w, 0.5)), 0.9, second);
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void decoupledDecayShrinksTheWeightItself(DataType type) {
        // t = 1: (1 - 0.1 · 0.5) · 1 - 0.1 = 0.85. t = 2: g = 1.7, m = 0.18 + 0.17, v = 0.003996 + 0.00289.
        double second = 0.95 * 0.85 - 0.1 * (0.35 / 0.19) / Math.sqrt(0.006886 / 0.001999);

        assertWeightsAfterSteps(
                type, w -> new Adam(AdamRule.of(0.1).withDecoupledDecay(), group(w, 0.5)), 0.85, second);
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void momentumByHand(DataType type) {
        // t = 1: u = 2 + 0.5 = 2.5, w = 0.75. t = 2: u = 0.9 · 2.5 + 1.5 + 0.375 = 4.125, w = 0.3375.
        assertWeightsAfterSteps(type, w -> new Sgd(0.1, 0.9, group(w, 0.5)), 0.75, 0.3375);
    }

    @Test
    void theLearningRateCanChange() {
        try (Parameter w = Parameter.of("w", DataType.FLOAT64, 1, 1, new float[] {1});
                Sgd sgd = new Sgd(0.1, 0, group(w, 0))) {
            sgd.learningRate(0.25);
            minimiseSquare(sgd, w);

            assertThat(sgd.learningRate()).isEqualTo(0.25);
            assertThat(w.tensor().scalar()).isEqualTo(0.5);
        }
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> AdamRule.of(-1)).hasMessage("The learning rate (-1.0) must be positive.");
        assertThatThrownBy(() -> new AdamRule(0.1, 1, 0.9, 1e-8, false))
                .hasMessage("The beta1 (1.0) must be in [0, 1).");
        assertThatThrownBy(() -> new Sgd(0.1, 1, List.of())).hasMessageContaining("momentum (1.0)");
        assertThatThrownBy(() -> new ParameterGroup(List.of(), Double.NaN)).hasMessageContaining("(NaN)");
        try (Parameter w = Parameter.of("w", DataType.FLOAT64, 1, 1, new float[] {1});
                Sgd sgd = new Sgd(0.1, 0, group(w, 0))) {
            assertThatThrownBy(() -> sgd.step(List.of())).hasMessageContaining("(0)", "(1)");
        }
    }

    private interface Maker {
        Optimiser of(Parameter parameter);
    }

    private static void assertWeightsAfterSteps(DataType type, Maker maker, double first, double second) {
        double tolerance = type == DataType.FLOAT64 ? 1e-8 : 1e-6;
        try (Parameter w = Parameter.of("w", type, 1, 1, new float[] {1});
                Optimiser optimiser = maker.of(w)) {
            minimiseSquare(optimiser, w);
            assertThat(w.tensor().scalar()).as("after one step").isEqualTo(first, within(tolerance));
            minimiseSquare(optimiser, w);
            assertThat(w.tensor().scalar()).as("after two steps").isEqualTo(second, within(tolerance));
        }
    }

    private static void minimiseSquare(Optimiser optimiser, Parameter w) {
        try (TensorScope scope = TensorScope.open()) {
            Variable x = w.on(new Tape(scope));
            optimiser.minimise(x.square());
        }
    }

    private static List<ParameterGroup> group(Parameter w, double decay) {
        return List.of(new ParameterGroup(List.of(w), decay));
    }
}
