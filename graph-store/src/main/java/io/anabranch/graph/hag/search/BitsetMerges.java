package io.anabranch.graph.hag.search;

import java.util.Arrays;

/**
 * {@link GreedyMerges} with the rows of an id as a bitset, for small dense components: the best partner is found by counting the
 * common bits with every other id.
 */
final class BitsetMerges extends GreedyMerges {

    private int words;
    /** The rows of id x: words {@code x * words} on. */
    private long[] columns = new long[0];

    private int[] lengths = new int[0];

    /** Whether this is quicker for the component than {@link SparseMerges}. */
    static boolean suits(ComponentRows rows) {
        if (rows.count > 2048) {
            return false;
        }
        double pairs = 0;
        for (int r = 0; r < rows.count; r++) {
            double length = rows.ends[r] - rows.starts[r];
            pairs += length * length;
        }
        // What a scan reads here, and what it counts there, for an average id.
        double read = (double) rows.sources * words(rows.count);
        double counted = pairs / Math.max(1, rows.sources);
        return read < 2 * counted;
    }

    /** Searches the rows, whose children it replaces by nodes. */
    void run(ComponentRows rows, MergeLog log) {
        words = words(rows.count);
        int sources = rows.sources;
        grow(sources);
        Arrays.fill(columns, 0, sources * words, 0);
        Arrays.fill(lengths, 0, sources, 0);
        for (int r = 0; r < rows.count; r++) {
            for (int i = rows.starts[r]; i < rows.ends[r]; i++) {
                int x = rows.children[i];
                columns[x * words + (r >> 6)] |= 1L << r;
                lengths[x]++;
            }
        }
        run(sources, log);
        fill(rows, sources + log.size);
    }

    private void fill(ComponentRows rows, int ids) {
        System.arraycopy(rows.starts, 0, rows.ends, 0, rows.count);
        for (int x = 0; x < ids; x++) {
            for (int word = 0; lengths[x] > 0 && word < words; word++) {
                for (long bits = columns[x * words + word]; bits != 0; bits &= bits - 1) {
                    int r = (word << 6) + Long.numberOfTrailingZeros(bits);
                    rows.children[rows.ends[r]++] = x;
                }
            }
        }
    }

    @Override
    int rows(int id) {
        return lengths[id];
    }

    @Override
    int common(int x, int y) {
        return common(columns, x * words, y * words, words);
    }

    private static int common(long[] columns, int x, int y, int words) {
        int count = 0;
        for (int i = 0; i < words; i++) {
            count += Long.bitCount(columns[x + i] & columns[y + i]);
        }
        return count;
    }

    @Override
    void scan(int x, int bound) {
        best = -1;
        bestCount = 0;
        secondCount = 0;
        for (int y = 0; y < x; y++) {
            if (lengths[y] <= secondCount) {
                continue;
            }
            int count = common(columns, x * words, y * words, words);
            if (count > bestCount) {
                secondCount = bestCount;
                bestCount = count;
                best = y;
                if (count == bound) {
                    secondCount = bound;
                    return;
                }
            } else if (count > secondCount) {
                secondCount = count;
            }
        }
    }

    @Override
    void merge(int x, int y, int node) {
        grow(node + 1);
        int count = 0;
        for (int i = 0; i < words; i++) {
            long both = columns[x * words + i] & columns[y * words + i];
            columns[node * words + i] = both;
            columns[x * words + i] &= ~both;
            columns[y * words + i] &= ~both;
            count += Long.bitCount(both);
        }
        lengths[node] = count;
        lengths[x] -= count;
        lengths[y] -= count;
    }

    private static int words(int rows) {
        return (rows + 63) >> 6;
    }

    private void grow(int ids) {
        if (ids > lengths.length) {
            lengths = Arrays.copyOf(lengths, ids + (ids >> 1) + 16);
        }
        if (ids * words > columns.length) {
            columns = Arrays.copyOf(columns, (ids + (ids >> 1) + 16) * words);
        }
    }
}
