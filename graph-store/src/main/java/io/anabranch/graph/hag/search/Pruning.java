package io.anabranch.graph.hag.search;

import io.anabranch.graph.hag.Hag;
import java.util.BitSet;

/**
 * Chooses which nodes of a graph are not worth their row, and are written out in their parents.
 *
 * <p>A node with k children and r parents that is written out costs (r − 1)(k − 1) more aggregations and r(k − 1) − k more edges.
 * Writing out others only ever adds children and parents, so either number only rises, and a heap of stale numbers will do.
 */
final class Pruning {

    private final Hag hag;
    private final BitSet out;
    /** Parents of each node, targets and nodes that are not written out. */
    private final int[] parents;

    private final Expansion expansion;
    private int kept;

    Pruning(Hag hag) {
        this.hag = hag;
        out = new BitSet(hag.nodes());
        parents = new int[hag.nodes()];
        expansion = new Expansion(hag, out);
        kept = hag.nodes();
        countParents(hag.nodeChildren());
        countParents(hag.targetChildren());
    }

    private void countParents(int[] children) {
        for (int child : children) {
            if (child >= hag.sources()) {
                parents[child - hag.sources()]++;
            }
        }
    }

    /** What it costs to write a node out. */
    private interface Loss {
        long of(long parents, long children);
    }

    /**
     * The nodes to write out: those that add at most {@code lambda} edges, and as many of the cheapest others, by aggregations,
     * as are too many.
     */
    BitSet writeOut(double lambda, long capacity) {
        writeOut((r, k) -> r * (k - 1) - k, lambda, 0);
        writeOut((r, k) -> (r - 1) * (k - 1), Double.POSITIVE_INFINITY, capacity);
        return out;
    }

    /** Writes the cheapest out while it costs at most {@code most} and more than {@code capacity} nodes are left. */
    private void writeOut(Loss loss, double most, long capacity) {
        if (kept <= capacity) {
            return;
        }
        KeyHeap heap = new KeyHeap();
        for (int node = out.nextClearBit(0); node < hag.nodes(); node = out.nextClearBit(node + 1)) {
            heap.push(loss.of(parents[node], expansion.children(node)), node);
        }
        while (kept > capacity && !heap.isEmpty() && heap.leastKey() <= most) {
            long known = heap.leastKey();
            int node = heap.pop();
            int children = expansion.children(node);
            long now = loss.of(parents[node], children);
            if (now > known) {
                heap.push(now, node);
                continue;
            }
            for (int i = 0; i < children; i++) {
                int child = expansion.child(i) - hag.sources();
                if (child >= 0) {
                    parents[child] += parents[node] - 1;
                }
            }
            out.set(node);
            kept--;
        }
    }
}
