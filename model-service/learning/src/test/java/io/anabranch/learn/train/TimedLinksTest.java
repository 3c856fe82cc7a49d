package io.anabranch.learn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.Part;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.learn.gnn.MessageGraph;
import io.anabranch.learn.history.EventLog;
import io.anabranch.learn.history.GraphHistories;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

class TimedLinksTest {

    private static final int EVENTS = 100;

    /** Event i leads from vertex i / 10 to vertex 10 + i % 10, so each pair has one. */
    private static GraphHistories histories(IntToLongFunction time) {
        EventLog log = new EventLog();
        GraphSnapshot.Builder graph = GraphSnapshot.builder(1);
        for (int i = 0; i < EVENTS; i++) {
            EdgeId edge = new EdgeId("s" + i / 10, "t" + i % 10, "");
            graph.edge(edge, 1);
            log.edge(edge, i, time.applyAsLong(i));
        }
        return log.of(graph.build());
    }

    @Test
    void theLastSharesByTimeArePredictedFromWhatWasBefore() {
        TimedLinks links = TimedLinks.of(histories(i -> 1_000 + i));
        MessageGraph messages = links.split().messages();

        assertThat(links.split().positives(Part.TRAIN).size()).isEqualTo(15);
        assertThat(links.split().positives(Part.VALIDATION).size()).isEqualTo(15);
        assertThat(links.split().positives(Part.TEST).size()).isEqualTo(15);
        assertThat(links.split().connected()).hasSize(EVENTS);
        assertThat(messages.edges()).isEqualTo(55);
        for (int e = 0; e < messages.edges(); e++) {
            assertThat(messages.weight(e)).isLessThan(55);
        }
        assertThat(links.histories().total()).isEqualTo(110);
        for (int i = 0; i < links.histories().total(); i++) {
            assertThat(links.histories().time(i)).isLessThan(1_055);
        }
    }

    @Test
    void eventsOfOneTimeStayTogether() {
        TimedLinks links = TimedLinks.of(histories(i -> 1_000 + i / 10));

        assertThat(links.split().messages().edges()).isEqualTo(50);
        assertThat(links.split().positives(Part.TRAIN).size()).isEqualTo(20);
        assertThat(links.split().positives(Part.VALIDATION).size()).isEqualTo(10);
        assertThat(links.split().positives(Part.TEST).size()).isEqualTo(20);
    }

    @Test
    void edgesOfOneTimeCannotBeSplit() {
        assertThatThrownBy(() -> TimedLinks.of(histories(i -> 1_000)))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("By time the part (TRAIN) has (0) pairs");
    }
}
