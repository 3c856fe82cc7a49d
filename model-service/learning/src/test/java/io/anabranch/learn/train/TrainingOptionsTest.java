package io.anabranch.learn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.graph.hag.choice.PlanPolicy;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import org.junit.jupiter.api.Test;

class TrainingOptionsTest {

    private static TrainingOptions.Builder options() {
        return TrainingOptions.builder();
    }

    @Test
    void copiesThroughItsBuilder() {
        TrainingOptions changed = options()
                .modelName("m")
                .convolution(Convolution.CONVOLUTION_SAGE_SUM)
                .layers(3)
                .hiddenWidth(5)
                .embeddingWidth(6)
                .learningRate(0.5)
                .weightDecay(0.25)
                .dropout(0.125)
                .maxEpochs(7)
                .patience(8)
                .seed(9)
                .featureEncoding(FeatureEncoding.FEATURE_ENCODING_IDENTITY)
                .classWeighting(ClassWeighting.EQUAL)
                .aggregation(PlanPolicy.SHARED)
                .build();

        assertThat(changed.toBuilder().build()).isEqualTo(changed);
        assertThat(changed.hyperParameters())
                .containsEntry("dropout", "0.125")
                .containsEntry("aggregation", "SHARED")
                .containsEntry("convolution", "CONVOLUTION_SAGE_SUM");
    }

    @Test
    void namesOptionValueAndWhatIsAllowed() {
        refused(options().layers(-1), "(layers) cannot be (-1); allowed: 0 to 64");
        refused(options().hiddenWidth(-1), "(hidden width) cannot be (-1); allowed: 1 to 4096");
        refused(options().embeddingWidth(5000), "(embedding width) cannot be (5000); allowed: 0 to 4096");
        refused(options().learningRate(0), "(learning rate) cannot be (0.0); allowed: more than 0");
        refused(options().learningRate(Double.NaN), "(learning rate) cannot be (NaN)");
        refused(options().weightDecay(-1), "(weight decay) cannot be (-1.0); allowed: 0 to 10");
        refused(options().dropout(1), "(dropout) cannot be (1.0); allowed: 0 or more, less than 1");
        refused(options().maxEpochs(0), "(max epochs) cannot be (0)");
        refused(options().patience(0), "(patience) cannot be (0)");
        refused(options().modelName(" "), "(model name) must not be empty");
        refused(options().convolution(Convolution.UNRECOGNIZED), "(convolution) cannot be (UNRECOGNIZED)");
        refused(options().layers(65), "(layers) cannot be (65)");
        refused(options().heads(0), "(heads) cannot be (0); allowed: 1 to 64");
        refused(options().featureEncoding(FeatureEncoding.UNRECOGNIZED), "(feature encoding) cannot be (UNRECOGNIZED)");
    }

    private static void refused(TrainingOptions.Builder options, String message) {
        assertThatThrownBy(options::build).isInstanceOf(TrainingException.class).hasMessageContaining(message);
    }
}
