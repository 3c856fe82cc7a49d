package io.anabranch.learn.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.Part;
import io.anabranch.graph.history.GapCode;
import io.anabranch.learn.recurrent.Gru;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventLabelTrainerTest {

    @Test
    void aRareLabelThatTheRowTellsIsFound() {
        SplittableRandom random = new SplittableRandom(1);
        int events = 4_000;
        int[] sources = new int[events];
        int[] targets = new int[events];
        double[] times = new double[events];
        float[] labels = new float[events];
        EventRows telling = new EventRows(events, 5);
        EventRows silent = new EventRows(events, 5);
        for (int e = 0; e < events; e++) {
            targets[e] = 1;
            times[e] = e;
            labels[e] = random.nextInt(40) == 0 ? 1 : 0;
            for (int i = 0; i < 5; i++) {
                telling.values()[telling.offset(e) + i] = (float) random.nextGaussian();
                silent.values()[silent.offset(e) + i] = (float) random.nextGaussian();
            }
            telling.values()[telling.offset(e) + 2] += 3 * labels[e];
        }
        EventHistory history = EventHistory.of(2, sources, targets, times, 0, new float[0], labels);
        ChronologicalSplit split = ChronologicalSplit.of(history);

        Map<Part, Double> found = new EventLabelTrainer(history, split, telling).train(3);

        // A normal variable that is three deviations away on one side separates with Φ(3 / √2) = 0.983.
        assertThat(found.get(Part.TEST)).isCloseTo(0.983, within(0.03));
        assertThat(new EventLabelTrainer(history, split, telling).train(3)).isEqualTo(found);
        assertThat(new EventLabelTrainer(history, split, silent).train(3).get(Part.TEST))
                .isCloseTo(0.5, within(0.15));
    }

    @Test
    void rowsAndLabelsMustFit() {
        EventHistory history = Histories.random(5, 40, new SplittableRandom(1));
        ChronologicalSplit split = ChronologicalSplit.of(history);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EventLabelTrainer(history, split, new EventRows(39, 2)))
                .withMessageContaining("(39) events for a history of (40)");
        EventHistory unlabelled = Histories.of(2, new int[] {0, 1, 0}, new int[] {0, 1, 1}, new int[] {0, 1, 2});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EventLabelTrainer(
                                unlabelled, ChronologicalSplit.of(unlabelled, 34, 33), new EventRows(3, 1))
                        .train(1))
                .withMessageContaining("label 1 (0)");
    }

    @Test
    void aRowIsKnownWhenItsEventHasHappened() {
        EventHistory history = Histories.random(20, 200, new SplittableRandom(4));
        EventHistory other = Histories.of(
                20,
                IntStream.range(0, 200)
                        .mapToObj(e ->
                                new int[] {history.source(e), e < 150 ? history.target(e) : 19, (int) history.time(e)})
                        .toArray(int[][]::new));
        EventHistory same = Histories.of(
                20,
                IntStream.range(0, 200)
                        .mapToObj(e -> new int[] {history.source(e), history.target(e), (int) history.time(e)})
                        .toArray(int[][]::new));
        TemporalOptions options =
                TemporalOptions.defaults().withCell(Gru::create).withWidths(6, 6, 3);
        EventRows rows = rows(same, options);
        EventRows changed = rows(other, options);
        int moved = 0;
        assertThat(rows.width()).isEqualTo(2 * GapCode.WIDTH + 6);
        for (int e = 0; e < 200; e++) {
            boolean equal = true;
            for (int i = 0; i < rows.width(); i++) {
                equal &= Math.abs(rows.value(e, i) - changed.value(e, i)) < 1e-5;
            }
            assertThat(equal || e >= 150).isTrue();
            moved += equal ? 0 : 1;
        }
        assertThat(moved).isGreaterThan(40);
    }

    private static EventRows rows(EventHistory history, TemporalOptions options) {
        ChronologicalSplit split = ChronologicalSplit.of(history, 50, 20);
        try (TemporalLinkModel model = TemporalLinkModel.create(
                VertexSequences.of(history), split, VertexFeatures.identities(20, 4, 1), options)) {
            return model.eventRows();
        }
    }
}
