package io.anabranch.graph.hag.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagCost;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.search.HagSearch;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/** A graph of plain lists, and what a patched computation graph over it must hold. */
final class EditedGraph {

    final HagOptions.Mode mode;
    int sources;
    /** In-neighbours by target, in no order. */
    final List<IntArrayList> rows = new ArrayList<>();
    /** Closed: targets with an entry of their own. */
    final BitSet own = new BitSet();

    private int[] counts = new int[0];

    EditedGraph(HagOptions.Mode mode, int sources, int targets) {
        this.mode = mode;
        grow(sources, targets);
        if (mode == HagOptions.Mode.CLOSED) {
            own.set(0, targets);
        }
    }

    void grow(int newSources, int newTargets) {
        sources = newSources;
        while (rows.size() < newTargets) {
            rows.add(new IntArrayList());
        }
        counts = Arrays.copyOf(counts, newSources);
    }

    void add(int source, int target) {
        rows.get(target).add(source);
    }

    void remove(int source, int target) {
        if (!rows.get(target).rem(source)) {
            throw new IllegalStateException("The test removed an edge that is not there.");
        }
    }

    long edges() {
        return rows.stream().mapToLong(IntArrayList::size).sum();
    }

    /** A graph from a search, in which every vertex has its own entry that should. */
    Hag search(HagOptions options) {
        int[] offsets = offsets();
        IntArrayList neighbours = new IntArrayList();
        rows.forEach(neighbours::addAll);
        return HagSearch.search(sources, offsets, neighbours.toIntArray(), options)
                .plan(options);
    }

    private int[] offsets() {
        int[] offsets = new int[rows.size() + 1];
        for (int v = 0; v < rows.size(); v++) {
            offsets[v + 1] = offsets[v] + rows.get(v).size();
        }
        return offsets;
    }

    PatchedHag patched(HagOptions options) {
        PatchedHag patched = PatchedHag.of(search(options), mode);
        if (mode == HagOptions.Mode.CLOSED) {
            for (int v = 0; v < rows.size(); v++) {
                if (!own.get(v)) {
                    patched.removeOwn(v);
                }
            }
        }
        return patched;
    }

    /** Everything: each row, disjointness, parents, cost. Plain code without assertions, as it runs after every edit. */
    void requireWhole(PatchedHag patched) {
        for (int v = 0; v < rows.size(); v++) {
            requireRow(patched, v);
        }
        requireParents(patched);
        requireCost(patched);
    }

    /** The target covers its row, no source twice through nodes, and its children ascend. */
    void requireRow(PatchedHag patched, int v) {
        int[] row = patched.rows().children(v);
        int size = patched.rows().size(v);
        for (int i = 0; i < size; i++) {
            require(i == 0 || row[i - 1] <= row[i], "The children of %d do not ascend.", v);
            if (row[i] < 0) {
                require(patched.nodes().isLive(~row[i]), "A child of %d was freed.", v);
                count(patched.nodes(), ~row[i]);
            }
        }
        // Through nodes every source comes once at most.
        for (int i = 0; i < size && row[i] < 0; i++) {
            requireOnce(patched.nodes(), ~row[i], v);
        }
        for (int i = 0; i < size; i++) {
            if (row[i] >= 0) {
                counts[row[i]]++;
            }
        }
        IntArrayList expected = rows.get(v);
        for (int i = 0; i < expected.size(); i++) {
            counts[expected.getInt(i)]--;
        }
        if (own.get(v)) {
            counts[v]--;
        }
        for (int i = 0; i < size; i++) {
            if (row[i] >= 0) {
                requireNone(row[i], v);
            } else {
                requireNone(patched.nodes(), ~row[i], v);
            }
        }
        for (int i = 0; i < expected.size(); i++) {
            requireNone(expected.getInt(i), v);
        }
        if (own.get(v)) {
            requireNone(v, v);
        }
    }

    private void count(SharedNodes nodes, int node) {
        for (int at = nodes.start(node); at < nodes.end(node); at++) {
            int child = nodes.child(at);
            if (child < 0) {
                require(nodes.isLive(~child), "A child of node %d was freed.", node);
                count(nodes, ~child);
            } else {
                counts[child]++;
            }
        }
    }

