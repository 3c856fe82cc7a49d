package io.anabranch.graph.hag.maintenance;

import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.search.HagSearch;
import java.util.Arrays;
import java.util.BitSet;

/** What the rows of a patched graph covered at one moment, for a search on any thread. Immutable: patches copy what they change. */
final class FrozenRows {

    private final HagOptions.Mode mode;
    private final int sources;
    /** Of these only the children are read, which never change. */
    private final SharedNodes nodes;

    private final int[][] rows;
    private final int[] sizes;
    private final int[] covered;
    private final BitSet own;

    FrozenRows(
            HagOptions.Mode mode,
            int sources,
            SharedNodes nodes,
            int[][] rows,
            int[] sizes,
            int[] covered,
            BitSet own) {
        this.mode = mode;
        this.sources = sources;
        this.nodes = nodes;
        this.rows = rows;
        this.sizes = sizes;
        this.covered = covered;
        this.own = own;
    }

    /** A graph of these rows from a fresh search. */
    PatchedHag search(HagOptions options) {
        int[] offsets = new int[rows.length + 1];
        for (int row = 0; row < rows.length; row++) {
            offsets[row + 1] = Math.addExact(offsets[row], covered[row] - (own.get(row) ? 1 : 0));
        }
        int[] neighbours = new int[offsets[rows.length]];
        for (int row = 0; row < rows.length; row++) {
            write(row, neighbours, offsets[row]);
        }
        Hag hag = HagSearch.search(sources, offsets, neighbours, options).plan(options);
        PatchedHag found = PatchedHag.of(hag, mode);
        if (mode == HagOptions.Mode.CLOSED) {
            // The search takes every vertex for one of its closed row.
            for (int row = own.nextClearBit(0); row < rows.length; row = own.nextClearBit(row + 1)) {
                found.removeOwn(row);
            }
        }
        return found;
    }

    /** The sources that a row covers, without its own entry. */
    private void write(int row, int[] to, int at) {
        boolean skipOwn = own.get(row);
        int[] open = Arrays.copyOf(rows[row], Math.max(16, sizes[row]));
        int waiting = sizes[row];
        int next = at;
        while (waiting > 0) {
            int child = open[--waiting];
            if (child >= 0) {
                if (skipOwn && child == row) {
                    skipOwn = false;
                } else {
                    to[next++] = child;
                }
                continue;
            }
            int start = nodes.start(~child);
            int end = nodes.end(~child);
            if (waiting + end - start > open.length) {
                open = Arrays.copyOf(open, Math.max(2 * open.length, waiting + end - start));
            }
            for (int i = start; i < end; i++) {
                open[waiting++] = nodes.child(i);
            }
        }
    }
}
