package io.anabranch.graph.hag.search;

import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagCapacity;
import io.anabranch.graph.hag.HagCost;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.HagReport;
import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Finds the prefixes that neighbour lists share, for aggregators that read neighbours one after another, such as an LSTM (Jia et
 * al., "Redundancy-Free Computation for Graph Neural Networks", KDD 2020, sequential aggregation). Lists are sorted, and
 * neighbours in that order are compared; this finds every shared prefix, so without a capacity no plan over the same lists needs
 * fewer aggregations: as many as there are different prefixes of two or more sources.
 *
 * <p><b>What a plan means.</b> Children are in order. A node has two: first a shorter shared prefix or, where there is none, the
 * first source, then the source that is read next; its value is the state of the aggregator after the last. A target's first child
 * may be a node, whose state it goes on from; all others are sources, which it reads in turn. So the cover of a target, from left
 * to right, is its list, and every state comes out of the same operations as without sharing. A state that is kept is all
 * of the aggregator's state: of an LSTM cell and output.
 *
 * <p>Immutable; safe for any thread. Time: sorting, n log n comparisons of lists. Memory: 4 bytes an edge where the lists are put
 * in order, and 12 a target.
 */
public final class PrefixSharing {

    /** In which order an aggregator reads a target's neighbours: a choice of the model. */
    public enum Order {
        /** As the rows have them, such as by time. */
        GIVEN,
        /** By id. */
        ID,
        /** Sources of most targets first, then by id, which shares more. */
        DEGREE
    }

    private final int sources;
    private final int[] offsets;
    /** The lists in order. */
    private final int[] lists;
    /** Targets by component, and in it by list, so that those with a common prefix are neighbours. */
    private final int[] targetOrder;

    private final int[] componentTargets;
    /** By position: how long a prefix the list shares with the one before, in the same component. */
    private final int[] common;

    private final SharedPrefixes prefixes;

    private PrefixSharing(
            int sources, int[] offsets, int[] lists, int[] targetOrder, int[] componentTargets, int[] common) {
        this.sources = sources;
        this.offsets = offsets;
        this.lists = lists;
        this.targetOrder = targetOrder;
        this.componentTargets = componentTargets;
        this.common = common;
        this.prefixes = SharedPrefixes.of(common, componentTargets);
    }

    /**
     * Searches compressed sparse rows of in-neighbours.
     *
     * @param sources number of sources
     * @param offsets targets + 1 offsets, first 0, ascending, last the number of edges
     * @param neighbours the source of each edge, from 0 to {@code sources} - 1
     * @throws IllegalArgumentException if the arrays don't fit each other
     */
    public static PrefixSharing search(int sources, int[] offsets, int[] neighbours, Order order) {
        RowArrays rows = new RowArrays(sources, offsets, neighbours);
        Components components = Components.find(rows, false);
        int[] bySource = order == Order.DEGREE
                ? byDegree(rows)
                : IntStream.range(0, sources).toArray();
        int[] rank = new int[sources];
        for (int i = 0; i < sources; i++) {
            rank[bySource[i]] = i;
        }
        int[] lists = new int[neighbours.length];
        for (int i = 0; i < lists.length; i++) {
            lists[i] = rank[neighbours[i]];
        }
        for (int v = 0; order != Order.GIVEN && v < rows.targets(); v++) {
            Arrays.sort(lists, offsets[v], offsets[v + 1]);
        }
        int[] targetOrder = components.targetOrder.clone();
        for (int c = 0; c < components.count(); c++) {
            IntArrays.quickSort(targetOrder, components.targetStarts[c], components.targetStarts[c + 1], (a, b) -> {
                int byList = Arrays.compare(lists, offsets[a], offsets[a + 1], lists, offsets[b], offsets[b + 1]);
                return byList == 0 ? Integer.compare(a, b) : byList;
            });
        }
        int[] common = common(targetOrder, components.targetStarts, offsets, lists);
        for (int i = 0; i < lists.length; i++) {
            lists[i] = bySource[lists[i]];
        }
        return new PrefixSharing(sources, offsets, lists, targetOrder, components.targetStarts, common);
    }

    /** Sources by number of edges, most first, then by id. */
    private static int[] byDegree(RowArrays rows) {
        int[] degree = new int[rows.sources()];
        for (int source : rows.neighbours()) {
            degree[source]++;
        }
        long[] keys = new long[degree.length];
        for (int u = 0; u < keys.length; u++) {
            keys[u] = -((long) degree[u] << 32) + u;
        }
        Arrays.sort(keys);
        return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
    }

