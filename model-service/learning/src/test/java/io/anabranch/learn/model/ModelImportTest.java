package io.anabranch.learn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.HeadCombination;
import io.anabranch.model.v1.HeadKind;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelProvenance;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ModelImportTest {

    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(42), ZoneOffset.UTC);

    private static ModelSpec.Builder spec() {
        return ModelSpec.newBuilder()
                .setName("m")
                .setFeatureDimension(3)
                .setFeatureEncoding(FeatureEncoding.FEATURE_ENCODING_STANDARDIZED)
                .addLayers(Layer.newBuilder()
                        .setConvolution(Convolution.CONVOLUTION_GCN)
                        .setInputWidth(3)
                        .setOutputWidth(4)
                        .setActivation(Activation.ACTIVATION_RELU))
                .addLayers(Layer.newBuilder()
                        .setConvolution(Convolution.CONVOLUTION_SAGE_MEAN)
                        .setInputWidth(4)
                        .setOutputWidth(2))
                .addHeads(Head.newBuilder()
                        .setTask("t")
                        .setKind(HeadKind.HEAD_KIND_MULTI_CLASS)
                        .addAllClassNames(List.of("a", "b", "c")));
    }

    private static List<WeightTensor> tensors() {
        return new ArrayList<>(List.of(
                WeightTensor.vector("features.mean", new float[3]),
                WeightTensor.vector("features.scale", new float[] {1, 2, 3}),
                WeightTensor.matrix("layer.1.neighbor", 3, 4, new float[12]),
                WeightTensor.vector("layer.1.bias", new float[] {1, 2, 3, 4}),
                WeightTensor.matrix("layer.2.self", 4, 2, new float[8]),
                WeightTensor.matrix("layer.2.neighbor", 4, 2, new float[8]),
                WeightTensor.vector("layer.2.bias", new float[2]),
                WeightTensor.matrix("head.t.weight", 2, 3, new float[] {1, 2, 3, 4, 5, 6}),
                WeightTensor.vector("head.t.bias", new float[3])));
    }

    private static ModelSnapshot imported(ModelSpec.Builder spec, List<WeightTensor> tensors) {
        return ModelImport.read(spec.build(), new Safetensors(tensors, Map.of("from", "x")).toBytes(), "1", CLOCK);
    }

    @Test
    void importsAndExportsTheSameTensors() {
        ModelSnapshot model = imported(spec(), tensors());

        assertThat(model.getProvenance().getOrigin()).isEqualTo("imported");
        assertThat(model.getProvenance().getCreatedAtMs()).isEqualTo(42);
        assertThat(model.getProvenance().getHyperParametersMap()).containsEntry("from", "x");
        assertThat(ModelTensors.of(model).list()).containsExactlyInAnyOrderElementsOf(tensors());
        assertThat(Safetensors.parse(ModelImport.export(model)).tensors())
                .containsExactlyInAnyOrderElementsOf(tensors());
    }

    /** Attention of two heads averaged, a relational maximum, and a minimum. */
    private static ModelSpec.Builder servedOnly() {
        return ModelSpec.newBuilder()
                .setName("m")
                .setFeatureDimension(3)
                .addLayers(Layer.newBuilder()
                        .setConvolution(Convolution.CONVOLUTION_GAT)
                        .setInputWidth(3)
                        .setOutputWidth(4)
                        .setHeads(2)
                        .setHeadCombination(HeadCombination.HEAD_COMBINATION_AVERAGED)
                        .setNegativeSlope(0.1f))
                .addLayers(Layer.newBuilder()
                        .setConvolution(Convolution.CONVOLUTION_SAGE_MAX)
                        .setInputWidth(4)
                        .setOutputWidth(2)
                        .addRelations("pays")
                        .addRelations(""))
                .addLayers(Layer.newBuilder()
                        .setConvolution(Convolution.CONVOLUTION_SAGE_MIN)
                        .setInputWidth(2)
                        .setOutputWidth(2));
    }

    private static List<WeightTensor> servedOnlyTensors() {
        return new ArrayList<>(List.of(
                WeightTensor.matrix("layer.1.neighbor", 3, 8, new float[24]),
                WeightTensor.matrix("layer.1.attention_source", 2, 4, new float[8]),
                WeightTensor.matrix("layer.1.attention_target", 2, 4, new float[8]),
                WeightTensor.vector("layer.1.bias", new float[4]),
                WeightTensor.matrix("layer.2.self", 4, 2, new float[8]),
                WeightTensor.matrix("layer.2.neighbor.pays", 4, 2, new float[8]),
                WeightTensor.matrix("layer.2.neighbor", 4, 2, new float[8]),
                WeightTensor.vector("layer.2.bias", new float[2]),
                WeightTensor.matrix("layer.3.self", 2, 2, new float[4]),
                WeightTensor.matrix("layer.3.neighbor", 2, 2, new float[4]),
                WeightTensor.vector("layer.3.bias", new float[2])));
    }

    @Test
    void importsAttentionExtremaAndRelationsAsTheyAre() {
        ModelSnapshot model = imported(servedOnly(), servedOnlyTensors());

        assertThat(model.getSpec()).isEqualTo(servedOnly().build());
        assertThat(ModelTensors.of(model).list()).containsExactlyInAnyOrderElementsOf(servedOnlyTensors());
    }

    @Test
    void saysWhichTensorOfAnAttentionOrRelationIsMissing() {
        for (String name : List.of("layer.1.attention_target", "layer.2.neighbor.pays", "layer.2.neighbor")) {
            List<WeightTensor> without = servedOnlyTensors();
            without.removeIf(tensor -> tensor.name().equals(name));
            assertThatThrownBy(() -> imported(servedOnly(), without))
                    .isInstanceOf(InvalidModelException.class)
                    .hasMessageContaining("needs a tensor (" + name + ")");
        }
    }

    @Test
    void refusesWhatAKindOfLayerDoesNotHave() {
        refusedLayer(
                0, layer -> layer.addRelations("pays"), "layer (1) is CONVOLUTION_GAT, which has one set of weights");
        refusedLayer(0, layer -> layer.setHeads(-1), "layer (1) has (4294967295) heads");
        refusedLayer(
                0,
                layer -> layer.clearHeadCombination().setHeads(3),
                "The (3) heads of layer (1) must divide its output width (4)");
        refusedLayer(0, layer -> layer.setHeadCombinationValue(9), "head combination (9) of layer (1)");
        refusedLayer(0, layer -> layer.setNegativeSlope(-0.1f), "negative slope (-0.1) of layer (1)");
        refusedLayer(1, layer -> layer.addRelations("pays"), "layer (2) lists the relation (pays) twice");
        refusedLayer(
                1,
                layer -> layer.setConvolution(Convolution.CONVOLUTION_GCN),
                "layer (2) is CONVOLUTION_GCN, which has one set of weights");
        refusedLayer(2, layer -> layer.setHeads(2), "layer (3) is CONVOLUTION_SAGE_MIN and cannot have heads");
        refusedLayer(2, layer -> layer.setNegativeSlope(0), "only CONVOLUTION_GAT has them");
    }

    private static void refusedLayer(int index, Consumer<Layer.Builder> change, String message) {
        ModelSpec.Builder spec = servedOnly();
        change.accept(spec.getLayersBuilder(index));
        assertThatThrownBy(() -> imported(spec, servedOnlyTensors()))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(message);
    }

    @Test
    void fillsAbsentBiasesWithZeros() {
        List<WeightTensor> without = tensors();
        without.removeIf(tensor -> tensor.name().endsWith(".bias"));

        ModelTensors completed = ModelTensors.of(imported(spec(), without));

        assertThat(completed.get("layer.1.bias")).isEqualTo(WeightTensor.vector("layer.1.bias", new float[4]));
        assertThat(completed.get("head.t.bias")).isEqualTo(WeightTensor.vector("head.t.bias", new float[3]));
    }

    @Test
    void stampsVersionAndOffsets() {
        ModelSnapshot stamped = ModelWriter.stamped(imported(spec(), tensors()), 7, List.of(1L, 2L));

        assertThat(stamped.getVersion()).isEqualTo(7);
        assertThat(stamped.getProvenance().getGraphOffsetsList()).containsExactly(1L, 2L);
        ModelWriter.requireValid(stamped);
        assertThatThrownBy(() -> ModelWriter.stamped(stamped, 0, List.of())).hasMessageContaining("(0)");
    }

    @Test
    void refusesMissingForeignAndMisshapenTensors() {
        refused(with(t -> t.name().equals("layer.2.self") ? null : t), "needs a tensor (layer.2.self)");
        refused(with(t -> t.name().equals("features.scale") ? null : t), "needs a tensor (features.scale)");
        refused(
                with(t -> t.name().equals("layer.1.neighbor")
                        ? WeightTensor.matrix("layer.1.neighbor", 4, 3, new float[12])
                        : t),
                "Maybe it is transposed");
        refused(with(t -> t.name().equals("head.t.weight") ? null : t), "(head.t.weight) is missing");
        refused(
                with(t -> t.name().equals("head.t.weight")
                        ? WeightTensor.matrix("head.t.weight", 2, 5, new float[10])
                        : t.name().equals("head.t.bias") ? WeightTensor.vector("head.t.bias", new float[5]) : t),
                "(5) logits and needs (3)");
        List<WeightTensor> more = tensors();
        more.add(WeightTensor.vector("layer.1.self", new float[1]));
        refused(more, "no place for tensor (layer.1.self)");
        refused(
                with(t -> t.name().equals("layer.1.bias")
                        ? WeightTensor.vector("layer.1.bias", new float[] {0, 0, Float.NaN, 0})
                        : t),
                "The value (NaN) at (2) of tensor (layer.1.bias)");
    }

    @Test
    void refusesInconsistentSpecs() {
        refusedSpec(spec().setName(" "), "must name its model");
        refusedSpec(spec().setFeatureDimension(0), "feature dimension (0)");
        refusedSpec(spec().setFeatureDimension(-1), "feature dimension (4294967295)");
        refusedSpec(spec().clearLayers(), "must have a layer");
        refusedSpec(spec().setFeatureDimension(9), "layer (1) reads (3) values but is given (9)");
        refusedSpec(spec().setFeatureEncodingValue(99), "feature encoding (99)");
        refusedSpec(spec().setDepthConnectionValue(99), "depth connection (99)");
        ModelSpec.Builder unknownLayer = spec();
        unknownLayer.getLayersBuilder(1).setConvolutionValue(77);
        refusedSpec(unknownLayer, "convolution (77) of layer (2)");
        ModelSpec.Builder noWidth = spec();
        noWidth.getLayersBuilder(1).setOutputWidth(0);
        refusedSpec(noWidth, "output width (0) of layer (2)");
        refusedSpec(spec().addHeads(spec().getHeads(0)), "two heads for task (t)");
        ModelSpec.Builder noClasses = spec();
        noClasses.getHeadsBuilder(0).clearClassNames();
        refusedSpec(noClasses, "(0) class names");
        ModelSpec.Builder sameClasses = spec();
        sameClasses.getHeadsBuilder(0).setClassNames(1, "a");
        refusedSpec(sameClasses, "must be different");
    }

    @Test
    void refusesTensorDataThatDoesNotFitItsShape() {
        ModelSnapshot.Builder model = imported(spec(), tensors()).toBuilder();
        model.getTensorsBuilder(0).setShape(0, 4);

        assertThatThrownBy(() -> ModelWriter.requireValid(model.build())).hasMessageContaining("bytes of data");
    }

    @Test
    void writesNothingThatDoesNotFit() {
        assertThatThrownBy(() -> ModelWriter.write(
                        spec().build(), tensors().subList(0, 3), ModelProvenance.getDefaultInstance()))
                .isInstanceOf(InvalidModelException.class);
    }

    private static List<WeightTensor> with(Function<WeightTensor, @Nullable WeightTensor> change) {
        List<WeightTensor> changed = new ArrayList<>();
        for (WeightTensor tensor : tensors()) {
            WeightTensor replacement = change.apply(tensor);
            if (replacement != null) {
                changed.add(replacement);
            }
        }
        return changed;
    }

    private static void refused(List<WeightTensor> tensors, String message) {
        assertThatThrownBy(() -> imported(spec(), tensors))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(message);
    }

    private static void refusedSpec(ModelSpec.Builder spec, String message) {
        assertThatThrownBy(() -> imported(spec, tensors()))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(message);
    }
}