    private void requireOnce(SharedNodes nodes, int node, int v) {
        for (int at = nodes.start(node); at < nodes.end(node); at++) {
            int child = nodes.child(at);
            if (child < 0) {
                requireOnce(nodes, ~child, v);
            } else {
                require(counts[child] == 1, "The nodes of target %d cover a source twice.", v);
            }
        }
    }

    private void requireNone(SharedNodes nodes, int node, int v) {
        for (int at = nodes.start(node); at < nodes.end(node); at++) {
            int child = nodes.child(at);
            if (child < 0) {
                requireNone(nodes, ~child, v);
            } else {
                requireNone(child, v);
            }
        }
    }

    private void requireNone(int source, int v) {
        require(counts[source] == 0, "Target %d does not cover its row.", v);
    }

    private static void requireParents(PatchedHag patched) {
        SharedNodes nodes = patched.nodes();
        int[] parents = new int[nodes.count()];
        for (int v = 0; v < patched.targets(); v++) {
            int[] row = patched.rows().children(v);
            for (int i = 0; i < patched.rows().size(v) && row[i] < 0; i++) {
                parents[~row[i]]++;
            }
        }
        // Parents come after their children.
        int live = 0;
        for (int node = nodes.count() - 1; node >= 0; node--) {
            require(nodes.parents(node) == parents[node], "The parents of node %d are miscounted.", node);
            live += parents[node] > 0 ? 1 : 0;
            for (int at = nodes.start(node); parents[node] > 0 && at < nodes.end(node); at++) {
                if (nodes.child(at) < 0) {
                    parents[~nodes.child(at)]++;
                }
            }
        }
        require(nodes.live() == live, "There are %d living nodes.", live);
    }

    private void requireCost(PatchedHag patched) {
        long transfers = 0;
        long aggregations = 0;
        long directTransfers = 0;
        long directAggregations = 0;
        for (int v = 0; v < rows.size(); v++) {
            int size = patched.rows().size(v);
            transfers += size;
            aggregations += Math.max(0, size - 1);
            int degree = rows.get(v).size() + (own.get(v) ? 1 : 0);
            directTransfers += degree;
            directAggregations += Math.max(0, degree - 1);
        }
        SharedNodes nodes = patched.nodes();
        for (int node = 0; node < nodes.count(); node++) {
            if (nodes.isLive(node)) {
                transfers += nodes.end(node) - nodes.start(node);
                aggregations += Math.max(0, nodes.end(node) - nodes.start(node) - 1);
            }
        }
        HagCost cost = patched.cost();
        require(cost.transfers() == transfers, "There are %d transfers.", transfers);
        require(cost.aggregations() == aggregations, "There are %d aggregations.", aggregations);
        require(patched.direct().transfers() == directTransfers, "There are %d direct transfers.", directTransfers);
        require(
                patched.direct().aggregations() == directAggregations,
                "There are %d direct aggregations.",
                directAggregations);
    }

    /** Sums of random 64-bit values along the graph that is executed are the direct ones, modulo 2^64; its cost is the one counted. */
    void requireSums(Hag hag) {
        SplittableRandom random = new SplittableRandom(hag.transfers());
        assertThat(hag.sources()).isEqualTo(sources);
        assertThat(hag.targets()).isEqualTo(rows.size());
        long[] values = Arrays.copyOf(random.longs(sources).toArray(), sources + hag.nodes());
        for (int node = 0; node < hag.nodes(); node++) {
            for (int i = hag.nodeStarts()[node]; i < hag.nodeStarts()[node + 1]; i++) {
                values[sources + node] += values[hag.nodeChildren()[i]];
            }
        }
        for (int position = 0; position < hag.targets(); position++) {
            int v = hag.targetOrder()[position];
            long shared = 0;
            for (int i = hag.targetStarts()[position]; i < hag.targetStarts()[position + 1]; i++) {
                shared += values[hag.targetChildren()[i]];
            }
            long direct = own.get(v) ? values[v] : 0;
            for (int i = 0; i < rows.get(v).size(); i++) {
                direct += values[rows.get(v).getInt(i)];
            }
            require(shared == direct, "Target %d sums up to something else.", v);
        }
    }

    private static void require(boolean holds, String message, int value) {
        if (!holds) {
            throw new AssertionError(message.formatted(value));
        }
    }

    private static void require(boolean holds, String message, long value) {
        if (!holds) {
            throw new AssertionError(message.formatted(value));
        }
    }
}
