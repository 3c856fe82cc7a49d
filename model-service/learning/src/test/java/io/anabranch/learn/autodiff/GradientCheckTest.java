package io.anabranch.learn.autodiff;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.learn.tensor.Elementwise;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The check itself: it notices derivatives that are wrong by little, in either order. */
class GradientCheckTest implements GradientCheck {

    private static final Matrix INPUT = new Matrix(2, 2, 0.5, -1, 2, 0.3);

    /** The vjp of a square: right is g · 2x. */
    private interface Slope {
        Variable of(Variable x, Variable g);
    }

    private record SquareWith(Slope slope) implements UnaryOp {
        @Override
        public Tensor forward(TensorScope scope, Tensor x) {
            return Elementwise.square(scope, x);
        }

        @Override
        public Variable vjp(Variable x, Variable y, Variable g) {
            return slope.of(x, g);
        }
    }

    @Test
    void acceptsTheRightOne() {
        check((x, g) -> g.times(x).times(2));
    }

    @Test
    void noticesAFirstOrderThatIsOffByLittle() {
        assertThatThrownBy(() -> check((x, g) -> g.times(x).times(2 + 1e-5)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("first-order gradient by element 0 of input 0");
    }

    @Test
    void noticesASecondOrderThatIsCutOff() {
        assertThatThrownBy(() -> check((x, g) -> g.times(x.stopGradient()).times(2)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("second-order gradient");
    }

    private void check(Slope slope) {
        assertGradients(new SplittableRandom(1), v -> v.get(0).tape().apply(new SquareWith(slope), v.get(0)), INPUT);
    }
}
