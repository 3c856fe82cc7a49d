package io.anabranch.learn.depth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.model.v1.DepthConnection;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GateBiasTest {

    private static final int WIDTH = 4;

    /** Of 1, 3 to 18 layers less 1: the middles of quarters. */
    @Test
    void memoriesAreSpreadEvenlyOverTheLayers() {
        float[] bias = GateBias.initial(DepthConnection.DEPTH_CONNECTION_GRU, 18, 3 * WIDTH);

        double[] layers = {3, 7, 11, 15};
        for (int unit = 0; unit < WIDTH; unit++) {
            assertThat(1 / sigmoid(bias[unit])).isCloseTo(layers[unit] + 1, within(1e-5));
        }
        assertThat(IntStream.range(WIDTH, 3 * WIDTH)).allMatch(i -> bias[i] == 0);
    }

    @Test
    void aReversibleGateKeepsWhatAnUpdateGateDoesNotReplace() {
        float[] update = GateBias.initial(DepthConnection.DEPTH_CONNECTION_GRU, 10, 3 * WIDTH);
        float[] keep = GateBias.initial(DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE, 10, 3 * WIDTH);

        for (int unit = 0; unit < WIDTH; unit++) {
            assertThat(sigmoid(keep[unit]) + sigmoid(update[unit])).isCloseTo(1, within(1e-6));
        }
    }

    @Test
    void anLstmWritesAsMuchAsItForgets() {
        float[] bias = GateBias.initial(DepthConnection.DEPTH_CONNECTION_LSTM, 10, 4 * WIDTH);

        for (int unit = 0; unit < WIDTH; unit++) {
            assertThat(sigmoid(bias[unit]) + sigmoid(bias[WIDTH + unit])).isCloseTo(1, within(1e-6));
        }
        assertThat(IntStream.range(2 * WIDTH, 4 * WIDTH)).allMatch(i -> bias[i] == 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void gatesOfShallowStacksAreHalfOpen(int layers) {
        float[] bias = GateBias.initial(DepthConnection.DEPTH_CONNECTION_GRU, layers, 3 * WIDTH);

        assertThat(IntStream.range(0, bias.length)).allMatch(i -> bias[i] == 0);
    }

    @Test
    void whatHasNoGatesStartsAtZero() {
        assertThat(GateBias.initial(DepthConnection.DEPTH_CONNECTION_RESIDUAL, 9, WIDTH))
                .containsOnly(0);
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
