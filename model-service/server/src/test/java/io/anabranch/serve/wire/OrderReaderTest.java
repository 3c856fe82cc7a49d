package io.anabranch.serve.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.graph.hag.choice.PlanPolicy;
import io.anabranch.v1.StartTrainingRequest;
import io.anabranch.v1.TrainingOptions;
import org.junit.jupiter.api.Test;

class OrderReaderTest {

    private static int layers(TrainingOptions.Builder options) {
        return OrderReader.read(
                        StartTrainingRequest.newBuilder().setOptions(options).build(), PlanPolicy.DIRECT)
                .options()
                .layers();
    }

    @Test
    void layersAreGivenOrLeftToAProbeOrTheDefault() {
        assertThat(layers(TrainingOptions.newBuilder())).isEqualTo(2);
        assertThat(layers(TrainingOptions.newBuilder().setLayers(3))).isEqualTo(3);
        assertThat(layers(TrainingOptions.newBuilder().setAutoLayers(true)))
                .isEqualTo(io.anabranch.learn.train.TrainingOptions.AUTO);
        assertThatThrownBy(
                        () -> layers(TrainingOptions.newBuilder().setLayers(3).setAutoLayers(true)))
                .hasMessageContaining("Is 3, but auto_layers leaves it to a probe.");
    }
}
