package io.anabranch.serve.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.graph.hag.choice.PlanPolicy;
import io.anabranch.learn.depth.FeatureFlow;
import io.anabranch.learn.train.HistoryOptions;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.HistoryCell;
import io.anabranch.model.v1.Readout;
import io.anabranch.v1.DepthOptions;
import io.anabranch.v1.StartTrainingRequest;
import io.anabranch.v1.TrainingOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrderReaderTest {

    private static int layers(TrainingOptions.Builder options) {
        return OrderReader.read(
                        StartTrainingRequest.newBuilder().setOptions(options).build(), PlanPolicy.DIRECT)
                .options()
                .layers();
    }

    @Test
    void theShareToPruneReadsLikeItsFloat() {
        TrainingOptions options = TrainingOptions.newBuilder().setPrune(0.6f).build();
        assertThat(OrderReader.read(
                                StartTrainingRequest.newBuilder()
                                        .setOptions(options)
                                        .build(),
                                PlanPolicy.DIRECT)
                        .options()
                        .prune())
                .isEqualTo(0.6);
    }

    @Test
    void layersAreGivenOrLeftToAProbeOrTheDefault() {
        assertThat(layers(TrainingOptions.newBuilder())).isEqualTo(2);
        assertThat(layers(TrainingOptions.newBuilder().setLayers(3))).isEqualTo(3);
        assertThat(layers(TrainingOptions.newBuilder().setAutoLayers(true)))
                .isEqualTo(io.anabranch.learn.train.TrainingOptions.AUTO);
        assertThatThrownBy(
                        () -> layers(TrainingOptions.newBuilder().setLayers(3).setAutoLayers(true)))
                .hasMessageContaining("Is 3, but auto_layers leaves it to a probe.");
    }

    private static io.anabranch.learn.train.DepthOptions depth(DepthOptions.Builder depth) {
        return OrderReader.read(
                        StartTrainingRequest.newBuilder()
                                .setOptions(TrainingOptions.newBuilder().setDepth(depth))
                                .build(),
                        PlanPolicy.DIRECT)
                .options()
                .depth();
    }

    @Test
    void depthIsReadFieldByField() {
        assertThat(depth(DepthOptions.newBuilder())).isEqualTo(io.anabranch.learn.train.DepthOptions.PLAIN);
        assertThat(depth(DepthOptions.newBuilder()
                        .setConnection(DepthConnection.DEPTH_CONNECTION_MOMENTUM)
                        .setReadout(Readout.READOUT_LAST)
                        .addStageWidths(7)
                        .addStageWidths(5)
                        .setMomentum(0.99f)
                        .setLearnedHiddenStart(true)
                        .setStoredActivations(true)
                        .setFeatureFlow(io.anabranch.v1.FeatureFlow.newBuilder()
                                .setLength(0.1f)
                                .setCurvature(0.2f)
                                .setAngle(true))))
                .isEqualTo(io.anabranch.learn.train.DepthOptions.of(DepthConnection.DEPTH_CONNECTION_MOMENTUM)
                        .with(Readout.READOUT_LAST)
                        .withStageWidths(List.of(7, 5))
                        .withMomentum(0.99)
                        .withLearnedHiddenStart(true)
                        .withStoredActivations(true)
                        .withFeatureFlow(new FeatureFlow(0.1, 0.2, FeatureFlow.Bend.ANGLE)));
        assertThat(depth(DepthOptions.newBuilder()
                        .setConnection(DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE)
                        .setMaxForget(0.75f)
                        .setSharedCell(false)))
                .isEqualTo(io.anabranch.learn.train.DepthOptions.of(DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE)
                        .withMaxForget(0.75)
                        .withSharedCell(false));
    }

    @Test
    void whatAConnectionHasNoUseForIsRefused() {
        assertThatThrownBy(() -> depth(DepthOptions.newBuilder().setMomentum(0.5f)))
                .hasMessageContaining("Is for DEPTH_CONNECTION_MOMENTUM, not for DEPTH_CONNECTION_PLAIN.");
        assertThatThrownBy(() -> depth(DepthOptions.newBuilder()
                        .setConnection(DepthConnection.DEPTH_CONNECTION_RESIDUAL)
                        .setSharedCell(true)))
                .hasMessageContaining("Is for DEPTH_CONNECTION_GRU, DEPTH_CONNECTION_LSTM");
        assertThatThrownBy(() -> depth(DepthOptions.newBuilder()
                        .setFeatureFlow(io.anabranch.v1.FeatureFlow.newBuilder().setLength(-1))))
                .hasMessageContaining("(length)");
    }

    private static HistoryOptions history(io.anabranch.v1.HistoryOptions.Builder history) {
        return OrderReader.read(
                        StartTrainingRequest.newBuilder()
                                .setOptions(TrainingOptions.newBuilder().setHistory(history))
                                .build(),
                        PlanPolicy.DIRECT)
                .options()
                .history();
    }

    @Test
    void historiesAreReadFieldByFieldWhereACellIsNamed() {
        var gru = io.anabranch.v1.HistoryOptions.newBuilder().setCell(HistoryCell.HISTORY_CELL_REVERSIBLE_GRU);

        assertThat(history(io.anabranch.v1.HistoryOptions.newBuilder())).isEqualTo(HistoryOptions.NONE);
        assertThat(history(gru.clone()))
                .isEqualTo(new HistoryOptions(HistoryCell.HISTORY_CELL_REVERSIBLE_GRU, 32, 3, 16, 0));
        assertThat(history(gru.clone()
                        .setWidth(8)
                        .setForgetBits(0)
                        .setIdentityWidth(0)
                        .setNoise(0.1f)))
                .isEqualTo(new HistoryOptions(HistoryCell.HISTORY_CELL_REVERSIBLE_GRU, 8, 0, 0, 0.1));
        assertThatThrownBy(() ->
                        history(io.anabranch.v1.HistoryOptions.newBuilder().setWidth(8)))
                .hasMessageContaining("Is missing, but other fields say how it is to be.");
        assertThatThrownBy(() -> history(gru.clone().setCellValue(9))).hasMessageContaining("Is 9");
        assertThatThrownBy(() -> history(gru.clone().setWidth(7)))
                .hasMessageContaining("(history width) cannot be (7)");
    }
}
