package io.anabranch.stream.frozen;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BulkForwardTest {
    // 0 -> 1 (weight 2), 2 -> 1 (weight 0.5), 1 -> 2 (weight 1); vertex 0 has no in-edge
    private static final InEdges EDGES = new InEdges(
            new int[] {0, 0, 2, 3}, new int[] {0, 2, 1}, new float[] {2, 0.5f, 1}, new String[] {"", "", ""});
    private static final float[] FEATURES = {1, -1, 3, 1, 0, 2};

    @Test
    void oneLayerByHand() {
        // W_self = [[1, 0], [0, 1]], W_neighbor = [[1, 1], [0, 2]], b = (1, -1)
        assertThat(run(Aggregation.SUM, Activation.IDENTITY))
                .containsExactly(
                        2, -2, /* z0 = (1, -1), z2 = (0, 4) */ 3 + 2 + 0 + 1, 1 - 2 + 2 - 1, 0 + 3 + 1, 2 + 5 - 1);
        assertThat(run(Aggregation.MEAN, Activation.IDENTITY))
                .containsExactly(2, -2, 3 + 1 + 1, 1 + 0 - 1, 0 + 3 + 1, 2 + 5 - 1);
        assertThat(run(Aggregation.SUM, Activation.RELU)).containsExactly(2, 0, 6, 0, 4, 6);
    }

    @Test
    void graphConvolutionByHand() {
        // c = (1, 1/sqrt 3, 1/sqrt 2)
        double c1 = 1 / Math.sqrt(3);
        double c2 = 1 / Math.sqrt(2);
        double[] expected = {
            1 + 1, -1 - 1,
            c1 * (2 * 1 + 0.5 * c2 * 0 + c1 * 3) + 1, c1 * (2 * -1 + 0.5 * c2 * 4 + c1 * 5) - 1,
            c2 * (c1 * 3 + c2 * 0) + 1, c2 * (c1 * 5 + c2 * 4) - 1
        };
        float[] actual = run(Aggregation.GCN, Activation.IDENTITY);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-6));
        }
    }

    private static float[] run(Aggregation aggregation, Activation activation) {
        float[] self = aggregation == Aggregation.GCN ? null : new float[] {1, 0, 0, 1};
        var layer = new FrozenLayer(aggregation, activation, 2, 2, self, new float[] {1, 1, 0, 2}, new float[] {1, -1});
        var encoding = new io.anabranch.stream.frozen.FeatureEncoding(
                io.anabranch.stream.frozen.FeatureEncoding.Kind.IDENTITY, null, null);
        var model = new FrozenModel(1, "by hand", 2, encoding, java.util.List.of(layer));
        return BulkForward.embeddings(model, EDGES, FEATURES);
    }

    @Test
    void encodesFeaturesAsTheModelSays() {
        var random = new SplittableRandom(1);
        var normalized = Snapshots.frozen(
                1, Convolution.CONVOLUTION_GCN, FeatureEncoding.FEATURE_ENCODING_ROW_NORMALIZED, random, 2, 3);
        float[] row = {9, -1, 3, 0, 0};
        normalized.encoding().encode(row, 1, 2);
        assertThat(row).containsExactly(9, -0.25f, 0.75f, 0, 0);
        normalized.encoding().encode(row, 3, 2);
        assertThat(row).containsExactly(9, -0.25f, 0.75f, 0, 0);
    }

    @Test
    void warmUpRunsEveryKernel() {
        assertThat(KernelWarmUp.run()).isFinite();
    }
}
