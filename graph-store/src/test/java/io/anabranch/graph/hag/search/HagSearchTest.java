package io.anabranch.graph.hag.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagCapacity;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.HagOptions.Mode;
import io.anabranch.graph.hag.HagOptions.Rule;
import io.anabranch.graph.hag.HagReport;
import io.anabranch.graph.hag.TestRows;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HagSearchTest {

    private static final HagOptions ALL_MERGES = HagOptions.of(Mode.OPEN).withRule(Rule.PREFIX);

    /** The values are of another implementation: greedy over all pairs, ties by the smallest, in Python. */
    @ParameterizedTest
    @CsvSource({
        "4, 8, 6, 2",
        "5, 15, 9, 4",
        "6, 24, 12, 6",
        "7, 35, 15, 8",
        "8, 48, 18, 10",
        "9, 63, 21, 12",
        "10, 80, 24, 14"
    })
    void completeGraphs(int nodes, long before, long after, int merges) {
        TestRows rows = TestRows.complete(nodes);
        SharedSums found = rows.search(ALL_MERGES);
        Hag hag = found.plan(ALL_MERGES);

        assertThat(found.direct().aggregations()).isEqualTo(before);
        assertThat(hag.aggregations()).isEqualTo(after);
        assertThat(hag.nodes()).isEqualTo(merges);
        rows.requireCovers(hag, Mode.OPEN);
    }

    /** As above. */
    @ParameterizedTest
    @CsvSource({"2, 3, 7, 3", "3, 3, 12, 4", "4, 5, 31, 7", "8, 8, 112, 14"})
    void completeBipartiteGraphs(int first, int second, long before, long after) {
        TestRows rows = TestRows.bipartite(first, second);
        SharedSums found = rows.search(ALL_MERGES);
        Hag hag = found.plan(ALL_MERGES);

        assertThat(found.direct().aggregations()).isEqualTo(before);
        assertThat(hag.aggregations()).isEqualTo(after);
        rows.requireCovers(hag, Mode.OPEN);
    }

    /** A complete graph of n has 3n − 6 aggregations and 2n − 6 nodes; of n neighbours each, n(n − 2) before. */
    @Test
    void manyCliques() {
        TestRows rows = TestRows.bzrMd();
        assertThat(rows.targets()).isEqualTo(6_519);
        assertThat(rows.neighbours).hasSize(137_734);
        SharedSums found = rows.search(ALL_MERGES);

        assertThat(found.plan(ALL_MERGES).aggregations()).isEqualTo(3 * 6_519 - 6 * 306);
        assertThat(found.plan(ALL_MERGES).nodes()).isEqualTo(2 * 6_519 - 6 * 306);
        HagOptions quarter = HagOptions.of(Mode.OPEN).withLambda(-1).withCapacity(HagCapacity.QUARTER);
        HagReport report = found.report(found.plan(quarter));
        assertThat(report.aggregationsFactor()).isGreaterThanOrEqualTo(3.0);
        assertThat(report.transfersFactor()).isGreaterThanOrEqualTo(2.6);
        HagOptions closed = HagOptions.of(Mode.CLOSED).withLambda(-1);
        assertThat(rows.search(closed).report(rows.search(closed).plan(closed)).aggregationsFactor())
                .isCloseTo((137_734.0) / (6_519 - 306), within(1e-9));
    }

    /** By hand: the closed rows of a clique are one set, so one node of all and a copy for each target. */
    @Test
    void closedRowsOfACliqueAreOneNode() {
        TestRows rows = TestRows.complete(6);
        HagOptions options = HagOptions.of(Mode.CLOSED).withLambda(-1);
        SharedSums found = rows.search(options);
        Hag hag = found.plan(options);

        assertThat(hag.nodes()).isOne();
        assertThat(hag.aggregations()).isEqualTo(5);
        assertThat(hag.transfers()).isEqualTo(12);
        assertThat(found.equalRows()).isEqualTo(5);
        assertThat(found.direct().aggregations()).isEqualTo(30);
        assertThat(found.report(hag).transfersFactor()).isCloseTo(3, within(1e-12));
        rows.requireCovers(hag, Mode.CLOSED);
    }

    /** By hand: 0 + 1 is shared; the second edge from 0 stays direct. */
    @Test
    void secondCopiesOfParallelEdgesStayDirect() {
        TestRows rows = TestRows.of(3, List.of(new int[] {0, 1, 0}, new int[] {1, 0}, new int[] {0, 1, 2, 0}));
        HagOptions options = HagOptions.of(Mode.OPEN).withLambda(-1);
        Hag hag = rows.search(options).plan(options);

        assertThat(hag.nodeChildren()).containsExactly(0, 1);
        assertThat(hag.targetChildren()).containsExactly(0, 3, 3, 0, 2, 3);
    }

    @Test
    void componentsAreConsecutive() {
        TestRows rows = TestRows.of(
                6,
                List.of(new int[] {0, 2}, new int[] {3, 5}, new int[0], new int[] {0, 2}, new int[] {3, 5}, new int[] {
                    5, 3
                }));
        Hag hag = rows.search(ALL_MERGES).plan(ALL_MERGES);

        assertThat(hag.targetOrder()).containsExactly(0, 3, 1, 4, 5, 2);
        assertThat(hag.componentTargets()).containsExactly(0, 2, 5, 6);
        assertThat(hag.componentNodes()).containsExactly(0, 1, 2, 2);
        assertThat(hag.depth()).isOne();
    }

    /** By hand: a node of two rows and two children saves no transfer, so the default lambda writes it out. */
    @Test
    void lambdaWritesOutWhatIsNotWorthARow() {
        TestRows rows = TestRows.of(4, List.of(new int[] {0, 1, 2}, new int[] {0, 1, 3}));
        SharedSums found = rows.search(HagOptions.of(Mode.OPEN));

        assertThat(found.plan(HagOptions.of(Mode.OPEN).withLambda(-1)).nodes()).isOne();
        assertThat(found.plan(HagOptions.of(Mode.OPEN).withLambda(0)).nodes()).isZero();
        assertThat(found.plan(HagOptions.of(Mode.OPEN)).nodes()).isZero();
    }

    @Test
    void whatTheHubLimitLeavesOutIsReported() {
        TestRows rows = TestRows.complete(8);
        HagOptions options = ALL_MERGES.withHubLimit(6);
        SharedSums found = rows.search(options);

        assertThat(found.hubRows()).isEqualTo(8);
        assertThat(found.plan(options).nodes()).isZero();
        assertThat(found.report(found.plan(options)).hubRows()).isEqualTo(8);

        // Source 0 is in four rows, 1 and 2 are in three.
        TestRows column = TestRows.of(
                3, List.of(new int[] {0, 1}, new int[] {1, 0}, new int[] {0, 2}, new int[] {2, 0}, new int[] {1, 2}));
        SharedSums noHub = column.search(ALL_MERGES.withHubLimit(3));
        assertThat(noHub.hubSources()).isOne();
        assertThat(noHub.plan(ALL_MERGES).nodes()).isZero();
        column.requireCovers(noHub.plan(ALL_MERGES), Mode.OPEN);
    }

    @Test
    void emptyGraphs() {
        TestRows none = TestRows.of(0, List.of());
        TestRows edgeless = TestRows.of(3, List.of(new int[0], new int[0]));
        for (Mode mode : Mode.values()) {
            HagOptions options = HagOptions.of(mode);
            assertThat(none.search(options).plan(options).transfers()).isZero();
            Hag hag = edgeless.search(options).plan(options);
            edgeless.requireCovers(hag, mode);
            assertThat(edgeless.search(options).report(hag).aggregationsFactor())
                    .isOne();
        }
    }

    @Test
    void capacityIsANumberOrAShare() {
        assertThat(HagCapacity.QUARTER.limit(7)).isOne();
        assertThat(HagCapacity.nodes(12).limit(7)).isEqualTo(12);
        assertThat(HagCapacity.perTarget(2).limit(7)).isEqualTo(14);
        assertThat(HagCapacity.UNLIMITED.limit(7)).isGreaterThanOrEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void wrongOptionsAreNamed() {
        HagOptions options = HagOptions.of(Mode.CLOSED);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.withRule(Rule.PREFIX))
                .withMessage("The rule (PREFIX) needs the mode OPEN: groups of equal rows are no merges.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.withLambda(-2))
                .withMessage("The lambda (-2.0) must be at least -1.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.withLambda(Double.NaN))
                .withMessage("The lambda (NaN) must be at least -1.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.withHubLimit(1))
                .withMessage("The hub limit (1) must be at least 2.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.withThreads(0))
                .withMessage("The number of threads (0) must be at least 1.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HagCapacity.nodes(-1))
                .withMessage("The capacity (-1) must not be negative.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HagCapacity.perTarget(Double.POSITIVE_INFINITY))
                .withMessage("The capacity for each target (Infinity) must be finite and not negative.");
    }

    @Test
    void wrongRowsAreNamed() {
        HagOptions options = HagOptions.of(Mode.CLOSED);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HagSearch.search(2, new int[] {0, 1}, new int[] {2}, options))
                .withMessage("The neighbour (2) must be from 0 to 1.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HagSearch.search(2, new int[] {0, 2}, new int[] {1}, options))
                .withMessage("The 2 offsets must run from 0 to the number of edges (1).");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HagSearch.search(2, new int[] {0, 2, 1}, new int[] {1}, options))
                .withMessage("The offset (1) of row 2 must not be below the one before (2).");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HagSearch.search(1, new int[] {0, 0, 1}, new int[] {0}, options))
                .withMessage("Closed rows of 2 targets need a source for each, and there are 1.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TestRows.complete(3).search(options).plan(HagOptions.of(Mode.OPEN)))
                .withMessage("The search was of CLOSED rows, the plan is to be of OPEN ones.");
    }
}
