package io.anabranch.standalone.chaos;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Tensor;
import io.anabranch.standalone.chaos.FoldedGraph.Edge;
import io.anabranch.standalone.chaos.FoldedGraph.EdgeName;
import io.anabranch.standalone.chaos.FoldedGraph.Node;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One number per vertex and layer, worked out by hand: a (3) and b (5) lead to c (2) with weights 1 and 0.5. */
class DoubleForwardTest {

    private static final double EXACT = 1e-12;

    private static final FoldedGraph GRAPH = new FoldedGraph(
            Map.of("a", node(3), "b", node(5), "c", node(2)),
            Map.of(
                    new EdgeName("a", "c", ""), new Edge(1, 1f, false, Edge.NEVER),
                    new EdgeName("b", "c", "x"), new Edge(1, 0.5f, false, Edge.NEVER)),
            Map.of());

    @Test
    void sum() {
        // 2 * 10 + (3 + 2.5) * 2 + 1
        assertThat(embedding(Convolution.CONVOLUTION_SAGE_SUM, "c")).isEqualTo(32, within(EXACT));
        // No in-edges: the own term and the bias.
        assertThat(embedding(Convolution.CONVOLUTION_SAGE_SUM, "a")).isEqualTo(31, within(EXACT));
    }

    @Test
    void meanDividesByTheNumberOfInEdges() {
        // 2 * 10 + (3 + 2.5) / 2 * 2 + 1
        assertThat(embedding(Convolution.CONVOLUTION_SAGE_MEAN, "c")).isEqualTo(26.5, within(EXACT));
        assertThat(embedding(Convolution.CONVOLUTION_SAGE_MEAN, "a")).isEqualTo(31, within(EXACT));
    }

    @Test
    void gcnNormalisesByBothInDegrees() {
        // c has two in-edges, a and b none: c_c = 1 / sqrt(3), c_a = c_b = 1.
        double root = 1 / Math.sqrt(3);
        assertThat(embedding(Convolution.CONVOLUTION_GCN, "c"))
                .isEqualTo(root * (3 + 0.5 * 5 + root * 2) * 2 + 1, within(EXACT));
        assertThat(embedding(Convolution.CONVOLUTION_GCN, "a")).isEqualTo(7, within(EXACT));
    }

    @Test
    void extremaAreTakenOfTheWeightedRows() {
        // 2 * 10 + max(3, 2.5) * 2 + 1, and the same with min.
        assertThat(embedding(Convolution.CONVOLUTION_SAGE_MAX, "c")).isEqualTo(27, within(EXACT));
        assertThat(embedding(Convolution.CONVOLUTION_SAGE_MIN, "c")).isEqualTo(26, within(EXACT));
        assertThat(embedding(Convolution.CONVOLUTION_SAGE_MIN, "a")).isEqualTo(31, within(EXACT));
    }

    @Test
    void eachRelationHasItsOwnWeightsAndDivisor() {
        ModelSnapshot mean = model(Convolution.CONVOLUTION_SAGE_MEAN);
        ModelSnapshot relational = mean.toBuilder()
                .setSpec(mean.getSpec().toBuilder()
                        .setLayers(
                                0,
                                mean.getSpec().getLayers(0).toBuilder()
                                        .addRelations("x")
                                        .addRelations("")))
                .addTensors(tensor("layer.1.neighbor.x", 100))
                .build();
        // 2 * 10 + 3 * 2 + 0.5 * 5 * 100 + 1
        assertThat(first(relational, "c")).isEqualTo(277, within(EXACT));
        ModelSnapshot only = relational.toBuilder()
                .setSpec(relational.getSpec().toBuilder()
                        .setLayers(0, mean.getSpec().getLayers(0).toBuilder().addRelations("x")))
                .build();
        assertThat(first(only, "c")).as("other edges take no part").isEqualTo(271, within(EXACT));
    }

    @Test
    void attentionSharesByTheExponentialOfSourceAndTarget() {
        ModelSnapshot gat = model(Convolution.CONVOLUTION_GAT).toBuilder()
                .addTensors(tensor("layer.1.attention_source", 0.5f))
                .addTensors(tensor("layer.1.attention_target", -1))
                .build();
        // z = 2 h: a 6, b 10, c 4. e(u, c) = leaky(0.5 z[u] - 4): a -1 * 0.2, b 1, c -2 * 0.2; b's edge weighs half.
        double slope = 0.2f;
        double a = Math.exp(-slope);
        double b = 0.5 * Math.exp(1);
        double c = Math.exp(-2 * slope);
        assertThat(first(gat, "c")).isEqualTo((6 * a + 10 * b + 4 * c) / (a + b + c) + 1, within(EXACT));
        assertThat(first(gat, "a")).as("alone with itself").isEqualTo(7, within(EXACT));
    }

    @Test
    void reluCutsBetweenLayersAndRowsAreEncoded() {
        ModelSnapshot once = model(Convolution.CONVOLUTION_SAGE_SUM);
        ModelSnapshot twice = once.toBuilder()
                .setSpec(once.getSpec().toBuilder()
                        .setFeatureEncoding(FeatureEncoding.FEATURE_ENCODING_STANDARDIZED)
                        .setLayers(0, once.getSpec().getLayers(0).toBuilder().setActivation(Activation.ACTIVATION_RELU))
                        .addLayers(once.getSpec().getLayers(0)))
                .addTensors(tensor("features.mean", 4))
                .addTensors(tensor("features.scale", 2))
                .addTensors(tensor("layer.2.self", 1))
                .addTensors(tensor("layer.2.neighbor", 1))
                .addTensors(tensor("layer.2.bias", -1))
                .build();
        // Encoded: a -2, b 2, c -4. First layer: a max(-19, 0) = 0, b 21, c max(-40 + (-2 + 1) * 2 + 1, 0) = 0.
        // Second layer of c: 0 + (0 + 0.5 * 21) - 1.
        assertThat(first(twice, "c")).isEqualTo(9.5, within(EXACT));
    }

    private static double embedding(Convolution convolution, String vertex) {
        return first(model(convolution), vertex);
    }

    private static double first(ModelSnapshot model, String vertex) {
        return requireNonNull(new DoubleForward(model, GRAPH).embeddings().get(vertex))[0];
    }

    private static ModelSnapshot model(Convolution convolution) {
        return ModelSnapshot.newBuilder()
                .setSpec(ModelSpec.newBuilder()
                        .setFeatureDimension(1)
                        .addLayers(Layer.newBuilder()
                                .setConvolution(convolution)
                                .setInputWidth(1)
                                .setOutputWidth(1)))
                .addTensors(tensor("layer.1.self", 10))
                .addTensors(tensor("layer.1.neighbor", 2))
                .addTensors(tensor("layer.1.bias", 1))
                .build();
    }

    private static Tensor tensor(String name, float value) {
        ByteBuffer data = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return Tensor.newBuilder()
                .setName(name)
                .addShape(1)
                .setData(ByteString.copyFrom(data.putFloat(value).flip()))
                .build();
    }

    private static Node node(float feature) {
        return new Node(1, "", List.of(feature));
    }
}
