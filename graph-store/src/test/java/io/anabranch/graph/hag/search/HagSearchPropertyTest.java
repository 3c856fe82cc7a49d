package io.anabranch.graph.hag.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagCapacity;
import io.anabranch.graph.hag.HagCost;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.HagOptions.Mode;
import io.anabranch.graph.hag.HagOptions.Rule;
import io.anabranch.graph.hag.TestRows;
import io.anabranch.graph.testkit.Randomized;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

final class HagSearchPropertyTest {

    @Randomized(runs = 300)
    void everyPlanCoversEveryRow(RandomGenerator random) {
        TestRows rows = TestRows.random(random, 40);
        HagOptions drawn = draw(random);
        SharedSums found = rows.search(drawn);
        Hag hag = found.plan(drawn);

        rows.requireCovers(hag, drawn.mode());
        rows.requireEqualSums(hag, drawn.mode());
        assertThat((long) hag.nodes()).isLessThanOrEqualTo(drawn.capacity().limit(rows.targets()));
        assertThat(hag.aggregations()).isLessThanOrEqualTo(found.direct().aggregations());
        requireWorthOfNodes(hag, drawn);
        requireAscending(hag.nodeStarts(), hag.nodeChildren());
        requireAscending(hag.targetStarts(), hag.targetChildren());
    }

    private static void requireAscending(int[] starts, int[] children) {
        for (int row = 0; row + 1 < starts.length; row++) {
            assertThat(Arrays.copyOfRange(children, starts[row], starts[row + 1]))
                    .isSorted();
        }
    }

    /** A plan that prunes has no node of one parent, and none that lambda is against. */
    private static void requireWorthOfNodes(Hag hag, HagOptions options) {
        if (options.rule() == Rule.PREFIX) {
            return;
        }
        int[] parents = new int[hag.nodes()];
        for (int[] children : new int[][] {hag.nodeChildren(), hag.targetChildren()}) {
            for (int child : children) {
                if (child >= hag.sources()) {
                    parents[child - hag.sources()]++;
                }
            }
        }
        for (int node = 0; node < hag.nodes(); node++) {
            int children = hag.nodeStarts()[node + 1] - hag.nodeStarts()[node];
            assertThat(parents[node]).isGreaterThan(1);
            assertThat(children).isGreaterThan(1);
            assertThat((double) parents[node] * (children - 1) - children).isGreaterThan(options.lambda());
        }
    }

    /** Each merge is a best pair of those that were left; independent of which of several best ones it is. */
    @Randomized(runs = 200)
    void everyMergeIsTheMostRedundantPair(RandomGenerator random) {
        TestRows rows = TestRows.random(random, 25);
        Mode mode = random.nextBoolean() ? Mode.OPEN : Mode.CLOSED;
        HagOptions options = HagOptions.of(mode);
        RowArrays arrays = new RowArrays(rows.sources, rows.offsets, rows.neighbours);
        Components components = Components.find(arrays, mode == Mode.CLOSED);
        for (boolean bits : new boolean[] {false, true}) {
            for (int c = 0; c < components.count(); c++) {
                ComponentRows local = new ComponentRows();
                local.load(arrays, components, c, options);
                PairTable table = table(local);
                MergeLog log = new MergeLog();
                if (bits) {
                    new BitsetMerges().run(local, log);
                } else {
                    new SparseMerges().run(local, log);
                }
                requireGreedy(table, log);
                for (int r = 0; r < local.count; r++) {
                    assertThat(Arrays.stream(local.children, local.starts[r], local.ends[r]))
                            .containsExactlyElementsOf(table.rows.get(r));
                }
            }
        }
    }

    private static PairTable table(ComponentRows local) {
        int[] offsets = new int[local.count + 1];
        IntStream.Builder children = IntStream.builder();
        for (int r = 0; r < local.count; r++) {
            for (int i = local.starts[r]; i < local.ends[r]; i++) {
                children.add(local.children[i]);
            }
            offsets[r + 1] = offsets[r] + local.ends[r] - local.starts[r];
        }
        return new PairTable(
                new TestRows(local.sources, offsets, children.build().toArray()), Mode.OPEN);
    }

    private static void requireGreedy(PairTable table, MergeLog log) {
        for (int i = 0; i < log.size; i++) {
            Map<Long, Integer> counts = table.counts();
            int greatest = Collections.max(counts.values());
            assertThat(log.redundancy[i]).isEqualTo(greatest).isGreaterThanOrEqualTo(2);
            assertThat(table.merge(PairTable.pair(log.right[i], log.left[i]))).isEqualTo(greatest);
        }
        assertThat(table.counts().values()).allMatch(count -> count < 2);
    }

