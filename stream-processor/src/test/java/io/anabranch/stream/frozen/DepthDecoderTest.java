package io.anabranch.stream.frozen;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.HiddenStart;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Readout;
import io.anabranch.model.v1.Stage;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Features of 3, a stage of 2 layers of width 4 and one of 1 layer of width 5, whose output is 5 wide. */
class DepthDecoderTest {
    private static final DepthConnection RESIDUAL = DepthConnection.DEPTH_CONNECTION_RESIDUAL;
    private static final DepthConnection MOMENTUM = DepthConnection.DEPTH_CONNECTION_MOMENTUM;
    private static final DepthConnection GRU = DepthConnection.DEPTH_CONNECTION_GRU;
    private static final DepthConnection LSTM = DepthConnection.DEPTH_CONNECTION_LSTM;
    private static final DepthConnection GATE = DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE;

    private static ModelSnapshot good(DepthConnection connection) {
        var stage = Stage.newBuilder().setLayers(2).setWidth(4).setEntryActivation(Activation.ACTIVATION_ELU);
        switch (connection) {
            case DEPTH_CONNECTION_MOMENTUM -> stage.setMomentum(0.9f);
            case DEPTH_CONNECTION_REVERSIBLE_GATE -> stage.setMaxForget(0.875f);
            default -> {}
        }
        var spec = ModelSpec.newBuilder()
                .setName("deep")
                .setFeatureDimension(3)
                .setDepthConnection(connection)
                .addLayers(gcn(4, 4))
                .addLayers(gcn(4, 4))
                .addLayers(gcn(5, 5))
                .addStages(stage)
                .addStages(stage.clone().setLayers(1).setWidth(5));
        return Snapshots.filled(1, spec.build(), new SplittableRandom(1));
    }

    private static Layer gcn(int in, int out) {
        return Layer.newBuilder()
                .setConvolution(Convolution.CONVOLUTION_GCN)
                .setInputWidth(in)
                .setOutputWidth(out)
                .build();
    }

    @Test
    void widthsAreThoseOfTheStages() throws InvalidModelException {
        for (var connection : new DepthConnection[] {RESIDUAL, MOMENTUM, GRU, LSTM, GATE}) {
            var model = FrozenModel.decode(good(connection));
            // Level 2 is the border: the next stage's entry makes its rows.
            assertThat(new int[] {model.width(0), model.width(1), model.width(2), model.width(3)})
                    .containsExactly(4, 4, 5, 5);
            assertThat(model.embeddingWidth()).isEqualTo(5);
            assertThat(level(model, 0).hasHidden()).isEqualTo(connection != RESIDUAL && connection != GRU);
            assertThat(level(model, 2).entry()).isNotNull();
            assertThat(level(model, 3).entry()).isNull();
        }
    }

    private static LevelMap level(FrozenModel model, int l) {
        return requireNonNull(model.level(l));
    }

    @Test
    void anEmbeddingOfAllHopsHasTheReadoutsWidth() throws InvalidModelException {
        var spec = good(GRU).getSpec().toBuilder()
                .setReadout(Readout.READOUT_ALL_HOPS)
                .setReadoutWidth(9)
                .build();
        var model = FrozenModel.decode(Snapshots.filled(1, spec, new SplittableRandom(1)));
        assertThat(model.embeddingWidth()).isEqualTo(9);
        assertThat(requireNonNull(model.readout()).map(2).inputWidth()).isEqualTo(5);
    }

