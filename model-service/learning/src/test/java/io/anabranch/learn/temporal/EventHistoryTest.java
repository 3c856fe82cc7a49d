package io.anabranch.learn.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.anabranch.graph.Part;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EventHistoryTest {

    @Test
    void sequencesAreTheEventsOfEachVertexInOrder() {
        EventHistory history =
                Histories.of(4, new int[] {0, 1, 10}, new int[] {1, 2, 10}, new int[] {1, 1, 20}, new int[] {2, 1, 30});
        VertexSequences sequences = VertexSequences.of(history);

        assertThat(sequences.steps()).isEqualTo(7);
        assertThat(steps(sequences, 0)).containsExactly(0);
        assertThat(steps(sequences, 1)).containsExactly(0, 1, 2, 3);
        assertThat(steps(sequences, 2)).containsExactly(1, 3);
        assertThat(sequences.length(3)).isZero();
    }

    @Test
    void whatIsBeforeATimeIsCountedByHand() {
        SplittableRandom random = new SplittableRandom(3);
        EventHistory history = Histories.random(12, 200, random);
        VertexSequences sequences = VertexSequences.of(history);
        PairHistory pairs = PairHistory.of(history);
        int compared = 0;
        for (int e = 0; e < history.events(); e += 7) {
            for (int v = 0; v < history.vertices(); v++) {
                int before = 0;
                int below = 0;
                double last = Double.NEGATIVE_INFINITY;
                boolean at = false;
                for (int other = 0; other < history.events(); other++) {
                    if (history.source(other) == v || history.target(other) == v) {
                        before += history.time(other) < history.time(e) ? 1 : 0;
                        below += other < e ? 1 : 0;
                    }
                    if (history.source(other) == v && history.target(other) == 1) {
                        at |= history.time(other) == history.time(e);
                        last = history.time(other) < history.time(e) ? history.time(other) : last;
                    }
                }
                assertThat(sequences.before(v, history.time(e)) - sequences.first(v))
                        .isEqualTo(before);
                assertThat(sequences.below(v, e) - sequences.first(v)).isEqualTo(below);
                assertThat(pairs.last(v, 1, history.time(e))).isEqualTo(last);
                assertThat(pairs.at(v, 1, history.time(e))).isEqualTo(at);
                compared++;
            }
        }
        assertThat(compared).isEqualTo(29 * 12);
    }

    @Test
    void splitIsByNumberAndKnowsWhoIsNew() {
        EventHistory history = Histories.of(
                5,
                new int[] {0, 1, 0},
                new int[] {0, 1, 1},
                new int[] {1, 0, 2},
                new int[] {0, 1, 3},
                new int[] {3, 1, 4},
                new int[] {0, 1, 5});
        ChronologicalSplit split = ChronologicalSplit.of(history);

        assertThat(split.end(Part.TRAIN)).isEqualTo(4);
        assertThat(split.first(Part.VALIDATION)).isEqualTo(4);
        assertThat(split.end(Part.VALIDATION)).isEqualTo(5);
        assertThat(split.end(Part.TEST)).isEqualTo(6);
        assertThat(split.isNew(1)).isFalse();
        assertThat(split.isNew(3)).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChronologicalSplit.of(history, 85, 15))
                .withMessageContaining("no part may be empty");
    }

    @Test
    void publishedSplitOfWikipedia() throws IOException {
        EventHistory history = Histories.published("jodie-wikipedia");
        ChronologicalSplit split = ChronologicalSplit.of(history);

        assertThat(history.vertices()).isEqualTo(9227);
        assertThat(history.featureWidth()).isZero();
        assertThat(split.end(Part.TRAIN)).isEqualTo(110_231);
        assertThat(split.end(Part.VALIDATION)).isEqualTo(133_852);
        assertThat(split.end(Part.TEST)).isEqualTo(157_474);
        int positives = 0;
        for (int e = 0; e < history.events(); e++) {
            positives += history.label(e) == 1 ? 1 : 0;
        }
        assertThat(positives).isEqualTo(217);
    }

    @Test
    void malformedHistoriesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Histories.of(2, new int[] {0, 2, 0}))
                .withMessageContaining("below the number of vertices (2)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Histories.of(2, new int[] {0, 1, 5}, new int[] {0, 1, 4}))
                .withMessageContaining("The time (4.0) of event 1");
    }

    private static int[] steps(VertexSequences sequences, int vertex) {
        int[] events = new int[sequences.length(vertex)];
        for (int i = 0; i < events.length; i++) {
            events[i] = sequences.event(sequences.first(vertex) + i);
        }
        return events;
    }
}
