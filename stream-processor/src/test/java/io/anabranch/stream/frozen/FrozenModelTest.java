package io.anabranch.stream.frozen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.HeadCombination;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class FrozenModelTest {
    private final ModelSnapshot good = Snapshots.random(
            7,
            Convolution.CONVOLUTION_SAGE_MEAN,
            FeatureEncoding.FEATURE_ENCODING_STANDARDIZED,
            new SplittableRandom(1),
            3,
            5,
            2);

    @Test
    void decodesWhatItIsGiven() throws InvalidModelException {
        var model = FrozenModel.decode(good);
        assertThat(model.version()).isEqualTo(7);
        assertThat(model.layers()).isEqualTo(2);
        assertThat(new int[] {model.width(0), model.width(1), model.embeddingWidth()})
                .containsExactly(3, 5, 2);
        assertThat(model.layer(1).aggregation()).isEqualTo(Aggregation.MEAN);
        assertThat(model.layer(1).activation()).isEqualTo(Activation.RELU);
        assertThat(model.layer(2).activation()).isEqualTo(Activation.IDENTITY);
        var self = good.getTensorsList().stream()
                .filter(t -> t.getName().equals("layer.1.self"))
                .findFirst()
                .orElseThrow();
        float last = self.getData()
                .asReadOnlyByteBuffer()
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getFloat(14 * Float.BYTES);
        assertThat(model.layer(1).selfWeight(2, 4)).isEqualTo(last);
    }

    @Test
    void namesWhatIsWrong() {
        assertInvalid(b -> b.setVersion(0), "version must be positive");
        assertInvalid(b -> b.getSpecBuilder().clearLayers(), "it has no layers");
        assertInvalid(b -> b.getSpecBuilder().setFeatureDimension(0), "width of features (0)");
        assertInvalid(b -> b.removeTensors(indexOf("layer.2.bias")), "the tensor layer.2.bias is missing");
        assertInvalid(b -> b.removeTensors(indexOf("features.scale")), "the tensor features.scale is missing");
        assertInvalid(
                b -> b.getTensorsBuilder(indexOf("layer.1.neighbor"))
                        .clearShape()
                        .addShape(5)
                        .addShape(3),
                "the tensor layer.1.neighbor has shape [5, 3], but [3, 5] is needed");
        assertInvalid(
                b -> b.getTensorsBuilder(indexOf("layer.1.neighbor")).setData(com.google.protobuf.ByteString.EMPTY),
                "the tensor layer.1.neighbor has 0 bytes");
        assertInvalid(
                b -> b.setTensors(
                        indexOf("layer.1.bias"),
                        Snapshots.tensor("layer.1.bias", new float[] {1, 2, Float.NaN, 4, 5}, 5)),
                "the tensor layer.1.bias holds NaN");
        assertInvalid(b -> b.addTensors(b.getTensors(0)), "is there twice");
        assertInvalid(
                b -> b.getSpecBuilder().getLayersBuilder(1).setInputWidth(4),
                "layer 2 takes 4 numbers, but the one before gives 5");
        assertInvalid(
                b -> b.getSpecBuilder().getLayersBuilder(0).setConvolutionValue(99),
                "convolution of layer 1 (99) is unknown");
        assertInvalid(
                b -> b.getSpecBuilder().getLayersBuilder(0).clearConvolution(),
                "convolution of layer 1 (0) is unknown");
        assertInvalid(
                b -> b.getSpecBuilder().getLayersBuilder(0).setActivationValue(99),
                "activation of layer 1 (99) is unknown");
        assertInvalid(b -> b.getSpecBuilder().setFeatureEncodingValue(99), "feature encoding (99) is unknown");
        assertInvalid(b -> b.getSpecBuilder().setDepthConnectionValue(99), "depth connection (99) is unknown");
    }

    @Test
    void namesWhatAKindDoesNotAllow() {
        layer(b -> b.setHeads(2), "layer 1 is CONVOLUTION_SAGE_MEAN, but has heads");
        layer(b -> b.setNegativeSlope(0.2f), "which only CONVOLUTION_GAT has");
        layer(b -> b.setHeadCombination(HeadCombination.HEAD_COMBINATION_AVERAGED), "which only CONVOLUTION_GAT has");
        layer(b -> b.addRelations("pays"), "the tensor layer.1.neighbor.pays is missing");
        layer(b -> b.addRelations("").addRelations(""), "layer 1 lists the relation '' twice");
        layer(
                b -> b.setConvolution(Convolution.CONVOLUTION_GCN).addRelations("pays"),
                "layer 1 is CONVOLUTION_GCN, which has one set of weights for all edge types");
        layer(b -> gat(b).addRelations("pays"), "CONVOLUTION_SAGE_SUM, _MEAN, _MAX and _MIN may have them");
        layer(b -> gat(b).setHeads(3), "layer 1 concatenates 3 heads, which must divide its width (5)");
        layer(b -> gat(b).setHeads(-1), "layer 1 has 4294967295 heads");
        layer(
                b -> gat(b).setHeads(1 << 19).setHeadCombination(HeadCombination.HEAD_COMBINATION_AVERAGED),
                "layer 1 has 524288 heads; heads times their width must be in 1..1048576");
        layer(b -> gat(b).setHeadCombinationValue(99), "head combination of layer 1 (99) is unknown");
        layer(b -> gat(b).setNegativeSlope(1.5f), "the negative slope of layer 1 (1.5) must be in 0..1");
        layer(b -> gat(b).setNegativeSlope(Float.NaN), "the negative slope of layer 1 (NaN)");
        layer(b -> gat(b).setHeads(5), "the tensor layer.1.attention_source is missing");
    }

    private static Layer.Builder gat(Layer.Builder layer) {
        return layer.setConvolution(Convolution.CONVOLUTION_GAT);
    }

    private void layer(Consumer<Layer.Builder> breaker, String message) {
        assertInvalid(b -> breaker.accept(b.getSpecBuilder().getLayersBuilder(0)), message);
    }

    @Test
    void anEdgeBelongsToTheRelationOfItsType() throws InvalidModelException {
        assertThat(FrozenModel.decode(good).layer(1).relationOf("pays")).isZero();
        var named = relational("pays", "knows");
        assertThat(named.relations()).isEqualTo(2);
        assertThat(named.relationOf("knows")).isEqualTo(1);
        assertThat(named.relationOf("owns")).isEqualTo(FrozenLayer.NO_RELATION);
        assertThat(named.relationOf("")).isEqualTo(FrozenLayer.NO_RELATION);
        var withOthers = relational("pays", "");
        assertThat(withOthers.relationOf("pays")).isZero();
        assertThat(withOthers.relationOf("owns")).isEqualTo(1);
        assertThat(withOthers.relationOf("")).isEqualTo(1);
    }

    private static FrozenLayer relational(String... relations) throws InvalidModelException {
        var kind = Layer.newBuilder()
                .setConvolution(Convolution.CONVOLUTION_SAGE_MAX)
                .addAllRelations(List.of(relations))
                .build();
        var random = new SplittableRandom(2);
        var encoding = FeatureEncoding.FEATURE_ENCODING_IDENTITY;
        return FrozenModel.decode(Snapshots.random(1, l -> kind, encoding, random, 3, 2))
                .layer(1);
    }

    private int indexOf(String name) {
        for (int i = 0; i < good.getTensorsCount(); i++) {
            if (good.getTensors(i).getName().equals(name)) {
                return i;
            }
        }
        throw new AssertionError(name);
    }

    private void assertInvalid(Consumer<ModelSnapshot.Builder> breaker, String message) {
        var builder = good.toBuilder();
        breaker.accept(builder);
        assertThatThrownBy(() -> FrozenModel.decode(builder.build()))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("The model (random, version")
                .hasMessageContaining(message);
    }
}
