package io.anabranch.learn.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.history.IdentityCode;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventLogTest {

    private static final EdgeId AB = new EdgeId("a", "b", "x");
    private static final EdgeId BA = new EdgeId("b", "a", "x");

    private final EventLog log = new EventLog();

    private List<String> steps(String vertex) {
        GraphHistories histories = log.of(List.of(vertex, "b2"));
        return IntStream.range(histories.first(0), histories.first(1))
                .mapToObj(i -> "%d %s %s %s"
                        .formatted(
                                histories.time(i),
                                histories.source(i) ? "to" : "from",
                                histories.types().get(histories.type(i)),
                                histories.weight(i)))
                .toList();
    }

    @Test
    void bothEndsHaveAStepAndASelfEdgeOneAsItsSource() {
        log.edge(AB, 2, 10);
        log.edge(new EdgeId("a", "a", "y"), 3, 20);

        assertThat(steps("a")).containsExactly("10 to x 2.0", "20 to y 3.0");
        assertThat(steps("b")).containsExactly("10 from x 2.0");
        assertThat(steps("c")).isEmpty();
    }

    @Test
    void theOrderIsThatOfTimeSourceTargetAndType() {
        log.edge(new EdgeId("b", "a", "y"), 1, 10);
        log.edge(BA, 2, 10);
        log.edge(AB, 3, 10);
        log.edge(new EdgeId("a", "a", "z"), 4, 10);
        log.edge(BA, 5, 5);

        assertThat(steps("a"))
                .containsExactly("5 from x 5.0", "10 to z 4.0", "10 to x 3.0", "10 from x 2.0", "10 from y 1.0");
    }

    @Test
    void whatIsToldAgainHoldsOnceAsItWasToldLast() {
        log.edge(AB, 1, 10);
        log.edge(BA, 9, 10);
        log.edge(AB, 2, 10);

        assertThat(steps("b")).containsExactly("10 from x 2.0", "10 to x 9.0");
    }

    @Test
    void whatIsToldOfOneEndIsAStepOfThatEndAlone() {
        log.step(true, AB, 1, 10);
        log.step(false, BA, 2, 20);
        log.step(true, AB, 1, 30);
        log.step(false, AB, 1, 30);

        assertThat(steps("a")).containsExactly("10 to x 1.0", "20 from x 2.0", "30 to x 1.0");
        assertThat(steps("b")).containsExactly("30 from x 1.0");
    }

    @Test
    void whatIsErasedNeverWasEvenIfToldAgain() {
        log.erase(AB, 10);
        log.edge(AB, 1, 10);
        log.edge(AB, 1, 11);
        log.edge(BA, 1, 10);

        assertThat(steps("a")).containsExactly("10 from x 1.0", "11 to x 1.0");
    }

    @Test
    void aDeleteEndsTheStepsOfItsVertexAloneUpToItsTime() {
        log.delete("a", 10);
        log.delete("a", 5);
        log.edge(AB, 1, 10);
        log.edge(AB, 2, 11);

        assertThat(steps("a")).containsExactly("11 to x 2.0");
        assertThat(steps("b")).containsExactly("10 from x 1.0", "11 from x 2.0");
    }

    @Test
    void theOtherEndIsKnownByItsHashAndIfTheGraphHasItByItsNumber() {
        log.edge(new EdgeId("a", "b2", ""), 1, 10);
        log.edge(AB, 1, 20);
        GraphHistories histories = log.of(List.of("a", "b2"));

        assertThat(histories.node(0)).isEqualTo(1);
        assertThat(histories.node(1)).isEqualTo(GraphHistories.ELSEWHERE);
        assertThat(histories.other(1)).isEqualTo(IdentityCode.hash("b"));
        assertThat(histories.first(2)).isEqualTo(3);
    }

    @Test
    void stepsBeforeATimeAreTheFirstOnes() {
        log.edge(AB, 1, 10);
        log.edge(AB, 2, 20);
        log.edge(BA, 3, 30);
        GraphHistories before = log.of(List.of("a", "b")).before(20);

        assertThat(before.lengths()).containsExactly(1, 1);
        assertThat(before.weight(1)).isEqualTo(1);
        assertThat(before.source(1)).isFalse();
    }
}
