package io.anabranch.serve.recompute;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.HeadCombination;
import io.anabranch.model.v1.HistoryEncoder;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Tensor;
import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Values worked out on paper for v with features (1, 2), and in-edges from a (3, -1), weight 2, type pays, and from b (5, 4), weight 1, type owns. */
class RecomputationTest {
    private static final Offset<Double> EXACT = within(1e-12);

    private static final float[] IDENTITY = {1, 0, 0, 1};

    private final GraphSnapshot graph = GraphSnapshot.builder(2)
            .node("v", "", FeatureVector.dense(1, 2))
            .node("a", "", FeatureVector.dense(3, -1))
            .node("b", "", FeatureVector.dense(5, 4))
            .edge(new EdgeId("a", "v", "pays"), 2)
            .edge(new EdgeId("b", "v", "owns"), 1)
            .build();

    private double[] embedding(Layer.Builder layer, Tensor... tensors) {
        var model = ModelSnapshot.newBuilder()
                .setSpec(ModelSpec.newBuilder()
                        .setName("m")
                        .setFeatureDimension(2)
                        .addLayers(layer.setInputWidth(2).setOutputWidth(2)));
        for (Tensor tensor : tensors) {
            model.addTensors(tensor);
        }
        return requireNonNull(new Recomputation(model.build(), graph, 100).embedding("v"));
    }

    private static Tensor tensor(String name, float... values) {
        var bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return Tensor.newBuilder()
                .setName("layer.1." + name)
                .setData(ByteString.copyFrom(bytes))
                .build();
    }

    private double[] sage(Convolution convolution) {
        return embedding(
                Layer.newBuilder().setConvolution(convolution),
                tensor("bias", 10, 20),
                tensor("self", 0, 0, 0, 0),
                tensor("neighbor", IDENTITY));
    }

    @Test
    void sumAndMeanAndExtremaWeighTheirMessages() {
        // Messages (6, -2) and (5, 4).
        assertThat(sage(Convolution.CONVOLUTION_SAGE_SUM)).containsExactly(new double[] {21, 22}, EXACT);
        assertThat(sage(Convolution.CONVOLUTION_SAGE_MEAN)).containsExactly(new double[] {15.5, 21}, EXACT);
        assertThat(sage(Convolution.CONVOLUTION_SAGE_MAX)).containsExactly(new double[] {16, 24}, EXACT);
        assertThat(sage(Convolution.CONVOLUTION_SAGE_MIN)).containsExactly(new double[] {15, 18}, EXACT);
    }

    @Test
    void eachRelationHasWeightsOfItsOwn() {
        var layer = Layer.newBuilder()
                .setConvolution(Convolution.CONVOLUTION_SAGE_MEAN)
                .setActivation(Activation.ACTIVATION_RELU)
                .addRelations("pays")
                .addRelations("");
        // pays: (6, -2) once; all others: (5, 4) ten times; self: the features.
        double[] embedding = embedding(
                layer,
                tensor("bias", 0, -100),
                tensor("self", IDENTITY),
                tensor("neighbor.pays", IDENTITY),
                tensor("neighbor", 10, 0, 0, 10));
        assertThat(embedding).containsExactly(new double[] {57, 0}, EXACT);
    }

    @Test
    void convolutionNormalisesByInDegrees() {
        double[] embedding = embedding(
                Layer.newBuilder().setConvolution(Convolution.CONVOLUTION_GCN),
                tensor("bias", 0, 0),
                tensor("neighbor", IDENTITY));
        // c_v is a root of one third, c_a and c_b are one.
        double c = 1 / Math.sqrt(3);
        assertThat(embedding).containsExactly(new double[] {1 / 3.0 + c * 11, 2 / 3.0 + c * 2}, EXACT);
    }

    @Test
    void attentionSharesByHeads() {
        var layer =
                Layer.newBuilder().setConvolution(Convolution.CONVOLUTION_GAT).setHeads(2);
        // Head 1 sees the first feature, head 2 the second. Logits: of head 1 the source's z, of head 2 LeakyReLU(-z).
        double[] embedding = embedding(
                layer,
                tensor("bias", 1, 0),
                tensor("neighbor", IDENTITY),
                tensor("attention_source", 1, -1),
                tensor("attention_target", 0, 0));
        double slope = 0.2f;
        double[] first = {Math.exp(1), 2 * Math.exp(3), Math.exp(5)};
        double[] second = {Math.exp(-2 * slope), 2 * Math.exp(1), Math.exp(-4 * slope)};
        double one = (first[0] + 3 * first[1] + 5 * first[2]) / (first[0] + first[1] + first[2]);
        double two = (2 * second[0] - second[1] + 4 * second[2]) / (second[0] + second[1] + second[2]);
        assertThat(embedding).containsExactly(new double[] {1 + one, two}, within(1e-9));
    }

    @Test
    void headsCanBeAveraged() {
        var layer = Layer.newBuilder()
                .setConvolution(Convolution.CONVOLUTION_GAT)
                .setHeads(2)
                .setHeadCombination(HeadCombination.HEAD_COMBINATION_AVERAGED);
        // Both heads attend to all alike; the second sees everything doubled.
        double[] embedding = embedding(
                layer,
                tensor("bias", 0, 0),
                tensor("neighbor", 1, 0, 2, 0, 0, 1, 0, 2),
                tensor("attention_source", 0, 0, 0, 0),
                tensor("attention_target", 0, 0, 0, 0));
        // (1, 2) + 2 (3, -1) + (5, 4) over four.
        assertThat(embedding).containsExactly(new double[] {1.5 * 12 / 4, 1.5 * 4 / 4}, within(1e-9));
    }

    @Test
    void aModelThatReadsHistoriesIsNotRecomputed() {
        SplittableRandom random = new SplittableRandom(3);
        ModelSnapshot model = DeepModels.model(
                random, DeepModels.spec(DepthConnection.DEPTH_CONNECTION_PLAIN, Convolution.CONVOLUTION_GCN, false));
        ModelSnapshot reading = model.toBuilder()
                .setSpec(model.getSpec().toBuilder()
                        .setHistory(HistoryEncoder.newBuilder().setWidth(2)))
                .build();

        assertThatThrownBy(() -> new Recomputation(reading, DeepModels.graph(random), 10))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem())
                                .isInstanceOfSatisfying(
                                        Problem.Unmet.class,
                                        unmet -> assertThat(unmet.reason()).isEqualTo("READS_HISTORIES")));
    }
}
