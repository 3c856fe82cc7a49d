package io.anabranch.graph.hag.search;

import java.util.Arrays;

/**
 * Exact greedy merging of one component's rows: again and again the two children that most rows hold together become a node,
 * until no two are together in two rows (Jia et al., KDD 2020, algorithm 3).
 *
 * <p>No table of pairs is kept. A pair belongs to its larger id, and the heap holds ids, each with a bound on its best pair. A
 * bound stays valid, since the count of an old pair only falls and a new pair has the new node as its larger id; so whatever is
 * popped with a count that equals its bound is the best pair of all. Only for ids that reach the top is the best partner looked
 * for, which is what {@link #scan} does. Equal counts: least larger id first, then least partner.
 *
 * <p>Scratch is kept from one component to the next. Not thread-safe.
 */
abstract class GreedyMerges {

    private static final int NONE = -1;
    /** Merging two that share one row saves nothing. */
    static final int LEAST_REDUNDANCY = 2;

    private final KeyHeap heap = new KeyHeap();
    /** The best partner when the id was scanned last. */
    private int[] partner = new int[0];
    /** No other partner than that one has more rows in common. */
    private int[] otherBound = new int[0];

    /** What a scan found: the best partner, its count, and a bound on all other counts. */
    protected int best;

    protected int bestCount;
    protected int secondCount;

    /** Number of rows that hold the id. */
    abstract int rows(int id);

    /** Number of rows that hold both. */
    abstract int common(int x, int y);

    /** Finds the best partner below x; may stop at the first whose count is the bound. */
    abstract void scan(int x, int bound);

    /** Puts the next id into the rows that hold x and y, in place of them. */
    abstract void merge(int x, int y, int node);

    /** Merges all there is to merge; ids from {@code sources} on are the nodes of the log, which is added to. */
    final void run(int sources, MergeLog log) {
        heap.clear();
        int ids = sources;
        grow(ids);
        for (int x = 1; x < sources; x++) {
            start(x, rows(x));
        }
        while (!heap.isEmpty()) {
            int bound = (int) -heap.leastKey();
            int x = heap.pop();
            int count = partner[x] == NONE ? 0 : common(x, partner[x]);
            if (count < bound) {
                int fresh = Math.min(rows(x), Math.max(count, otherBound[x]));
                if (fresh < bound) {
                    push(x, fresh);
                    continue;
                }
                scan(x, bound);
                partner[x] = best;
                otherBound[x] = secondCount;
                if (bestCount < bound) {
                    push(x, bestCount);
                    continue;
                }
                count = bestCount;
            }
            int y = partner[x];
            int node = ids++;
            grow(ids);
            log.add(y, x, count);
            merge(x, y, node);
            start(node, count);
            partner[x] = NONE;
            push(x, Math.min(otherBound[x], rows(x)));
        }
    }

    private void start(int id, int bound) {
        partner[id] = NONE;
        otherBound[id] = bound;
        push(id, bound);
    }

    private void push(int id, int bound) {
        if (bound >= LEAST_REDUNDANCY) {
            heap.push(-(long) bound, id);
        }
    }

    private void grow(int ids) {
        if (ids > partner.length) {
            int length = ids + (ids >> 1) + 16;
            partner = Arrays.copyOf(partner, length);
            otherBound = Arrays.copyOf(otherBound, length);
        }
    }
}
