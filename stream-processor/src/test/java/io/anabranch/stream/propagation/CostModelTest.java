package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CostModelTest {
    private static final int LARGE = CostModel.SMALL;
    private static final long EDGES = 10 * LARGE;

    private final CostModel cost = new CostModel(EngineTuning.Strategy.MEASURED);

    @Test
    void smallBatchesAreNotPlanned() {
        assertThat(cost.plans(LARGE - 1, LARGE)).isFalse();
        assertThat(cost.plans(LARGE, 1000L * LARGE)).as("little of the graph").isFalse();
        assertThat(cost.plans(5 * LARGE, EDGES)).isTrue();
    }

    @Test
    void summingAnewWinsByItsMeasuredSpeed() {
        cost.scattered(LARGE, 40L * LARGE);
        cost.gathered(LARGE, 10L * LARGE);
        assertThat(cost.gathers(1000, 3900)).isTrue();
        assertThat(cost.gathers(1000, 4100)).isFalse();
    }

    @Test
    void whatIsMeasuredFollowsTheMachineSlowly() {
        cost.scattered(LARGE, 40L * LARGE);
        cost.gathered(LARGE, 10L * LARGE);
        cost.gathered(LARGE, 40L * LARGE);
        assertThat(cost.gathers(1000, 2200)).isTrue();
        assertThat(cost.gathers(1000, 2400)).isFalse();
        for (int i = 0; i < 30; i++) {
            cost.gathered(LARGE, 40L * LARGE);
        }
        assertThat(cost.gathers(1000, 1010)).isFalse();
    }

    @Test
    void shortMeasurementsCountForNothing() {
        cost.scattered(LARGE, 40L * LARGE);
        cost.gathered(LARGE, 10L * LARGE);
        cost.gathered(LARGE - 1, 1_000_000L * LARGE);
        assertThat(cost.gathers(1000, 3900)).isTrue();
    }

    @Test
    void aStrategyCanBePrescribed() {
        assertThat(new CostModel(EngineTuning.Strategy.DELTA).plans(EDGES, EDGES))
                .isFalse();
        var gather = new CostModel(EngineTuning.Strategy.GATHER);
        assertThat(gather.plans(1, EDGES)).isTrue();
        assertThat(gather.gathers(1, EDGES)).isTrue();
    }
}
