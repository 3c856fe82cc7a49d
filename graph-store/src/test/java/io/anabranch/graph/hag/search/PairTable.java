package io.anabranch.graph.hag.search;

import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.TestRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The greedy search as published: all pairs are counted anew before each merge. Parallel edges count once. */
final class PairTable {

    final List<Set<Integer>> rows = new ArrayList<>();
    private int ids;

    PairTable(TestRows rows, HagOptions.Mode mode) {
        for (int v = 0; v < rows.targets(); v++) {
            Set<Integer> row = new TreeSet<>();
            for (int u : rows.row(v, mode)) {
                row.add(u);
            }
            this.rows.add(row);
        }
        ids = rows.sources;
    }

    /** The rows that hold a pair, by {@code larger << 32 | smaller}. */
    Map<Long, Integer> counts() {
        Map<Long, Integer> counts = new HashMap<>();
        for (Set<Integer> row : rows) {
            for (int x : row) {
                for (int y : row) {
                    if (y < x) {
                        counts.merge(pair(x, y), 1, Integer::sum);
                    }
                }
            }
        }
        return counts;
    }

    static long pair(int x, int y) {
        return ((long) x << 32) | y;
    }

    /** Merges a pair, and says into how many rows the node went. */
    int merge(long pair) {
        int x = (int) (pair >> 32);
        int y = (int) pair;
        int node = ids++;
        int count = 0;
        for (Set<Integer> row : rows) {
            if (row.contains(x) && row.contains(y)) {
                row.remove(x);
                row.remove(y);
                row.add(node);
                count++;
            }
        }
        return count;
    }

    /** Merges to the end and counts aggregations, those of the merges too. Of equal pairs the smallest is merged first. */
    long aggregations() {
        long merges = 0;
        while (true) {
            long best = -1;
            int count = 1;
            for (Map.Entry<Long, Integer> entry : counts().entrySet()) {
                if (entry.getValue() > count || (entry.getValue() == count && count > 1 && entry.getKey() < best)) {
                    best = entry.getKey();
                    count = entry.getValue();
                }
            }
            if (count < 2) {
                break;
            }
            merge(best);
            merges++;
        }
        return merges
                + rows.stream().mapToLong(row -> Math.max(0, row.size() - 1)).sum();
    }
}
