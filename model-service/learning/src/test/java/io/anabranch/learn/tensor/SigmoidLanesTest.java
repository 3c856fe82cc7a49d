package io.anabranch.learn.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SigmoidLanesTest {

    private static final double UNIT = Math.ulp(1f);

    @Test
    void areCloseToTheFunctions() {
        try (TensorScope scope = TensorScope.open()) {
            requireClose(scope, x -> Elementwise.tanh(scope, x), Math::tanh);
            requireClose(scope, x -> Elementwise.sigmoid(scope, x), x -> 1 / (1 + Math.exp(-x)));
        }
    }

    private static void requireClose(TensorScope scope, UnaryOperator<Tensor> lanes, DoubleUnaryOperator function) {
        double[] x = new double[200_003];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) (Math.pow(10, i % 9 - 6.0) * (2.0 * i / x.length - 1) * 60);
        }
        double[] edges = {0, -0.0, 0.5, -0.5, Math.nextDown(0.5f), 87, 88, 89, -87, -88, -89, 1e30, -1e30};
        System.arraycopy(edges, 0, x, 0, edges.length);
        Tensor in = Tensor.zeros(scope, DataType.FLOAT32, 1, x.length);
        in.assign(x);
        double[] y = lanes.apply(in).toDoubles();
        for (int i = 0; i < x.length; i++) {
            double expected = function.applyAsDouble(x[i]);
            double allowed = 3 * UNIT * Math.max(Math.abs(expected), 1e-3);
            assertThat(Math.abs(y[i] - expected))
                    .as("at %s: %s, not %s", x[i], y[i], expected)
                    .isLessThan(allowed);
        }
    }

    @Test
    void giveTheSameBitsWhereverAnElementLies() {
        SplittableRandom random = new SplittableRandom(2);
        double[] x = random.doubles(1_000, -5, 5).toArray();
        try (TensorScope scope = TensorScope.open()) {
            Tensor whole = Tensor.zeros(scope, DataType.FLOAT32, 1, x.length);
            whole.assign(x);
            float[] together = Elementwise.tanh(scope, whole).toFloats();
            float[] gates = Elementwise.sigmoid(scope, whole).toFloats();
            for (int i = 0; i < x.length; i++) {
                Tensor alone = Tensor.zeros(scope, DataType.FLOAT32, 1, 1);
                alone.assign(new double[] {x[i]});
                assertThat(Elementwise.tanh(scope, alone).toFloats()[0]).isEqualTo(together[i]);
                assertThat(Elementwise.sigmoid(scope, alone).toFloats()[0]).isEqualTo(gates[i]);
            }
        }
    }

    @Test
    void areNotANumberForWhatIsNone() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor x = Tensor.zeros(scope, DataType.FLOAT32, 1, 1);
            x.assign(new double[] {Double.NaN});
            assertThat(Elementwise.tanh(scope, x).toFloats()[0]).isNaN();
            assertThat(Elementwise.sigmoid(scope, x).toFloats()[0]).isNaN();
        }
    }
}
