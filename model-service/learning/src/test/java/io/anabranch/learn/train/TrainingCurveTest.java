package io.anabranch.learn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.model.v1.TrainingEpoch;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingCurveTest {

    private static List<Integer> epochsAfter(int epochs) {
        TrainingCurve curve = new TrainingCurve();
        for (int epoch = 1; epoch <= epochs; epoch++) {
            curve.add(epoch, 1.0 / epoch, 0.5);
            assertThat(curve.points()).hasSizeLessThanOrEqualTo(TrainingCurve.MAX_POINTS);
            assertThat(curve.points().getFirst().getEpoch()).isEqualTo(1);
            assertThat(curve.points().getLast().getEpoch()).isEqualTo(epoch);
        }
        return curve.points().stream().map(TrainingEpoch::getEpoch).toList();
    }

    @ParameterizedTest
    @CsvSource({"1,1", "500,1", "501,2", "999,2", "1000,4", "1001,4", "4097,16"})
    void keepsEveryEpochOfTheStrideAndTheLast(int epochs, int stride) {
        assertThat(epochsAfter(epochs))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, epochs)
                        .filter(epoch -> (epoch - 1) % stride == 0 || epoch == epochs)
                        .boxed()
                        .toList());
    }

    @Test
    void aMetricThatIsNoNumberIsAbsent() {
        TrainingCurve curve = new TrainingCurve();
        curve.add(1, 0.25, Double.NaN);
        curve.add(2, 0.125, 0);
        assertThat(curve.points())
                .containsExactly(
                        TrainingEpoch.newBuilder()
                                .setEpoch(1)
                                .setTrainLoss(0.25)
                                .build(),
                        TrainingEpoch.newBuilder()
                                .setEpoch(2)
                                .setTrainLoss(0.125)
                                .setValidationMetric(0)
                                .build());
    }

    @Test
    void refusesEpochsOutOfOrder() {
        TrainingCurve curve = new TrainingCurve();
        curve.add(1, 1, 1);
        assertThatThrownBy(() -> curve.add(1, 1, 1)).hasMessage("Epoch (1) cannot follow epoch (1).");
    }
}
