package io.anabranch.graph.hag.maintenance;

import io.anabranch.graph.hag.Hag;
import java.util.Arrays;

/**
 * The aggregation nodes of a computation graph, with the number of their parents. Edits make no nodes and don't change the children of
 * one, they only let go of some; so what a node covers is known for good, and a frozen copy is the arrays themselves. A node
 * without parents is freed, and what it alone held; its place stays empty until the next search.
 *
 * <p>Children are written as in {@link TargetRows}. Of the sources that a node covers, a signature has a bit each of 64, so that most
 * nodes without a source say so at once.
 *
 * <p>Memory: 16 bytes a node and 4 a child.
 */
final class SharedNodes {

    private final int[] starts;
    private final int[] children;
    private final long[] signatures;
    private final int[] parents;
    /** Nodes that were freed, and whose children are still to be let go. */
    private int[] open = new int[16];

    private int live;
    private long transfers;
    private long aggregations;

    SharedNodes(Hag hag) {
        int count = hag.nodes();
        starts = hag.nodeStarts();
        children = new int[hag.nodeChildren().length];
        signatures = new long[count];
        parents = new int[count];
        live = count;
        transfers = children.length;
        for (int node = 0; node < count; node++) {
            for (int i = starts[node]; i < starts[node + 1]; i++) {
                int child = hag.nodeChildren()[i];
                children[i] = child < hag.sources() ? child : ~(child - hag.sources());
                signatures[node] |= child < hag.sources() ? bit(child) : signatures[child - hag.sources()];
                countParent(children[i]);
            }
            Arrays.sort(children, starts[node], starts[node + 1]);
            aggregations += Math.max(0, starts[node + 1] - starts[node] - 1);
        }
    }

    int count() {
        return parents.length;
    }

    /** Nodes that some target needs. */
    int live() {
        return live;
    }

    /** Children of these. */
    long transfers() {
        return transfers;
    }

    /** Of each of these, its children less one. */
    long aggregations() {
        return aggregations;
    }

    boolean isLive(int node) {
        return parents[node] > 0;
    }

    /** Rows and living nodes that have the node as a child, each as often as it has. */
    int parents(int node) {
        return parents[node];
    }

    int start(int node) {
        return starts[node];
    }

    int end(int node) {
        return starts[node + 1];
    }

    /** The children of all nodes; not to be changed. */
    int[] children() {
        return children;
    }

    int child(int at) {
        return children[at];
    }

    /** False if the node certainly doesn't cover the source. */
    boolean mayCover(int node, int source) {
        return (signatures[node] & bit(source)) != 0;
    }

    /** Whether the source is a child of the node. */
    boolean holds(int node, int source) {
        return Arrays.binarySearch(children, starts[node], starts[node + 1], source) >= 0;
    }

    void retain(int node) {
        parents[node]++;
    }

    /** Counts a parent less; the last one takes the node with it. */
    void release(int node) {
        if (--parents[node] == 0) {
            free(node);
        }
    }

    /** Frees what a graph had as a node and nobody as a child. */
    void freeUnused() {
        // Freeing a node frees earlier ones alone, which were looked at.
        for (int node = 0; node < parents.length; node++) {
            if (parents[node] == 0) {
                free(node);
            }
        }
    }

    void countParent(int child) {
        if (child < 0) {
            parents[~child]++;
        }
    }

    private void free(int freed) {
        int waiting = 0;
        open[waiting++] = freed;
        while (waiting > 0) {
            int node = open[--waiting];
            int length = starts[node + 1] - starts[node];
            live--;
            transfers -= length;
            aggregations -= Math.max(0, length - 1);
            // Nodes come before sources.
            for (int i = starts[node]; i < starts[node + 1] && children[i] < 0; i++) {
                int child = ~children[i];
                if (--parents[child] == 0) {
                    if (waiting == open.length) {
                        open = Arrays.copyOf(open, 2 * waiting);
                    }
                    open[waiting++] = child;
                }
            }
        }
    }

    private static long bit(int source) {
        // The upper bits of a product by the golden ratio spread neighbouring numbers evenly.
        return 1L << ((source * 0x9E3779B9) >>> 26);
    }
}
