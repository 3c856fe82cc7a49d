package io.anabranch.learn.gnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.learn.gnn.RandomModels.Sample;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardPassTest {

    @ParameterizedTest
    @CsvSource({
        "CONVOLUTION_GCN, CONVOLUTION_GCN, FEATURE_ENCODING_ROW_NORMALIZED",
        "CONVOLUTION_GCN, CONVOLUTION_SAGE_SUM, FEATURE_ENCODING_STANDARDIZED",
        "CONVOLUTION_SAGE_MEAN, CONVOLUTION_SAGE_MEAN, FEATURE_ENCODING_IDENTITY",
        "CONVOLUTION_SAGE_SUM, CONVOLUTION_SAGE_MEAN, FEATURE_ENCODING_STANDARDIZED",
        "CONVOLUTION_SAGE_SUM, CONVOLUTION_GCN, FEATURE_ENCODING_ROW_NORMALIZED",
    })
    void equalsTheNaiveFormulas(Convolution first, Convolution second, FeatureEncoding encoding) {
        SplittableRandom random = new SplittableRandom(11);
        int compared = 0;
        for (int run = 0; run < 20; run++) {
            Sample sample = RandomModels.sample(random, 5 + random.nextInt(20), 7, run % 2 == 0);
            ModelSpec spec = RandomModels.spec(encoding, List.of(first, second), 7, 19, 5);
            ModelSnapshot model = RandomModels.model(random, spec, sample.rows());

            Embeddings embeddings = ForwardPass.of(model).embeddings(sample.graph(), sample.rows());

            compared += Parity.requireEqual(
                    embeddings, NaiveForward.embeddings(model, sample.edges(), sample.features()), 1e-5);
        }
        assertThat(compared).isGreaterThan(20 * 5);
    }

    @Test
    void refusesFeaturesOfAnotherDimension() {
        SplittableRandom random = new SplittableRandom(1);
        Sample sample = RandomModels.sample(random, 6, 4, false);
        ModelSpec spec = RandomModels.spec(
                FeatureEncoding.FEATURE_ENCODING_IDENTITY, List.of(Convolution.CONVOLUTION_GCN), 3, 2);
        ModelSnapshot model = RandomModels.model(random, spec, sample.rows());

        assertThatThrownBy(() -> ForwardPass.of(model).embeddings(sample.graph(), sample.rows()))
                .hasMessageContaining("The features have (4) values, the model (random) reads (3)");
    }
}
