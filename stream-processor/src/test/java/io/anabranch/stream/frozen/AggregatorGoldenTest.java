package io.anabranch.stream.frozen;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.HeadCombination;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Extrema, relations and attention against values that {@code goldens/aggregators.py} computes from the equations by matrices. */
class AggregatorGoldenTest {
    private static final float[] FEATURES = {1, -2, 0.5f, 1.5f, -1, 0.25f, 2, 1, 0, 0};
    private static final InEdges EDGES = new InEdges(
            new int[] {0, 1, 5, 8, 8, 8},
            new int[] {1, /* into 1 */ 0, 2, 3, 0, /* into 2 */ 1, 3, 2},
            new float[] {0.75f, 1, 2, 0.5f, 1.5f, 1, 0, 1},
            new String[] {"", "pays", "pays", "pays", "", "pays", "pays", ""});

    private static final float[] SELF = {1, 0.5f, -0.5f, 2};
    private static final float[] NEIGHBOR = {0.5f, -1, 1.5f, 0.25f};
    private static final float[] NEIGHBOR_PAYS = {-1, 0.75f, 0.5f, 1};

    @Test
    void extremaColumnByColumn() throws InvalidModelException {
        expect(
                sage(Convolution.CONVOLUTION_SAGE_MAX),
                3.975,
                -3.79375,
                1.35,
                1.675,
                1.475,
                -0.325,
                1.6,
                2.8,
                0.1,
                -0.2);
        expect(sage(Convolution.CONVOLUTION_SAGE_MIN), 3.975, -3.79375, -5.65, 4.3, -1.525, 0.8, 1.6, 2.8, 0.1, -0.2);
    }

    @Test
    void relationsAggregateTheirOwnEdges() throws InvalidModelException {
        expect(
                sage(Convolution.CONVOLUTION_SAGE_MAX, "pays", ""),
                3.975,
                -3.79375,
                -4.65,
                2.05,
                -0.9,
                2.7375,
                1.6,
                2.8,
                0.1,
                -0.2);
        expect(
                sage(Convolution.CONVOLUTION_SAGE_MEAN, "", "pays"),
                3.975,
                -3.79375,
                -4.066666667,
                0.466666667,
                -1.025,
                1.8,
                1.6,
                2.8,
                0.1,
                -0.2);
    }

    @Test
    void edgesOfTypesThatAreNotListedTakeNoPart() throws InvalidModelException {
        expect(
                sage(Convolution.CONVOLUTION_SAGE_MEAN, "pays"),
                2.1,
                -3.7,
                -0.316666667,
                2.716666667,
                -0.9,
                0.7375,
                1.6,
                2.8,
                0.1,
                -0.2);
    }

    @Test
    void attentionOfTwoHeads() throws InvalidModelException {
        var concatenated = Layer.newBuilder()
                .setConvolution(Convolution.CONVOLUTION_GAT)
                .setOutputWidth(4)
                .setHeads(2)
                .build();
        expect(
                attention(concatenated, new float[] {0.1f, -0.2f, 0.3f, 0}),
                1.672725391,
                -0.580000518,
                0.315310264,
                0.955210818,
                0.839151760,
                -0.775794147,
                0.793912741,
                0.079104349,
                2.121368964,
                -0.108476436,
                -0.345931404,
                0.656102894,
                2.6,
                -1.95,
                1.8,
                1.25,
                0.1,
                -0.2,
                0.3,
                0);
        var averaged = concatenated.toBuilder()
                .setOutputWidth(2)
                .setHeadCombination(HeadCombination.HEAD_COMBINATION_AVERAGED)
                .setNegativeSlope(0.05f)
                .setActivation(Activation.ACTIVATION_RELU)
                .build();
        expect(
                attention(averaged, new float[] {0.1f, -0.2f}),
                0.793215153,
                0.059884415,
                0.579851638,
                0,
                0.772707083,
                0.151295683,
                2.1,
                0,
                0.1,
                0);
    }

    private static ModelSnapshot sage(Convolution convolution, String... relations) {
        var layer = Layer.newBuilder()
                .setConvolution(convolution)
                .setOutputWidth(2)
                .addAllRelations(List.of(relations))
                .build();
        var model = model(layer)
                .addTensors(Snapshots.tensor("layer.1.self", SELF, 2, 2))
                .addTensors(Snapshots.tensor("layer.1.bias", new float[] {0.1f, -0.2f}, 2));
        if (relations.length == 0 || List.of(relations).contains("")) {
            model.addTensors(Snapshots.tensor("layer.1.neighbor", NEIGHBOR, 2, 2));
        }
        if (List.of(relations).contains("pays")) {
            model.addTensors(Snapshots.tensor("layer.1.neighbor.pays", NEIGHBOR_PAYS, 2, 2));
        }
        return model.build();
    }

    private static ModelSnapshot attention(Layer layer, float[] bias) {
        return model(layer)
                .addTensors(Snapshots.tensor(
                        "layer.1.neighbor", new float[] {0.5f, -1, 1, 0.25f, 1.5f, 0.25f, -0.5f, 0.75f}, 2, 4))
                .addTensors(Snapshots.tensor("layer.1.attention_source", new float[] {0.7f, -0.3f, 0.2f, 1.1f}, 2, 2))
                .addTensors(Snapshots.tensor("layer.1.attention_target", new float[] {-0.4f, 0.9f, 0.6f, -0.8f}, 2, 2))
                .addTensors(Snapshots.tensor("layer.1.bias", bias, bias.length))
                .build();
    }

    private static ModelSnapshot.Builder model(Layer layer) {
        return ModelSnapshot.newBuilder()
                .setVersion(1)
                .setSpec(ModelSpec.newBuilder()
                        .setName("golden")
                        .setFeatureDimension(2)
                        .addLayers(layer.toBuilder().setInputWidth(2)));
    }

    private static void expect(ModelSnapshot model, double... values) throws InvalidModelException {
        float[] rows = BulkForward.embeddings(FrozenModel.decode(model), EDGES, FEATURES);
        assertThat(rows).hasSize(values.length);
        for (int i = 0; i < values.length; i++) {
            assertThat((double) rows[i]).as("number %d", i).isCloseTo(values[i], Offset.offset(2e-6));
        }
    }
}
