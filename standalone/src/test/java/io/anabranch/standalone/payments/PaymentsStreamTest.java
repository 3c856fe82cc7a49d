package io.anabranch.standalone.payments;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.GraphEvent.EventCase;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PaymentsStreamTest {

    private static final long NOW_MS = 1_790_000_000_000L;

    private final PaymentsStream stream = PaymentsStream.generate(PaymentsOptions.of(1000, 2000, NOW_MS), 7);

    @Test
    void theSameSeedGivesTheSameStream() {
        PaymentsStream again = PaymentsStream.generate(PaymentsOptions.of(1000, 2000, NOW_MS), 7);

        assertThat(again.history()).isEqualTo(stream.history());
        assertThat(again.live()).isEqualTo(stream.live());
        assertThat(PaymentsStream.generate(PaymentsOptions.of(1000, 2000, NOW_MS), 8)
                        .history())
                .isNotEqualTo(stream.history());
    }

    @Test
    void testAccountsDoNotDependOnTheTimeAndNewcomersAreNewEachTime() {
        PaymentsStream later = PaymentsStream.generate(PaymentsOptions.of(1000, 2000, NOW_MS + 86_400_000), 7);

        assertThat(later.testAccounts()).isEqualTo(stream.testAccounts());
        assertThat(later.newcomers()).hasSameSizeAs(stream.newcomers());
        assertThat(later.newcomers().keySet())
                .doesNotContainAnyElementsOf(stream.newcomers().keySet());
    }

    @Test
    void timeNeverGoesBackAndIsNotAheadOfNow() {
        long last = 0;
        for (List<GraphEvent> part : List.of(stream.history(), stream.live())) {
            for (GraphEvent event : part) {
                assertThat(event.getEventTimeMs()).isBetween(last, NOW_MS);
                last = event.getEventTimeMs();
            }
        }
    }

    @Test
    void bothPartsAddChangeAndRemove() {
        assertThat(kinds(stream.history()))
                .contains(
                        EventCase.NODE_UPSERT,
                        EventCase.NODE_DELETE,
                        EventCase.EDGE_UPSERT,
                        EventCase.EDGE_DELETE,
                        EventCase.LABEL_UPSERT);
        assertThat(kinds(stream.live()))
                .contains(EventCase.NODE_UPSERT, EventCase.NODE_DELETE, EventCase.EDGE_UPSERT, EventCase.EDGE_DELETE)
                .doesNotContain(EventCase.LABEL_UPSERT);
    }

    @Test
    void ringsAreAFewPercentOfAllAccountsInEveryPart() {
        assertThat(share(stream.testAccounts())).isBetween(0.03, 0.15);
        assertThat(stream.testAccounts()).hasSizeBetween(140, 260);
        assertThat(stream.newcomers()).hasSize(50);
        assertThat(stream.newcomers()).containsValue(true);
    }

    @Test
    void noJudgedAccountIsClosed() {
        Set<String> closed = new HashSet<>();
        List.of(stream.history(), stream.live())
                .forEach(part -> part.stream()
                        .filter(GraphEvent::hasNodeDelete)
                        .forEach(event -> closed.add(event.getNodeDelete().getId())));

        assertThat(closed).isNotEmpty();
        assertThat(stream.testAccounts().keySet()).doesNotContainAnyElementsOf(closed);
        assertThat(stream.newcomers().keySet()).doesNotContainAnyElementsOf(closed);
    }

    private static Set<EventCase> kinds(List<GraphEvent> events) {
        Set<EventCase> kinds = new HashSet<>();
        events.forEach(event -> kinds.add(event.getEventCase()));
        return kinds;
    }

    private static double share(Map<String, Boolean> truth) {
        return truth.values().stream().filter(v -> v).count() / (double) truth.size();
    }
}
