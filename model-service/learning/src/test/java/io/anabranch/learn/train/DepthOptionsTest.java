package io.anabranch.learn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.Part;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.learn.depth.FeatureFlow;
import io.anabranch.learn.gnn.TrainableLayers;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Readout;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class DepthOptionsTest {

    private static TrainingOptions.Builder options(DepthOptions depth) {
        return TrainerTest.options().layers(4).maxEpochs(60).depth(depth);
    }

    @ParameterizedTest
    @EnumSource(
            value = DepthConnection.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"DEPTH_CONNECTION_UNSPECIFIED", "UNRECOGNIZED"})
    void everyConnectionLearns(DepthConnection connection) {
        GraphSnapshot graph = ToyGraphs.communities(3);
        for (Readout readout : List.of(Readout.READOUT_LAST, Readout.READOUT_ALL_HOPS)) {
            TrainingResult result = TrainerTest.train(
                    graph,
                    "",
                    options(DepthOptions.of(connection).with(readout)).build());

            assertThat(result.report().metric(Part.TEST, "accuracy"))
                    .as("%s, %s", connection, readout)
                    .isGreaterThan(0.8);
            assertThat(result.model().getSpec().getDepthConnection()).isEqualTo(connection);
            assertThat(result.model().getProvenance().getHyperParametersMap())
                    .containsEntry("depth_connection", connection.name())
                    .containsEntry("readout", readout.name());
        }
    }

    static Stream<Convolution> convolutions() {
        return TrainableLayers.CONVOLUTIONS.stream();
    }

    @ParameterizedTest
    @MethodSource("convolutions")
    void everyConvolutionLearnsWithMomentum(Convolution convolution) {
        TrainingResult result = TrainerTest.train(
                ToyGraphs.communities(4),
                "",
                options(DepthOptions.of(DepthConnection.DEPTH_CONNECTION_MOMENTUM))
                        .convolution(convolution)
                        .build());

        assertThat(result.report().metric(Part.TEST, "accuracy")).isGreaterThan(0.8);
    }

    @Test
    void storedActivationsGiveTheSameModel() {
        GraphSnapshot graph = ToyGraphs.communities(5);
        DepthOptions depth = DepthOptions.of(DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE);
        TrainingOptions.Builder options = options(depth).dropout(0).maxEpochs(5);

        List<Double> without =
                TrainerTest.train(graph, "", options.build()).report().trainLoss();
        List<Double> stored = TrainerTest.train(
                        graph,
                        "",
                        options.depth(depth.withStoredActivations(true)).build())
                .report()
                .trainLoss();

        for (int i = 0; i < stored.size(); i++) {
            assertThat(without.get(i)).isCloseTo(stored.get(i), within(1e-4));
        }
    }

    @Test
    void stagesShareOutTheLayers() {
        DepthOptions depth = DepthOptions.of(DepthConnection.DEPTH_CONNECTION_MOMENTUM)
                .withStageWidths(List.of(8, 6, 4))
                .withLearnedHiddenStart(true)
                .withFeatureFlow(FeatureFlow.of(1e-4));
        ModelSpec spec = TrainerTest.train(
                        ToyGraphs.communities(6),
                        "",
                        options(depth).maxEpochs(2).build())
                .model()
                .getSpec();

        assertThat(spec.getStagesList().stream().map(stage -> stage.getLayers()).toList())
                .containsExactly(2, 1, 1);
        assertThat(spec.getStagesList().stream().map(stage -> stage.getWidth()).toList())
                .containsExactly(8, 6, 4);
        assertThat(spec.getReadout()).isEqualTo(Readout.READOUT_ALL_HOPS);
    }

    @Test
    void shallowPlainModelsReadTheLastLayer() {
        assertThat(DepthOptions.PLAIN.allHops(2)).isFalse();
        assertThat(DepthOptions.PLAIN.allHops(3)).isTrue();
        assertThat(DepthOptions.of(DepthConnection.DEPTH_CONNECTION_GRU).allHops(1))
                .isTrue();
        assertThat(DepthOptions.PLAIN.with(Readout.READOUT_LAST).allHops(9)).isFalse();
    }

    @Test
    void refusesWhatIsNotAllowed() {
        assertThatThrownBy(() -> DepthOptions.PLAIN.withMomentum(1))
                .hasMessageContaining("(momentum) cannot be (1.0); allowed: 0 or more, less than 1");
        assertThatThrownBy(() -> DepthOptions.PLAIN.withMaxForget(0))
                .hasMessageContaining("(max forget) cannot be (0.0); allowed: more than 0, at most 1");
        assertThatThrownBy(() -> DepthOptions.PLAIN.withStageWidths(List.of(3)))
                .hasMessageContaining("(stage widths) cannot be ([3]); allowed: none with DEPTH_CONNECTION_PLAIN");
        assertThatThrownBy(() -> DepthOptions.of(DepthConnection.UNRECOGNIZED))
                .hasMessageContaining("(depth connection) cannot be (UNRECOGNIZED)");
    }
}