    @Test
    void namesStagesThatDoNotFit() {
        assertInvalid(
                RESIDUAL,
                b -> b.clearStages(),
                "it has no stages, but its depth connection is DEPTH_CONNECTION_RESIDUAL");
        assertInvalid(
                RESIDUAL,
                b -> b.clearDepthConnection(),
                "it has 2 stages, but its depth connection is DEPTH_CONNECTION_PLAIN, which has none");
        assertInvalid(RESIDUAL, b -> stage(b).setLayers(3), "its stages have 4 layers in all, but it has 3");
        assertInvalid(RESIDUAL, b -> stage(b).setLayers(-1), "stage 1 has 4294967295 layers");
        assertInvalid(RESIDUAL, b -> stage(b).setLayers(0), "stage 1 has 0 layers, but at least 1 is needed");
        assertInvalid(RESIDUAL, b -> stage(b).setWidth(0), "the width of stage 1 (0) must be in 1..");
        assertInvalid(RESIDUAL, b -> stage(b).setWidth(-1), "the width of stage 1 (4294967295) must be in 1..");
        assertInvalid(RESIDUAL, b -> stage(b).setWidth(6), "the tensor stage.1.entry has shape [3, 4], but [3, 6]");
        assertInvalid(
                RESIDUAL,
                b -> b.getLayersBuilder(2).setInputWidth(4),
                "layer 3 takes 4 numbers, but its stage (2) is 5 wide");
        assertInvalid(
                RESIDUAL,
                b -> b.getLayersBuilder(1).setOutputWidth(6),
                "the tensor layer.2.neighbor has shape [4, 4], but [4, 6] is needed");
        assertInvalid(
                RESIDUAL,
                b -> stage(b).setEntryActivationValue(77),
                "activation of the entry of stage 1 (77) is unknown");
    }

    @Test
    void namesLayersThatAreNotAsWideAsTheirStage() {
        var wide = good(RESIDUAL).getSpec().toBuilder();
        wide.getLayersBuilder(1).setOutputWidth(6);
        for (var connection : new DepthConnection[] {RESIDUAL, MOMENTUM}) {
            assertThatThrownBy(() -> decode(wide.setDepthConnection(connection)))
                    .hasMessageContaining("layer 2 gives 6 numbers, but its stage (1) is 4 wide");
        }
        wide.setDepthConnection(LSTM);
        assertThat(Snapshots.frozen(Snapshots.filled(1, wide.build(), new SplittableRandom(1)))
                        .width(3))
                .isEqualTo(5);
        wide.getStagesBuilder(0).setSharedCell(true);
        assertThatThrownBy(() -> decode(wide)).hasMessageContaining("its layers share one cell");
    }

    private static FrozenModel decode(ModelSpec.Builder spec) throws InvalidModelException {
        return FrozenModel.decode(Snapshots.filled(1, spec.build(), new SplittableRandom(1)));
    }

    @Test
    void namesWhatAConnectionDoesNotHave() {
        for (float momentum : new float[] {-0.1f, 1, 2, Float.NaN}) {
            assertInvalid(
                    MOMENTUM,
                    b -> stage(b).setMomentum(momentum),
                    "the momentum of stage 1 (%s) must be from 0 to less than 1".formatted(momentum));
        }
        for (float share : new float[] {0, -0.5f, 1.1f, Float.NaN}) {
            assertInvalid(
                    GATE,
                    b -> stage(b).setMaxForget(share),
                    "max_forget of stage 1 (%s) must be more than 0 and at most 1".formatted(share));
        }
        for (var connection : new DepthConnection[] {RESIDUAL, GRU, LSTM, GATE}) {
            assertInvalid(
                    connection,
                    b -> stage(b).setMomentum(0.5f),
                    "stage 1 has a momentum (0.5), but the depth connection is " + connection);
        }
        for (var connection : new DepthConnection[] {RESIDUAL, GRU, LSTM, MOMENTUM}) {
            assertInvalid(connection, b -> stage(b).setMaxForget(0.5f), "stage 1 has a max_forget (0.5)");
        }
        for (var connection : new DepthConnection[] {RESIDUAL, GRU, LSTM}) {
            assertInvalid(
                    connection,
                    b -> stage(b).setHiddenStart(HiddenStart.HIDDEN_START_ZERO),
                    "stage 1 has a hidden_start, but the depth connection is " + connection);
        }
        for (var connection : new DepthConnection[] {RESIDUAL, MOMENTUM}) {
            assertInvalid(connection, b -> stage(b).setSharedCell(true), "stage 1 has a shared cell");
        }
        assertInvalid(MOMENTUM, b -> stage(b).setHiddenStartValue(9), "hidden_start of stage 1 (9) is unknown");
    }

