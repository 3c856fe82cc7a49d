package io.anabranch.graph.hag.search;

import io.anabranch.graph.hag.Hag;
import java.util.Arrays;
import java.util.BitSet;

/** The children of a node when some nodes are written out in their parents. Holds the last answer; not thread-safe. */
final class Expansion {

    private final Hag hag;
    private final BitSet out;
    private int[] found = new int[64];
    private int[] open = new int[64];

    /** @param out the nodes that are written out; may grow */
    Expansion(Hag hag, BitSet out) {
        this.hag = hag;
        this.out = out;
    }

    /** Finds the children of a node, in order, and says how many. */
    int children(int node) {
        return expand(hag.nodeChildren(), hag.nodeStarts()[node], hag.nodeStarts()[node + 1]);
    }

    /** Finds the children of the target at a position, in order, and says how many. */
    int childrenOfTarget(int position) {
        return expand(hag.targetChildren(), hag.targetStarts()[position], hag.targetStarts()[position + 1]);
    }

    /** A child that was found. */
    int child(int index) {
        return found[index];
    }

    void sort(int count) {
        Arrays.sort(found, 0, count);
    }

    void copyTo(int[] array, int at, int count) {
        System.arraycopy(found, 0, array, at, count);
    }

    private int expand(int[] children, int from, int to) {
        int count = 0;
        for (int i = from; i < to; i++) {
            int waiting = 0;
            open[waiting++] = children[i];
            while (waiting > 0) {
                int child = open[--waiting];
                int node = child - hag.sources();
                if (node < 0 || !out.get(node)) {
                    if (count == found.length) {
                        found = Arrays.copyOf(found, 2 * count);
                    }
                    found[count++] = child;
                    continue;
                }
                int start = hag.nodeStarts()[node];
                int end = hag.nodeStarts()[node + 1];
                while (waiting + end - start > open.length) {
                    open = Arrays.copyOf(open, 2 * open.length);
                }
                // The last goes in first, so that the order of children stays.
                for (int j = end - 1; j >= start; j--) {
                    open[waiting++] = hag.nodeChildren()[j];
                }
            }
        }
        return count;
    }
}
