package io.anabranch.learn.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.EdgeId;
import io.anabranch.model.v1.HistoryEncoder;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryFitTest {

    private final EventLog log = new EventLog();

    private HistoryEncoder fitted() {
        return HistoryFit.fitted(HistoryEncoder.getDefaultInstance(), log.of(List.of("a", "b")));
    }

    @Test
    void gapsAreThoseBetweenStepsOfOneVertex() {
        log.edge(new EdgeId("a", "x", ""), 1, 1_000);
        log.edge(new EdgeId("b", "x", ""), 1, 1_010);
        log.edge(new EdgeId("a", "x", ""), 1, 1_500);
        log.edge(new EdgeId("a", "y", ""), 1, 1_500);
        log.edge(new EdgeId("a", "x", ""), 1, 61_500);

        assertThat(fitted().getShortestGapS()).isEqualTo(0.5);
        assertThat(fitted().getLongestGapS()).isEqualTo(60);
    }

    @Test
    void whereNoGapIsKnownThereIsARangeAllTheSame() {
        log.edge(new EdgeId("a", "b", ""), 1, 1_000);
        assertThat(fitted().getShortestGapS()).isEqualTo(1);
        assertThat(fitted().getLongestGapS()).isEqualTo(Math.E);

        log.edge(new EdgeId("a", "b", ""), 1, 3_000);
        assertThat(fitted().getShortestGapS()).isEqualTo(2);
        assertThat(fitted().getLongestGapS()).isEqualTo(2 * Math.E);
    }

    @Test
    void weightsAreStandardisedUnlessTheyNeverVary() {
        log.edge(new EdgeId("a", "x", ""), 3, 1_000);
        assertThat(fitted().getWeightMean()).isEqualTo(3);
        assertThat(fitted().getWeightScale()).isEqualTo(1);

        log.edge(new EdgeId("b", "x", ""), 7, 1_000);
        assertThat(fitted().getWeightMean()).isEqualTo(5);
        assertThat(fitted().getWeightScale()).isEqualTo(0.5f, within(1e-6f));
    }

    @Test
    void theMostFrequentTypesHaveNumbers() {
        for (int type = 0; type < HistoryFit.MOST_TYPES + 2; type++) {
            for (int i = 0; i <= (type == 3 || type == 5 ? 0 : 1); i++) {
                log.edge(new EdgeId("a", "x", "type" + type), 1, 1_000 + i);
            }
        }

        assertThat(fitted().getEdgeTypesList())
                .hasSize(HistoryFit.MOST_TYPES)
                .doesNotContain("type3", "type5")
                .isSorted();
    }
}