    @Test
    void namesTensorsThatAreMissing() {
        missing(RESIDUAL, "stage.2.entry_bias");
        missing(GRU, "layer.2.cell.recurrent");
        missing(GRU, "stage.2.cell.input");
        missing(LSTM, "stage.1.cell.bias");
        missing(GATE, "layer.3.cell.bias");
        assertInvalid(
                MOMENTUM,
                b -> stage(b).setHiddenStart(HiddenStart.HIDDEN_START_LEARNED),
                "the tensor stage.1.hidden is missing");
        assertInvalid(GATE, b -> stage(b).setSharedCell(true), "the tensor stage.1.cell.input is missing");
        assertInvalid(
                LSTM,
                b -> b.setDepthConnection(GRU),
                "the tensor stage.1.cell.input has shape [4, 16], but [4, 12] is needed");
    }

    @Test
    void namesReadoutsThatDoNotFit() {
        assertInvalid(GRU, b -> b.setReadoutWidth(3), "the readout is the last row, but has a width (3)");
        assertInvalid(GRU, b -> b.setReadout(Readout.READOUT_ALL_HOPS), "the width of the readout (0) must be in 1..");
        assertInvalid(
                GRU,
                b -> b.setReadout(Readout.READOUT_ALL_HOPS).setReadoutWidth(3),
                "the tensor readout.bias is missing");
        assertInvalid(GRU, b -> b.setReadoutValue(5), "the readout (5) is unknown");
    }

    @Test
    void namesInnerWidthsThatDoNotFit() {
        assertInvalid(
                RESIDUAL,
                b -> b.getLayersBuilder(0).setInnerWidth(4),
                "layer 1 is CONVOLUTION_GCN, but has an inner width, which only CONVOLUTION_GIN and CONVOLUTION_SAGE_POOL have");
        for (var convolution : new Convolution[] {Convolution.CONVOLUTION_GIN, Convolution.CONVOLUTION_SAGE_POOL}) {
            assertInvalid(
                    RESIDUAL,
                    b -> b.getLayersBuilder(0).setConvolution(convolution),
                    "the inner width of layer 1 (0) must be in 1..");
            assertInvalid(
                    RESIDUAL,
                    b -> b.getLayersBuilder(0)
                            .setConvolution(convolution)
                            .setInnerWidth(4)
                            .addRelations("pays"),
                    "lists relations");
        }
        assertInvalid(
                RESIDUAL,
                b -> b.getLayersBuilder(0)
                        .setConvolution(Convolution.CONVOLUTION_GIN)
                        .setInnerWidth(4),
                "the tensor layer.1.epsilon is missing");
        assertInvalid(
                RESIDUAL,
                b -> b.getLayersBuilder(0)
                        .setConvolution(Convolution.CONVOLUTION_SAGE_POOL)
                        .setInnerWidth(4),
                "the tensor layer.1.pool is missing");
    }

    private static Stage.Builder stage(ModelSpec.Builder spec) {
        return spec.getStagesBuilder(0);
    }

    private static void missing(DepthConnection connection, String name) {
        var model = good(connection).toBuilder();
        for (int i = 0; i < model.getTensorsCount(); i++) {
            if (model.getTensors(i).getName().equals(name)) {
                model.removeTensors(i);
                assertThatThrownBy(() -> FrozenModel.decode(model.build()))
                        .isInstanceOf(InvalidModelException.class)
                        .hasMessageContaining("the tensor %s is missing", name);
                return;
            }
        }
        throw new AssertionError(name);
    }

    private static void assertInvalid(DepthConnection connection, Consumer<ModelSpec.Builder> breaker, String message) {
        var model = good(connection).toBuilder();
        breaker.accept(model.getSpecBuilder());
        assertThatThrownBy(() -> FrozenModel.decode(model.build()))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("The model (deep, version 1) can't be served")
                .hasMessageContaining(message);
    }
}
