package io.anabranch.graph.hag.maintenance;

import java.util.Arrays;

/**
 * The way from a row down to a source: a node of the row, a node that is a child of that, and so on to one that has the source as a
 * child. What a row covers is disjoint, so that no node is met twice and at most the children below the row are visited; the
 * signatures of nodes keep it to few beside the way. Holds the last answer; not thread-safe.
 */
final class CoverPath {

    private final SharedNodes nodes;
    private int[] path = new int[16];
    private int[] next = new int[16];
    private int length;

    CoverPath(SharedNodes nodes) {
        this.nodes = nodes;
    }

    /** Nodes on the way; 0 if no node of the row covers the source. */
    int length() {
        return length;
    }

    /** A node on the way, the row's own first. */
    int node(int index) {
        return path[index];
    }

    /** Looks for a way from a row with so many children. */
    boolean find(int[] row, int size, int source) {
        for (int i = 0; i < size && row[i] < 0; i++) {
            if (nodes.mayCover(~row[i], source) && descend(~row[i], source)) {
                return true;
            }
        }
        length = 0;
        return false;
    }

    private boolean descend(int top, int source) {
        length = 0;
        push(top);
        if (nodes.holds(top, source)) {
            return true;
        }
        while (length > 0) {
            int node = path[length - 1];
            int at = next[length - 1]++;
            int child = at < nodes.end(node) ? nodes.child(at) : 0;
            if (child >= 0) {
                length--;
            } else if (nodes.mayCover(~child, source)) {
                push(~child);
                if (nodes.holds(~child, source)) {
                    return true;
                }
            }
        }
        return false;
    }

    private void push(int node) {
        if (length == path.length) {
            path = Arrays.copyOf(path, 2 * length);
            next = Arrays.copyOf(next, 2 * length);
        }
        path[length] = node;
        next[length++] = nodes.start(node);
    }
}