    private static int[] common(int[] order, int[] componentTargets, int[] offsets, int[] lists) {
        int[] common = new int[order.length];
        for (int c = 0; c + 1 < componentTargets.length; c++) {
            for (int position = componentTargets[c] + 1; position < componentTargets[c + 1]; position++) {
                int before = order[position - 1];
                int target = order[position];
                int mismatch = Arrays.mismatch(
                        lists, offsets[before], offsets[before + 1], lists, offsets[target], offsets[target + 1]);
                common[position] = mismatch < 0 ? offsets[target + 1] - offsets[target] : mismatch;
            }
        }
        return common;
    }

    /** Cost of reading each list from its beginning. */
    public HagCost direct() {
        return HagCost.direct(offsets, HagOptions.Mode.OPEN);
    }

    /** What a plan of these prefixes saves. */
    public HagReport report(Hag plan) {
        return new HagReport(direct(), HagCost.of(plan), plan.depth(), plan.scratchRows(), 0, 0, 0);
    }

    /** How many different prefixes of two or more sources the lists have: the aggregations of the plan without a capacity. */
    public long distinctPrefixes() {
        long distinct = 0;
        for (int position = 0; position < targetOrder.length; position++) {
            distinct += Math.max(0, length(position) - Math.max(1, common[position]));
        }
        return distinct;
    }

    /**
     * The plan with the prefixes that most lists share, as many as the capacity allows; of equal ones those of earlier targets
     * and the shorter.
     */
    public Hag plan(HagCapacity capacity) {
        int[] kept = prefixes.keep(capacity.limit(targetOrder.length));
        int nodes = Arrays.stream(kept).sum();
        int[] nodeStarts = IntStream.rangeClosed(0, nodes).map(i -> 2 * i).toArray();
        int[] nodeChildren = new int[2 * nodes];
        int[] componentNodes = new int[componentTargets.length];
        int[] targetStarts = new int[targetOrder.length + 1];
        int[] targetChildren = new int[lists.length];
        Path path = new Path();
        int node = 0;
        int next = 0;
        int to = 0;
        for (int c = 0; c + 1 < componentTargets.length; c++) {
            for (int position = componentTargets[c]; position < componentTargets[c + 1]; position++) {
                path.leave(position);
                int list = offsets[targetOrder[position]];
                for (; next < kept.length && prefixes.first(next) == position; next++) {
                    for (int i = 0; i < kept[next]; i++) {
                        int length = prefixes.shortest(next) + i;
                        nodeChildren[2 * node] = length == 2 ? lists[list] : path.nodeOf(length - 1);
                        nodeChildren[2 * node + 1] = lists[list + length - 1];
                        path.put(length, sources + node++);
                    }
                    path.enter(prefixes.end(next), prefixes.shortest(next) + kept[next] - 1, kept[next] > 0);
                }
                int shared = path.length();
                if (shared > 0) {
                    targetChildren[to++] = path.nodeOf(shared);
                }
                int rest = length(position) - shared;
                System.arraycopy(lists, list + shared, targetChildren, to, rest);
                to += rest;
                targetStarts[position + 1] = to;
            }
            componentNodes[c + 1] = node;
        }
        return new Hag(
                sources,
                targetOrder.length,
                nodeStarts,
                nodeChildren,
                targetOrder,
                targetStarts,
                Arrays.copyOf(targetChildren, to),
                componentNodes,
                componentTargets);
    }

    private int length(int position) {
        return offsets[targetOrder[position] + 1] - offsets[targetOrder[position]];
    }

    /** The nodes of the prefixes that the list at hand begins with. */
    private static final class Path {

        private int[] nodeOfLength = new int[16];
        /** Runs of lists that have been entered and not left, each within the one before. */
        private int[] ends = new int[16];

        private int[] lengths = new int[16];
        private int open;

        void leave(int position) {
            while (open > 0 && ends[open - 1] <= position) {
                open--;
            }
        }

        void enter(int end, int length, boolean anyNode) {
            if (!anyNode) {
                return;
            }
            if (open == ends.length) {
                ends = Arrays.copyOf(ends, 2 * open);
                lengths = Arrays.copyOf(lengths, 2 * open);
            }
            ends[open] = end;
            lengths[open++] = length;
        }

        /** Of the longest prefix with a node; 0 if none has one. */
        int length() {
            return open == 0 ? 0 : lengths[open - 1];
        }

        void put(int length, int node) {
            if (length >= nodeOfLength.length) {
                nodeOfLength = Arrays.copyOf(nodeOfLength, 2 * length);
            }
            nodeOfLength[length] = node;
        }

        int nodeOf(int length) {
            return nodeOfLength[length];
        }
    }
}
