package io.anabranch.graph.hag.maintenance;

import io.anabranch.graph.hag.Hag;

/** Writes a patched graph as a {@link Hag}: nodes that were freed are left out, and the others keep their order. */
final class FlatHag {

    private final Layout layout;
    private final SharedNodes nodes;
    private final TargetRows rows;
    private final int sources;
    /** The place of each node among the living. */
    private final int[] number;

    FlatHag(Layout layout, SharedNodes nodes, TargetRows rows, int sources) {
        this.layout = layout;
        this.nodes = nodes;
        this.rows = rows;
        this.sources = sources;
        this.number = new int[nodes.count() + 1];
        for (int node = 0; node < nodes.count(); node++) {
            number[node + 1] = number[node] + (nodes.isLive(node) ? 1 : 0);
        }
    }

    Hag hag() {
        int[] nodeStarts = new int[nodes.live() + 1];
        int[] nodeChildren = new int[Math.toIntExact(nodes.transfers())];
        int at = 0;
        for (int node = 0; node < nodes.count(); node++) {
            if (nodes.isLive(node)) {
                at = write(nodes.children(), nodes.start(node), nodes.end(node), nodeChildren, at);
                nodeStarts[number[node] + 1] = at;
            }
        }
        int[] order = layout.order(rows.count());
        int[] targetStarts = new int[order.length + 1];
        int[] targetChildren = new int[Math.toIntExact(rows.transfers())];
        for (int position = 0; position < order.length; position++) {
            int target = order[position];
            targetStarts[position + 1] =
                    write(rows.children(target), 0, rows.size(target), targetChildren, targetStarts[position]);
        }
        return new Hag(
                sources,
                order.length,
                nodeStarts,
                nodeChildren,
                order,
                targetStarts,
                targetChildren,
                componentNodes(),
                layout.componentTargets(rows.count()));
    }

    /** Writes children that are nodes, last first, and sources as sources and nodes, all ascending; returns where they end. */
    private int write(int[] children, int from, int to, int[] out, int at) {
        int firstSource = from;
        while (firstSource < to && children[firstSource] < 0) {
            firstSource++;
        }
        System.arraycopy(children, firstSource, out, at, to - firstSource);
        int next = at + to - firstSource;
        for (int i = firstSource - 1; i >= from; i--) {
            out[next++] = sources + number[~children[i]];
        }
        return next;
    }

    private int[] componentNodes() {
        int[] bounds = layout.componentNodes(rows.count());
        for (int c = 0; c < bounds.length; c++) {
            bounds[c] = number[bounds[c]];
        }
        return bounds;
    }
}
