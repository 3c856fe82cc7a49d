package io.anabranch.graph.hag.pass;

import org.jspecify.annotations.Nullable;

/** Children of rows, in each row the sources first, then the nodes. */
final class SplitRows {

    private final int[] starts;
    private final int[] children;
    /** By row, where its nodes begin. */
    private final int[] splits;

    private SplitRows(int[] starts, int[] children, int[] splits) {
        this.starts = starts;
        this.children = children;
        this.splits = splits;
    }

    /** Shares the arrays where the rows are so already; else sources and nodes keep their order. */
    static SplitRows of(int sources, int[] starts, int[] children) {
        int[] splits = new int[starts.length - 1];
        int[] split = children;
        for (int row = 0; row < splits.length; row++) {
            int at = starts[row];
            while (at < starts[row + 1] && children[at] < sources) {
                at++;
            }
            splits[row] = at;
            for (int i = at; i < starts[row + 1]; i++) {
                if (children[i] < sources) {
                    split = split == children ? children.clone() : split;
                    splits[row] = split(sources, starts[row], starts[row + 1], children, split);
                    break;
                }
            }
        }
        return new SplitRows(starts, split, splits);
    }

    private static int split(int sources, int from, int to, int[] children, int[] split) {
        int at = from;
        for (int i = from; i < to; i++) {
            if (children[i] < sources) {
                split[at++] = children[i];
            }
        }
        int end = at;
        for (int i = from; i < to; i++) {
            if (children[i] >= sources) {
                split[at++] = children[i];
            }
        }
        return end;
    }

    /** Writes rows one after another from the beginning of {@code out}. */
    void sum(RowSums sums, int from, int to, float[] out, int width) {
        for (int row = from; row < to; row++) {
            sums.sum(children, starts[row], splits[row], starts[row + 1], out, (row - from) * width);
        }
    }

    /** Writes the rows at some places of an order by depth to their own places. */
    void sum(RowSums sums, DepthOrder order, int from, int to, float[] out, int width) {
        for (int i = from; i < to; i++) {
            int row = order.node(i);
            sums.sum(children, starts[row], splits[row], starts[row + 1], out, (row - order.firstNode()) * width);
        }
    }

    /** Writes rows to where {@code places} has them. */
    void sum(RowSums sums, int from, int to, int[] places, RowPass pass) {
        for (int row = from; row < to; row++) {
            sums.sum(children, starts[row], splits[row], starts[row + 1], pass.out, pass.outAt(places[row]));
        }
    }

    /**
     * Writes the maxima of one row.
     *
     * @param nodeHolders holders of the nodes' rows
     * @param holders gets those of this one, at the same place as the maxima; null: not asked for
     */
    void max(RowMaxima maxima, int row, float[] out, int at, int[] nodeHolders, int @Nullable [] holders) {
        maxima.max(children, starts[row], splits[row], starts[row + 1], -1, out, at);
        if (holders != null) {
            maxima.holders(children, starts[row], splits[row], starts[row + 1], -1, out, at, nodeHolders, holders, at);
        }
    }
}
