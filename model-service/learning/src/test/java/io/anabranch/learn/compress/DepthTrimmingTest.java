package io.anabranch.learn.compress;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.learn.gnn.FeatureRows;
import io.anabranch.learn.gnn.ForwardPass;
import io.anabranch.learn.gnn.MessageGraph;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.model.v1.ModelSpec;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class DepthTrimmingTest {

    private static final MessageGraph GRAPH = MessageGraph.ofEdges(
            4, new int[] {0, 1, 1, 3, 0}, new int[] {1, 2, 0, 2, 2}, new float[] {1, 1, 2, 1, 0.5f});
    private static final FeatureRows ROWS = new FeatureRows.Dense(
            4, 5, new float[] {1, 0, 2, -1, 0, 0.5f, 1, 0, 0, 3, 0, 0, 0, 1, 1, -2, 1, 0, 0, 0.25f});

    private static ModelTensors silent(ModelTensors tensors, int layer) {
        ModelTensors without = Models.with(
                tensors,
                WeightTensor.matrix("layer." + layer + ".neighbor", Models.WIDTH, Models.WIDTH, Models.filled(16, 0)));
        return Models.with(without, WeightTensor.vector("layer." + layer + ".bias", Models.filled(4, 0)));
    }

    @Test
    void lastLayersThatChangeNothingAreDroppedAndTheirReadoutsKept() {
        ModelSpec spec = Models.residual(4, true);
        ModelTensors tensors = silent(silent(Models.tensors(spec, 0.1f, 0.2f, -0.3f, 0.05f), 3), 4);
        double[] steps = DepthTrimming.steps(spec, tensors, GRAPH, ROWS);
        assertThat(steps).hasSize(4);
        assertThat(steps[0]).isGreaterThan(0.01);
        assertThat(steps[1]).isGreaterThan(0.01);
        assertThat(steps[2]).isZero();
        assertThat(steps[3]).isZero();

        Pruned trimmed = DepthTrimming.trim(spec, tensors, steps, DepthTrimming.THRESHOLD);

        assertThat(trimmed.removed()).containsExactly(Map.entry("layers", 2));
        assertThat(trimmed.spec().getLayersCount()).isEqualTo(2);
        assertThat(trimmed.spec().getStages(0).getLayers()).isEqualTo(2);
        float[] before =
                ForwardPass.of(spec, tensors).embeddingsOfEncoded(GRAPH, ROWS).toArray();
        float[] after = ForwardPass.of(trimmed.spec(), trimmed.tensors())
                .embeddingsOfEncoded(GRAPH, ROWS)
                .toArray();
        assertThat(after).hasSize(before.length);
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isCloseTo(before[i], Offset.offset(1e-5f));
        }
    }

    @Test
    void aSilentLayerBeforeOneThatSpeaksStays() {
        ModelSpec spec = Models.residual(3, false);
        ModelTensors tensors = silent(Models.tensors(spec, 0.1f, 0.2f, -0.3f, 0.05f), 2);
        double[] steps = DepthTrimming.steps(spec, tensors, GRAPH, ROWS);
        assertThat(steps[1]).isZero();
        assertThat(DepthTrimming.trim(spec, tensors, steps, DepthTrimming.THRESHOLD)
                        .removed())
                .isEmpty();
    }

    @Test
    void theFirstLayerOfAStageStays() {
        ModelSpec spec = Models.residual(2, false);
        ModelTensors tensors = silent(silent(Models.tensors(spec, 0.1f, 0.2f, -0.3f, 0.05f), 1), 2);
        double[] steps = DepthTrimming.steps(spec, tensors, GRAPH, ROWS);
        assertThat(steps).containsOnly(0);
        assertThat(DepthTrimming.trim(spec, tensors, steps, DepthTrimming.THRESHOLD)
                        .spec()
                        .getLayersCount())
                .isEqualTo(1);
    }
}
