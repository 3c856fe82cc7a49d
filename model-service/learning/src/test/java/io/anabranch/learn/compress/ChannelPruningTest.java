package io.anabranch.learn.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.model.v1.ModelSpec;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChannelPruningTest {

    private static final GraphSize GRAPH = new GraphSize(100, 400, Models.FEATURES);

    @Test
    void channelsBelowTheThresholdGo() {
        ModelSpec spec = Models.residual(2, false);
        ModelTensors tensors = Models.tensors(spec, 1, 0.005f, -2, 0.1f);
        assertThat(ChannelPruning.below(spec, tensors, 0.01).removed()).containsExactly(Map.entry("stage.1", 1));
        Pruned two = ChannelPruning.below(spec, tensors, 0.06);
        assertThat(two.removed()).containsExactly(Map.entry("stage.1", 2));
        assertThat(two.spec().getStages(0).getWidth()).isEqualTo(2);
        assertThat(two.spec().getLayersList())
                .allMatch(layer -> layer.getInputWidth() == 2 && layer.getOutputWidth() == 2);
        assertThat(two.tensors().get("layer.1.neighbor"))
                .isEqualTo(WeightTensor.matrix("layer.1.neighbor", 2, 2, new float[] {1, -2, 1, -2}));
        assertThat(two.tensors().get("stage.1.entry").shape()).containsExactly(Models.FEATURES, 2);
        assertThat(two.tensors().get("head.t.weight").shape()).containsExactly(2, 1);
        assertThat(ChannelPruning.below(spec, tensors, 0).removed()).isEmpty();
    }

    @Test
    void aChannelThatOneWriterNeedsStays() {
        ModelSpec spec = Models.residual(2, false);
        ModelTensors tensors = Models.tensors(spec, 1, 0, 2, 1);
        assertThat(ChannelPruning.below(spec, tensors, 0.01).removed()).containsKey("stage.1");
        ModelTensors biased = Models.with(tensors, WeightTensor.vector("layer.2.bias", new float[] {1, 0.5f, 2, 1}));
        assertThat(ChannelPruning.below(spec, biased, 0.01).removed()).isEmpty();
    }

    @Test
    void oneChannelAlwaysStays() {
        ModelSpec spec = Models.residual(1, true);
        Pruned pruned = ChannelPruning.below(spec, Models.tensors(spec, 0, 0, 0, 0), 1);
        assertThat(pruned.spec().getStages(0).getWidth()).isEqualTo(1);
        assertThat(pruned.spec().getReadoutWidth()).isEqualTo(3);
    }

    @Test
    void logitsAreNoChannels() {
        ModelSpec spec = Models.residual(1, false).toBuilder().clearHeads().build();
        assertThat(ChannelPruning.below(spec, Models.tensors(spec, 0, 0, 1, 1), 0.5)
                        .removed())
                .isEmpty();
    }

    @Test
    void theBudgetIsMetByTheFaintestChannels() {
        ModelSpec spec = Models.residual(2, false);
        ModelTensors tensors = Models.tensors(spec, 1, 0.4f, 2, 0.5f);
        ModelCost before = ModelCost.of(spec, tensors, GRAPH);
        for (double share : new double[] {0.1, 0.4, 0.6}) {
            Pruned pruned = ChannelPruning.toBudget(spec, tensors, share, GRAPH);
            ModelCost after = ModelCost.of(pruned.spec(), pruned.tensors(), GRAPH);
            assertThat(after.removedOf(before)).isGreaterThanOrEqualTo(share);
        }
        assertThat(ChannelPruning.toBudget(spec, tensors, 0.4, GRAPH).tensors().get("layer.1.bias"))
                .isEqualTo(WeightTensor.vector("layer.1.bias", new float[] {1, 2}));
    }

    @Test
    void refusesWhatIsNoShare() {
        ModelSpec spec = Models.residual(1, false);
        ModelTensors tensors = Models.tensors(spec, 1, 1, 1, 1);
        assertThatThrownBy(() -> ChannelPruning.below(spec, tensors, 1.5))
                .hasMessage("The threshold (1.5) of pruning must be from 0 to 1.");
        assertThatThrownBy(() -> ChannelPruning.toBudget(spec, tensors, 0, GRAPH))
                .hasMessage("The share (0.0) of pruning must be more than 0 and less than 1.");
    }

    /** Five features, two layers of width 4, by hand. */
    @Test
    void costIsThatOfTheFormula() {
        ModelSpec spec = Models.residual(2, false);
        ModelCost cost = ModelCost.of(spec, Models.tensors(spec, 1, 1, 1, 1), new GraphSize(100, 400, 2.5));
        assertThat(cost.parameters()).isEqualTo((5 * 4 + 4) + 2 * (4 * 4 + 4) + (4 + 1));
        assertThat(cost.bytes()).isEqualTo(4 * cost.parameters());
        double perVertex = 2 * (2.5 * 4 + 2 * 4 * 4 + 4);
        double perEdge = 2 * 2 * 4;
        assertThat(cost.flops()).isEqualTo(100 * perVertex + 400 * perEdge);
    }
}
