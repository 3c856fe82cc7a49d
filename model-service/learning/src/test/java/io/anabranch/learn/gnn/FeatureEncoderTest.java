package io.anabranch.learn.gnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.model.v1.FeatureEncoding;
import org.junit.jupiter.api.Test;

class FeatureEncoderTest {

    private static final double[][] FEATURES = {{1, -3, 5}, {0, 0, 5}, {2, 0, 5}};

    private static float[] encoded(FeatureEncoding encoding, FeatureRows rows) {
        return switch (FeatureEncoder.fitted(encoding, rows).encode(rows)) {
            case FeatureRows.Dense dense -> dense.values();
            case FeatureRows.Sparse sparse -> sparse.dense().values();
        };
    }

    @Test
    void rowNormalisingDividesByTheSumOfAbsoluteValues() {
        double[][] features = {{1, -3, 0}, {0, 0, 0}};
        float[] expected = {0.25f, -0.75f, 0, 0, 0, 0};

        assertThat(encoded(FeatureEncoding.FEATURE_ENCODING_ROW_NORMALIZED, RandomModels.dense(features)))
                .isEqualTo(expected);
        assertThat(encoded(FeatureEncoding.FEATURE_ENCODING_ROW_NORMALIZED, RandomModels.sparse(features)))
                .isEqualTo(expected);
    }

    @Test
    void identityChangesNothing() {
        assertThat(encoded(FeatureEncoding.FEATURE_ENCODING_IDENTITY, RandomModels.sparse(FEATURES)))
                .isEqualTo(RandomModels.dense(FEATURES).values());
    }

    @Test
    void standardisingCentresScalesAndIgnoresConstantColumns() {
        for (FeatureRows rows : new FeatureRows[] {RandomModels.dense(FEATURES), RandomModels.sparse(FEATURES)}) {
            float[] values = encoded(FeatureEncoding.FEATURE_ENCODING_STANDARDIZED, rows);

            // column 0: mean 1, deviation sqrt(2/3); column 1: mean -1, deviation sqrt(2); column 2 never varies
            double a = Math.sqrt(1.5);
            double b = Math.sqrt(0.5);
            double[] expected = {0, -2 * b, 0, -a, b, 0, a, b, 0};
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) values[i]).isCloseTo(expected[i], within(1e-6));
            }
        }
    }
}
