package io.anabranch.learn.gnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.learn.depth.MomentumConversion;
import io.anabranch.learn.gnn.RandomModels.Sample;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.ModelWriter;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.ModelProvenance;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeepeningTest {

    private static final int DIMENSION = 6;

    private static float[] embeddings(ModelSpec spec, ModelTensors tensors, Sample sample) {
        return ForwardPass.of(spec, tensors)
                .embeddings(sample.graph(), sample.rows())
                .toArray();
    }

    private static ModelSpec spec(SplittableRandom random, DepthConnection connection) {
        return connection.getNumber() <= DepthConnection.DEPTH_CONNECTION_PLAIN_VALUE
                ? RandomModels.spec(
                        FeatureEncoding.FEATURE_ENCODING_STANDARDIZED,
                        List.of(Convolution.CONVOLUTION_GCN, Convolution.CONVOLUTION_SAGE_SUM),
                        DIMENSION,
                        5,
                        4)
                : RandomModels.staged(random, connection, List.of(Convolution.CONVOLUTION_SAGE_MEAN), DIMENSION, 2, 1);
    }

    @ParameterizedTest
    @EnumSource(value = DepthConnection.class, mode = EnumSource.Mode.EXCLUDE, names = "UNRECOGNIZED")
    void newLevelsChangeNothingAtFirst(DepthConnection connection) {
        SplittableRandom random = new SplittableRandom(31);
        Sample sample = RandomModels.sample(random, 12, DIMENSION, false);
        ModelSpec spec = RandomModels.readingAllHops(spec(random, connection), 3);
        ModelTensors tensors = ModelTensors.of(RandomModels.model(random, spec, sample.rows()));

        Deepening deeper = Deepening.of(spec, tensors, 2, random);

        ModelSnapshot written =
                ModelWriter.write(deeper.spec(), deeper.tensors(), ModelProvenance.getDefaultInstance());
        assertThat(written.getSpec().getLayersCount()).isEqualTo(spec.getLayersCount() + 2);
        assertThat(embeddings(deeper.spec(), ModelTensors.of(written), sample))
                .isEqualTo(embeddings(spec, tensors, sample));
    }

    @Test
    void refusesModelsWhoseLastLevelIsTheEmbedding() {
        SplittableRandom random = new SplittableRandom(32);
        ModelSpec spec = spec(random, DepthConnection.DEPTH_CONNECTION_RESIDUAL);

        assertThatThrownBy(() -> Deepening.of(spec, ModelTensors.of(List.of()), 1, random))
                .hasMessageContaining("reads out its last level alone");
    }

    @Test
    void aResidualModelIsAMomentumNetworkOfItsWeights() {
        SplittableRandom random = new SplittableRandom(33);
        Sample sample = RandomModels.sample(random, 12, DIMENSION, true);
        ModelSpec residual = spec(random, DepthConnection.DEPTH_CONNECTION_RESIDUAL);
        ModelTensors tensors = ModelTensors.of(RandomModels.model(random, residual, sample.rows()));

        ModelSpec same = MomentumConversion.of(residual, 0);
        ModelSpec inert = MomentumConversion.of(residual, 0.9);

        ModelWriter.write(inert, tensors.list(), ModelProvenance.getDefaultInstance());
        assertThat(embeddings(same, tensors, sample)).isEqualTo(embeddings(residual, tensors, sample));
        assertThat(embeddings(inert, tensors, sample)).isNotEqualTo(embeddings(residual, tensors, sample));
        assertThatThrownBy(() -> MomentumConversion.of(inert, 0.5)).hasMessageContaining("DEPTH_CONNECTION_MOMENTUM");
        assertThatThrownBy(() -> MomentumConversion.of(residual, 1)).hasMessageContaining("(1.0)");
    }
}
