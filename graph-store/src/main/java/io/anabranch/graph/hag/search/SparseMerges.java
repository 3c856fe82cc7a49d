package io.anabranch.graph.hag.search;

import java.util.Arrays;

/**
 * {@link GreedyMerges} on sorted lists, for components of any size. The best partner is found by counting over the rows that hold
 * x. The lists of rows that hold a node lie in the space that its children no longer need, so the search needs two ints an edge
 * and a few an id.
 */
final class SparseMerges extends GreedyMerges {

    /** From this ratio of lengths on, looking up is quicker than walking along both lists. */
    private static final int LOOK_UP = 16;

    private ComponentRows local = new ComponentRows();
    /** The rows of id x: {@code columns[starts[x]]} on, {@code lengths[x]} of them, ascending. */
    private int[] columns = new int[0];

    private int[] starts = new int[0];
    private int[] lengths = new int[0];
    /** Zero between scans. */
    private int[] counts = new int[0];

    private int[] touched = new int[0];
    private int[] both = new int[0];

    /** Searches the rows, whose children it replaces by nodes. */
    void run(ComponentRows rows, MergeLog log) {
        local = rows;
        int sources = rows.sources;
        grow(sources);
        Arrays.fill(lengths, 0, sources, 0);
        int total = 0;
        for (int r = 0; r < rows.count; r++) {
            for (int i = rows.starts[r]; i < rows.ends[r]; i++) {
                lengths[rows.children[i]]++;
            }
            total += rows.ends[r] - rows.starts[r];
        }
        if (columns.length < total) {
            columns = new int[total];
        }
        int start = 0;
        int longest = 0;
        for (int x = 0; x < sources; x++) {
            starts[x] = start;
            start += lengths[x];
            longest = Math.max(longest, lengths[x]);
            lengths[x] = 0;
        }
        if (both.length < longest) {
            both = new int[longest];
        }
        for (int r = 0; r < rows.count; r++) {
            for (int i = rows.starts[r]; i < rows.ends[r]; i++) {
                int x = rows.children[i];
                columns[starts[x] + lengths[x]++] = r;
            }
        }
        run(sources, log);
    }

    @Override
    int rows(int id) {
        return lengths[id];
    }

    @Override
    int common(int x, int y) {
        return lengths[x] < lengths[y] ? intersect(x, y) : intersect(y, x);
    }

    /** Puts the rows that hold both into {@link #both}. */
    private int intersect(int shorter, int longer) {
        int count = 0;
        int i = starts[shorter];
        int iEnd = i + lengths[shorter];
        int j = starts[longer];
        int jEnd = j + lengths[longer];
        boolean lookUp = (long) lengths[shorter] * LOOK_UP < lengths[longer];
        while (i < iEnd && j < jEnd) {
            int row = columns[i];
            if (lookUp) {
                int found = Arrays.binarySearch(columns, j, jEnd, row);
                j = found < 0 ? ~found : found;
                if (found >= 0) {
                    both[count++] = row;
                }
                i++;
            } else if (row == columns[j]) {
                both[count++] = row;
                i++;
                j++;
            } else if (row < columns[j]) {
                i++;
            } else {
                j++;
            }
        }
        return count;
    }

    @Override
    void scan(int x, int bound) {
        int found = 0;
        for (int i = starts[x], end = i + lengths[x]; i < end; i++) {
            found = count(columns[i], x, found);
        }
        best = -1;
        bestCount = 0;
        secondCount = 0;
        for (int i = 0; i < found; i++) {
            int y = touched[i];
            int count = counts[y];
            counts[y] = 0;
            if (count > bestCount || (count == bestCount && y < best)) {
                secondCount = bestCount;
                bestCount = count;
                best = y;
            } else if (count > secondCount) {
                secondCount = count;
            }
        }
    }

    /** Counts the row's children below x. */
    private int count(int row, int x, int alreadyFound) {
        int[] children = local.children;
        int found = alreadyFound;
        for (int i = local.starts[row]; children[i] != x; i++) {
            int y = children[i];
            if (counts[y]++ == 0) {
                touched[found++] = y;
            }
        }
        return found;
    }

    @Override
    void merge(int x, int y, int node) {
        grow(node + 1);
        int count = common(x, y);
        takeOut(y, count);
        takeOut(x, count);
        starts[node] = starts[x] + lengths[x];
        lengths[node] = count;
        System.arraycopy(both, 0, columns, starts[node], count);
        for (int i = 0; i < count; i++) {
            local.replace(both[i], y, x, node);
        }
    }

    /** Takes the first {@code count} rows of {@link #both} out of the id's, which moves the others to the front. */
    private void takeOut(int id, int count) {
        int to = starts[id];
        int gone = 0;
        for (int i = to, end = to + lengths[id]; i < end; i++) {
            if (gone < count && columns[i] == both[gone]) {
                gone++;
            } else {
                columns[to++] = columns[i];
            }
        }
        lengths[id] -= count;
    }

    private void grow(int ids) {
        if (ids > starts.length) {
            int length = ids + (ids >> 1) + 16;
            starts = Arrays.copyOf(starts, length);
            lengths = Arrays.copyOf(lengths, length);
            counts = Arrays.copyOf(counts, length);
            touched = Arrays.copyOf(touched, length);
        }
    }
}
