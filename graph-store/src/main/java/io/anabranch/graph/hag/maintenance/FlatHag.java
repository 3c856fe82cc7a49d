package io.anabranch.graph.hag.maintenance;

import io.anabranch.graph.hag.Hag;
import java.util.Arrays;

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
                for (int i = nodes.start(node); i < nodes.end(node); i++) {
                    nodeChildren[at + i - nodes.start(node)] = nodes.child(i);
                }
                int end = at + nodes.end(node) - nodes.start(node);
                renumber(nodeChildren, at, end);
                nodeStarts[number[node] + 1] = end;
                at = end;
            }
        }
        int[] order = layout.order(rows.count());
        int[] targetStarts = new int[order.length + 1];
        int[] targetChildren = new int[Math.toIntExact(rows.transfers())];
        for (int position = 0; position < order.length; position++) {
            int target = order[position];
            int start = targetStarts[position];
            targetStarts[position + 1] = start + rows.size(target);
            System.arraycopy(rows.children(target), 0, targetChildren, start, rows.size(target));
            renumber(targetChildren, start, targetStarts[position + 1]);
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

    /** Turns children from nodes, last first, and sources into sources and nodes, all ascending. */
    private void renumber(int[] children, int from, int to) {
        int sourcesFrom = from;
        while (sourcesFrom < to && children[sourcesFrom] < 0) {
            sourcesFrom++;
        }
        if (sourcesFrom == from) {
            return;
        }
        for (int i = from; i < sourcesFrom; i++) {
            children[i] = sources + number[~children[i]];
        }
        Arrays.sort(children, from, to);
    }

    private int[] componentNodes() {
        int[] bounds = layout.componentNodes(rows.count());
        for (int c = 0; c < bounds.length; c++) {
            bounds[c] = number[bounds[c]];
        }
        return bounds;
    }
}
