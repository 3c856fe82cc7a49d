package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.history.GapCode;
import io.anabranch.graph.history.StepCode;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.stream.frozen.HistoryCell;
import io.anabranch.stream.frozen.HistoryEncoder;
import io.anabranch.stream.frozen.HistorySnapshots;
import io.anabranch.stream.frozen.Snapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EncodedHistoryTest {
    private static final int MODELS = 100;
    private static final int TRACES = 100;

    private final SplittableRandom random = new SplittableRandom(51);

    private HistoryEncoder encoder() {
        int width = 2 * random.nextInt(1, 12);
        var model = Snapshots.random(
                1, Convolution.CONVOLUTION_SAGE_SUM, FeatureEncoding.FEATURE_ENCODING_IDENTITY, random, width + 1, 2);
        return Objects.requireNonNull(
                Snapshots.frozen(HistorySnapshots.reading(model, width, random)).history());
    }

    private EncodedHistory.Told told(StepCode code) {
        return new EncodedHistory.Told(
                random.nextLong(1_000),
                random.nextInt(5) == 0 ? GapCode.NEVER : random.nextDouble(2),
                random.nextBoolean(),
                code.edgeTypes().isEmpty()
                        ? -1
                        : random.nextInt(code.edgeTypes().size()),
                (float) random.nextGaussian(),
                random.nextLong(),
                random.nextLong());
    }

    /** Steps come, go, come again in another order, and pass through checkpoints; what is left is as if nothing else had ever been. */
    @Test
    void undoingAndReplayingEqualsNeverHavingSeen() {
        int undone = 0;
        int late = 0;
        int resumed = 0;
        for (int m = 0; m < MODELS; m++) {
            var encoder = encoder();
            HistoryCell cell = encoder.newCell();
            StepCode code = encoder.code();
            float[] row = new float[code.width()];
            for (int trace = 0; trace < TRACES; trace++) {
                var history = new EncodedHistory(cell.stateLength());
                int undoable = 0;
                List<EncodedHistory.Told> seen = new ArrayList<>();
                for (int turn = 0; turn < 25; turn++) {
                    switch (random.nextInt(5)) {
                        case 0 -> {
                            for (int k = random.nextInt(undoable + 1); k > 0; k--) {
                                history.undo(cell, code, row);
                                seen.removeLast();
                                undoable--;
                                undone++;
                            }
                        }
                        case 1 -> {
                            int back = random.nextInt(undoable + 1);
                            for (int k = 0; k < back; k++) {
                                history.undo(cell, code, row);
                            }
                            int place = seen.size() - back;
                            seen.add(place, told(code));
                            for (var step : seen.subList(place, seen.size())) {
                                history.advance(cell, code, step, row);
                            }
                            undoable++;
                            late++;
                        }
                        case 2 -> {
                            history = new EncodedHistory(history.checkpoint());
                            assertThat(history.canUndo()).isFalse();
                            undoable = 0;
                            resumed++;
                        }
                        default -> {
                            seen.add(told(code));
                            history.advance(cell, code, seen.getLast(), row);
                            undoable++;
                        }
                    }
                }
                var fresh = new EncodedHistory(cell.stateLength());
                seen.forEach(step -> fresh.advance(cell, code, step, row));
                assertThat(history.checkpoint()).isEqualTo(fresh.checkpoint());
                assertThat(history.steps()).isEqualTo(seen.size());
            }
        }
        assertThat(undone).isGreaterThan(20_000);
        assertThat(late).isGreaterThan(10_000);
        assertThat(resumed).isGreaterThan(10_000);
    }

    /** Whatever differs in two steps shows in the digest, and so does their order. */
    @Test
    void theDigestTellsStepsApart() {
        var step = new EncodedHistory.Told(5, 1, true, 0, 2, 3, 4);
        List<EncodedHistory.Told> others = List.of(
                new EncodedHistory.Told(6, 1, true, 0, 2, 3, 4),
                new EncodedHistory.Told(5, 1, false, 0, 2, 3, 4),
                new EncodedHistory.Told(5, 1, true, 0, 2.5f, 3, 4),
                new EncodedHistory.Told(5, 1, true, 0, 2, 4, 3),
                new EncodedHistory.Told(5, 1, true, 0, 2, 3, 5));
        for (var other : others) {
            assertThat(EncodedHistory.digest(0, other)).isNotEqualTo(EncodedHistory.digest(0, step));
            assertThat(EncodedHistory.digest(EncodedHistory.digest(0, other), step))
                    .isNotEqualTo(EncodedHistory.digest(EncodedHistory.digest(0, step), other));
        }
    }

    @Test
    void whatIsSettledCanNoLongerBeUndone() {
        var encoder = encoder();
        HistoryCell cell = encoder.newCell();
        float[] row = new float[encoder.code().width()];
        var history = new EncodedHistory(cell.stateLength());
        for (long time = 1; time <= 5; time++) {
            history.advance(cell, encoder.code(), new EncodedHistory.Told(time, 1, true, -1, 1, time, 0), row);
        }
        history.settle(4);
        history.undo(cell, encoder.code(), row);
        history.undo(cell, encoder.code(), row);
        assertThat(history.steps()).isEqualTo(3);
        assertThat(history.canUndo()).isFalse();
    }
}
