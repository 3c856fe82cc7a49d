package io.anabranch.graph.hag.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagCapacity;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.HagReport;
import io.anabranch.graph.hag.TestRows;
import io.anabranch.graph.hag.search.PrefixSharing.Order;
import io.anabranch.graph.testkit.Randomized;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PrefixSharingTest {

    /** By hand: 4 1 2 and 4 1 2 3 share 4 1 2; 4 1 0 shares 4 1 with them; 5 stands alone. */
    @Test
    void sharedPrefixesByHand() {
        TestRows rows = TestRows.of(
                6, List.of(new int[] {4, 1, 2}, new int[] {4, 1, 0}, new int[] {5}, new int[] {4, 1, 2, 3}));
        PrefixSharing found = search(rows, Order.GIVEN);
        Hag hag = found.plan(HagCapacity.UNLIMITED);

        assertThat(found.distinctPrefixes()).isEqualTo(4);
        assertThat(hag.aggregations()).isEqualTo(4);
        assertThat(hag.nodeChildren()).containsExactly(4, 1, 6, 2);
        assertThat(hag.targetOrder()).containsExactly(1, 0, 3, 2);
        assertThat(hag.targetChildren()).containsExactly(6, 0, 7, 7, 3, 5);
        assertThat(hag.componentNodes()).containsExactly(0, 2, 2);
        assertThat(found.plan(HagCapacity.nodes(1)).targetChildren())
                .as("4 1 has three lists, 4 1 2 only two")
                .containsExactly(6, 0, 6, 2, 6, 2, 3, 5);
    }

    /** Source 2 has three targets, 0 has two, 1 and 3 have one. */
    @Test
    void listsAreReadInTheOrderThatIsAskedFor() {
        TestRows rows = TestRows.of(4, List.of(new int[] {3, 2}, new int[] {1, 2, 0}, new int[] {0, 2}));

        assertThat(covers(rows, search(rows, Order.GIVEN).plan(HagCapacity.UNLIMITED)))
                .isDeepEqualTo(new int[][] {{3, 2}, {1, 2, 0}, {0, 2}});
        assertThat(covers(rows, search(rows, Order.ID).plan(HagCapacity.UNLIMITED)))
                .isDeepEqualTo(new int[][] {{2, 3}, {0, 1, 2}, {0, 2}});
        assertThat(covers(rows, search(rows, Order.DEGREE).plan(HagCapacity.UNLIMITED)))
                .isDeepEqualTo(new int[][] {{2, 3}, {2, 0, 1}, {2, 0}});
    }

    /** The published optimum: as many aggregations as there are different prefixes, here counted one by one. */
    @Randomized(runs = 200)
    void withoutACapacityEachPrefixIsMadeOnce(RandomGenerator random) {
        TestRows rows = lists(random);
        for (Order order : Order.values()) {
            PrefixSharing found = search(rows, order);
            Hag hag = found.plan(HagCapacity.UNLIMITED);
            Set<List<Integer>> prefixes = new HashSet<>();
            for (int[] list : covers(rows, hag)) {
                for (int length = 2; length <= list.length; length++) {
                    prefixes.add(IntStream.of(list).limit(length).boxed().toList());
                }
            }
            assertThat(hag.aggregations()).isEqualTo(prefixes.size());
            assertThat(found.distinctPrefixes()).isEqualTo(prefixes.size());
        }
    }

    @Randomized(runs = 200)
    void everyPlanReadsEveryListInOrder(RandomGenerator random) {
        TestRows rows = lists(random);
        Order order = Order.values()[random.nextInt(3)];
        PrefixSharing found = search(rows, order);
        int all = found.plan(HagCapacity.UNLIMITED).nodes();
        int[][] lists = covers(rows, found.plan(HagCapacity.nodes(0)));
        if (order == Order.GIVEN) {
            for (int v = 0; v < rows.targets(); v++) {
                assertThat(lists[v])
                        .containsExactly(Arrays.copyOfRange(rows.neighbours, rows.offsets[v], rows.offsets[v + 1]));
            }
        }
        long last = found.direct().aggregations();
        long lastSaved = Long.MAX_VALUE;
        for (int nodes = 1; nodes <= all; nodes++) {
            Hag hag = found.plan(HagCapacity.nodes(nodes));
            assertThat(hag.nodes()).isEqualTo(nodes);
            assertThat(covers(rows, hag)).isDeepEqualTo(lists);
            requireReadingOrder(hag);
            long saved = last - hag.aggregations();
            assertThat(saved).isBetween(1L, lastSaved);
            last = hag.aggregations();
            lastSaved = saved;
        }
    }

    /** Only a first child is a node. */
    private static void requireReadingOrder(Hag hag) {
        for (int node = 0; node < hag.nodes(); node++) {
            assertThat(hag.nodeStarts()[node + 1] - hag.nodeStarts()[node]).isEqualTo(2);
            assertThat(hag.nodeChildren()[2 * node + 1]).isLessThan(hag.sources());
        }
        for (int position = 0; position < hag.targets(); position++) {
            for (int i = hag.targetStarts()[position] + 1; i < hag.targetStarts()[position + 1]; i++) {
                assertThat(hag.targetChildren()[i]).isLessThan(hag.sources());
            }
        }
    }

    @Test
    void manyCliques() {
        TestRows rows = TestRows.bzrMd();
        assertThat(search(rows, Order.ID).distinctPrefixes()).isEqualTo(74_468);
    }

    /** As another implementation counted: aggregations before and after, and factors at one node for four targets and without limit. */
    @ParameterizedTest
    @CsvSource({
        "bzr, 16571, 1.00, 1.00, 1.00",
        "imdb-binary, 111903, 1.36, 1.27, 1.34",
        "collab, 13116455, 1.58, 1.56, 1.77",
        "ca-grqc, 18733, 1.27, 1.15, 1.15",
        "facebook-pages, 290376, 1.09, 1.07, 1.07",
        "amazon-photo, 212999, 1.07, 1.06, 1.06",
        "cora, 7212, 1.09, 1.03, 1.03",
        "ppi-toy, 417461, 1.03, 1.02, 1.02",
        "soc-slashdot0902, 770395, 1.02, 1.02, 1.02"
    })
    void dataSetsByDegree(String set, long after, double aggregations, double transfers, double allTransfers)
            throws IOException {
        TestRows rows = HagDataSetTest.open(set);
        PrefixSharing found = search(rows, Order.DEGREE);
        Hag all = found.plan(HagCapacity.UNLIMITED);
        HagReport quarter = found.report(found.plan(HagCapacity.QUARTER));

        assertThat(found.distinctPrefixes()).isEqualTo(after);
        assertThat(all.aggregations()).isEqualTo(after);
        assertThat(found.report(all).transfersFactor()).isCloseTo(allTransfers, within(0.01));
        assertThat(quarter.aggregationsFactor()).isCloseTo(aggregations, within(0.01));
        assertThat(quarter.transfersFactor()).isCloseTo(transfers, within(0.01));
        rows.requireEqualSums(all, HagOptions.Mode.OPEN);
    }

    /** The same by id, to its end. */
    @ParameterizedTest
    @CsvSource({"imdb-binary, 1.43, 1.25", "ca-grqc, 1.16, 1.09", "facebook-pages, 1.04, 1.02", "cora, 1.05, 1.01"})
    void dataSetsById(String set, double aggregations, double transfers) throws IOException {
        TestRows rows = HagDataSetTest.open(set);
        PrefixSharing found = search(rows, Order.ID);
        HagReport all = found.report(found.plan(HagCapacity.UNLIMITED));

        assertThat(all.aggregationsFactor()).isCloseTo(aggregations, within(0.01));
        assertThat(all.transfersFactor()).isCloseTo(transfers, within(0.01));
    }

    private static PrefixSharing search(TestRows rows, Order order) {
        return PrefixSharing.search(rows.sources, rows.offsets, rows.neighbours, order);
    }

    /** By target. */
    private static int[][] covers(TestRows rows, Hag hag) {
        int[][] covers = new int[rows.targets()][];
        for (int position = 0; position < covers.length; position++) {
            covers[hag.targetOrder()[position]] = TestRows.cover(hag, position);
        }
        return covers;
    }

    /** Short lists over few sources, with repetitions, so that many begin alike. */
    private static TestRows lists(RandomGenerator random) {
        int sources = random.nextInt(1, 5);
        List<int[]> lists = new ArrayList<>();
        for (int v = random.nextInt(60); v > 0; v--) {
            lists.add(random.ints(random.nextInt(7), 0, sources).toArray());
        }
        return TestRows.of(sources, lists);
    }
}
