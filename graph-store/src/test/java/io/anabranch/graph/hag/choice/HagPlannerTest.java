package io.anabranch.graph.hag.choice;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.hag.Aggregator;
import io.anabranch.graph.hag.EdgeWeights;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.HagOptions.Mode;
import io.anabranch.graph.hag.TestRows;
import io.anabranch.graph.hag.choice.PlanChoice.Plan;
import io.anabranch.graph.hag.choice.PlanChoice.Reason;
import io.anabranch.graph.hag.search.SharedSums;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HagPlannerTest {

    @ParameterizedTest
    @CsvSource({
        "SUM, ONES, FEWER_TRANSFERS",
        "GCN, FACTORED, FEWER_TRANSFERS",
        "MEAN, ANY, WEIGHTS",
        "MAX, ONES, FEWER_TRANSFERS",
        "MAX, FACTORED, WEIGHTS",
        "LSTM, ONES, FEWER_TRANSFERS",
        "LSTM, ANY, WEIGHTS",
        "ATTENTION, ONES, NOTHING_TO_SHARE"
    })
    void aggregatorAndWeightsDecideWhetherToSearch(Aggregator aggregator, EdgeWeights weights, Reason reason) {
        PlanChoice choice = HagPlanner.beforeSearch(aggregator, weights);

        assertThat(choice.reason()).isEqualTo(reason);
        assertThat(choice.plan()).isEqualTo(reason == Reason.FEWER_TRANSFERS ? Plan.SHARED : Plan.DIRECT);
    }

    /** Ten nodes, closed: 100 transfers become 20. Two rows with two of three sources in common: 6 and 6. */
    @Test
    void aPlanMustSaveTransfers() {
        assertThat(choose(TestRows.complete(10), Mode.CLOSED).plan()).isEqualTo(Plan.SHARED);

        TestRows little = TestRows.of(4, List.of(new int[] {0, 1, 2}, new int[] {0, 1, 3}));
        PlanChoice choice = choose(little, Mode.OPEN);
        assertThat(choice.plan()).isEqualTo(Plan.DIRECT);
        assertThat(choice.reason()).isEqualTo(Reason.TOO_LITTLE).hasToString("too few transfers are saved");
    }

    @Test
    void aPlanThatWasNotFasterIsGivenUp() {
        PlanChoice shared = HagPlanner.beforeSearch(Aggregator.SUM, EdgeWeights.ONES);

        assertThat(HagPlanner.afterRunning(shared, 100, 99)).isEqualTo(shared);
        assertThat(HagPlanner.afterRunning(shared, 100, 100).reason()).isEqualTo(Reason.SLOWER);
    }

    @Test
    void weightsThatAreAllOneAreOnes() {
        assertThat(EdgeWeights.of(null)).isEqualTo(EdgeWeights.ONES);
        assertThat(EdgeWeights.of(new float[] {1, 1})).isEqualTo(EdgeWeights.ONES);
        assertThat(EdgeWeights.of(new float[] {1, 0.5f})).isEqualTo(EdgeWeights.ANY);
    }

    private static PlanChoice choose(TestRows rows, Mode mode) {
        HagOptions options = HagOptions.of(mode);
        SharedSums found = rows.search(options);
        return HagPlanner.choose(Aggregator.SUM, EdgeWeights.ONES, found.report(found.plan(options)));
    }
}
