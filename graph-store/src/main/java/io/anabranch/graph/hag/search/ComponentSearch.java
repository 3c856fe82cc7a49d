package io.anabranch.graph.hag.search;

import io.anabranch.graph.hag.HagOptions;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Searches one component after another, with scratch that it keeps. One thread. */
final class ComponentSearch {

    /**
     * What a component shares, in ids of its own: sources from 0, then the merges.
     *
     * @param merges left and right child of each merge
     * @param redundancy rows that held both
     * @param rowStarts offsets into {@code rowChildren}
     * @param rowChildren what is left of each different row after all merges, and what was not searched
     * @param rowOf the row of each target; null: each its own
     */
    record Found(
            int[] merges,
            int[] redundancy,
            int[] rowStarts,
            int[] rowChildren,
            int @Nullable [] rowOf,
            int hubRows,
            int hubSources) {}

    private final RowArrays graph;
    private final Components components;
    private final HagOptions options;
    private final ComponentRows rows = new ComponentRows();
    private final SparseMerges sparse = new SparseMerges();
    private final BitsetMerges bitset = new BitsetMerges();
    private final MergeLog log = new MergeLog();

    ComponentSearch(RowArrays graph, Components components, HagOptions options) {
        this.graph = graph;
        this.components = components;
        this.options = options;
    }

    Found search(int component) {
        rows.load(graph, components, component, options);
        log.size = 0;
        if (BitsetMerges.suits(rows)) {
            bitset.run(rows, log);
        } else {
            sparse.run(rows, log);
        }
        int[] merges = new int[2 * log.size];
        for (int i = 0; i < log.size; i++) {
            merges[2 * i] = log.left[i];
            merges[2 * i + 1] = log.right[i];
        }
        int[] rowStarts = new int[rows.count + 1];
        for (int r = 0; r < rows.count; r++) {
            rowStarts[r + 1] = rowStarts[r] + rows.ends[r] - rows.starts[r] + rows.starts[r + 1] - rows.rests[r];
        }
        int[] rowChildren = new int[rowStarts[rows.count]];
        for (int r = 0; r < rows.count; r++) {
            int searched = rows.ends[r] - rows.starts[r];
            int rest = rows.starts[r + 1] - rows.rests[r];
            System.arraycopy(rows.children, rows.starts[r], rowChildren, rowStarts[r], searched);
            if (rest > 0) {
                System.arraycopy(rows.children, rows.rests[r], rowChildren, rowStarts[r] + searched, rest);
                Arrays.sort(rowChildren, rowStarts[r], rowStarts[r + 1]);
            }
        }
        boolean closed = options.mode() == HagOptions.Mode.CLOSED;
        return new Found(
                merges,
                Arrays.copyOf(log.redundancy, log.size),
                rowStarts,
                rowChildren,
                closed ? Arrays.copyOf(rows.rowOf, components.targets(component)) : null,
                rows.hubRows,
                rows.hubSources);
    }
}
