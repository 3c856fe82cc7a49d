package io.anabranch.standalone.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A seed says which faults come; a round has every kind. */
class FaultScheduleTest {

    private static final List<FaultKind> ALL = List.of(FaultKind.values());

    @Test
    void sameSeedSameFaults() {
        assertThat(faults(7, 40)).isEqualTo(faults(7, 40)).isNotEqualTo(faults(8, 40));
    }

    @Test
    void everyRoundHasEveryKindAndWhoJoinsLeaves() {
        FaultSchedule schedule = new FaultSchedule(3, ALL);
        for (int round = 0; round < 5; round++) {
            List<FaultKind> kinds = new ArrayList<>();
            do {
                kinds.add(schedule.next().kind());
            } while (!schedule.roundComplete());
            assertThat(kinds).contains(FaultKind.values()).hasSize(FaultKind.values().length + 1);
            assertThat(kinds).filteredOn(FaultKind.REBALANCE::equals).hasSize(2);
        }
    }

    private static List<FaultSchedule.Fault> faults(long seed, int count) {
        FaultSchedule schedule = new FaultSchedule(seed, ALL);
        List<FaultSchedule.Fault> faults = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            faults.add(schedule.next());
        }
        return faults;
    }
}