    /** Only ties are broken another way; over many graphs that evens out. */
    @Randomized(runs = 20)
    void aggregationsAreThoseOfThePairTable(RandomGenerator random) {
        long ours = 0;
        long reference = 0;
        HagOptions options = HagOptions.of(Mode.OPEN).withRule(Rule.PREFIX);
        for (int graph = 0; graph < 10; graph++) {
            TestRows rows = withoutCopies(TestRows.random(random, 25));
            ours += rows.search(options).plan(options).aggregations();
            reference += new PairTable(rows, Mode.OPEN).aggregations();
        }
        assertThat((double) ours).isCloseTo(reference, within(0.02 * reference));
    }

    private static TestRows withoutCopies(TestRows rows) {
        return TestRows.of(
                rows.sources,
                IntStream.range(0, rows.targets())
                        .mapToObj(v ->
                                Arrays.stream(rows.row(v, Mode.OPEN)).distinct().toArray())
                        .toList());
    }

    @Randomized(runs = 30)
    void threadsChangeNothing(RandomGenerator random) {
        TestRows rows = TestRows.random(random, 40);
        HagOptions options = draw(random);
        Hag one = rows.search(options.withThreads(1)).plan(options);
        Hag four = rows.search(options.withThreads(4)).plan(options);

        assertThat(four.nodeChildren()).isEqualTo(one.nodeChildren());
        assertThat(four.nodeStarts()).isEqualTo(one.nodeStarts());
        assertThat(four.targetChildren()).isEqualTo(one.targetChildren());
        assertThat(four.targetStarts()).isEqualTo(one.targetStarts());
        assertThat(four.targetOrder()).isEqualTo(one.targetOrder());
    }

    /** The published formula takes every row to have a child. */
    @Randomized(runs = 100)
    void costIsWhatCountingGives(RandomGenerator random) {
        TestRows rows = TestRows.random(random, 30);
        HagOptions options = draw(random);
        SharedSums found = rows.search(options);
        for (HagCost cost : new HagCost[] {found.direct(), HagCost.of(found.plan(options))}) {
            int empty = 0;
            for (int v = 0; v < rows.targets(); v++) {
                empty += rows.row(v, options.mode()).length == 0 ? 1 : 0;
            }
            assertThat(cost.ofLayer(3, 7))
                    .isCloseTo(3.0 * cost.aggregations() + 7.0 * rows.targets() - 3.0 * empty, within(1e-6));
        }
    }

    /** A prefix of one more merge of redundancy r saves r − 1 aggregations more. */
    @Randomized(runs = 50)
    void capacitiesArePrefixesOfOneSearch(RandomGenerator random) {
        TestRows rows = TestRows.random(random, 20);
        HagOptions options = HagOptions.of(Mode.OPEN).withRule(Rule.PREFIX);
        SharedSums found = rows.search(options);
        int all = found.plan(options).nodes();
        long last = found.direct().aggregations();
        long lastSaved = Long.MAX_VALUE;
        for (int nodes = 1; nodes <= all; nodes++) {
            Hag hag = found.plan(options.withCapacity(HagCapacity.nodes(nodes)));
            rows.requireCovers(hag, Mode.OPEN);
            assertThat(hag.nodes()).isEqualTo(nodes);
            long saved = last - hag.aggregations();
            assertThat(saved).isBetween(1L, lastSaved);
            last = hag.aggregations();
            lastSaved = saved;
        }
    }

    private static HagOptions draw(RandomGenerator random) {
        Mode mode = random.nextBoolean() ? Mode.OPEN : Mode.CLOSED;
        HagOptions options = HagOptions.of(mode).withLambda(random.nextInt(-1, 6));
        if (random.nextInt(4) == 0) {
            options = options.withHubLimit(random.nextInt(2, 20));
        }
        if (mode == Mode.OPEN && random.nextBoolean()) {
            options = options.withRule(Rule.PREFIX);
        }
        return switch (random.nextInt(3)) {
            case 0 -> options.withCapacity(HagCapacity.QUARTER);
            case 1 -> options.withCapacity(HagCapacity.nodes(random.nextInt(12)));
            default -> options;
        };
    }
}
