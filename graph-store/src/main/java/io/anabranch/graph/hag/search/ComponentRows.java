package io.anabranch.graph.hag.search;

import io.anabranch.graph.hag.HagOptions;
import java.util.Arrays;

/**
 * The rows of one component in ids of its own, as the search works on them: of each row the part that is searched, a set, and
 * behind it what stays direct: second copies of parallel edges, and whatever {@link HagOptions#hubLimit} leaves out. In closed
 * mode equal rows are one. Scratch, filled anew for each component; not thread-safe.
 */
final class ComponentRows {

    private static final int NONE = -1;

    int sources;
    /** Different rows. */
    int count;

    /** Row r is searched from {@code starts[r]} to before {@code ends[r]}, and direct from {@code rests[r]} to before {@code starts[r + 1]}. */
    int[] starts = new int[1];

    int[] ends = new int[0];
    int[] rests = new int[0];
    int[] children = new int[0];
    /** The row of each target of the component. */
    int[] rowOf = new int[0];
    /** Targets whose row is left out of the search, and sources that are. */
    int hubRows;

    int hubSources;

    /** By hash of the row, its first row; then the next of the same slot. */
    private int[] slots = new int[0];

    private int[] nextInSlot = new int[0];
    private int[] holders = new int[0];

    void load(RowArrays rows, Components components, int component, HagOptions options) {
        boolean closed = options.mode() == HagOptions.Mode.CLOSED;
        int first = components.targetStarts[component];
        int targets = components.targets(component);
        sources = components.sources(component);
        count = 0;
        hubRows = 0;
        hubSources = 0;
        reserve(rows, components, component, closed);
        for (int i = 0; i < targets; i++) {
            int v = components.targetOrder[first + i];
            int row = count;
            int end = copy(rows, v, components.localSource, closed);
            starts[row + 1] = end;
            rowOf[i] = closed ? group(row) : row;
            if (rowOf[i] == row) {
                count++;
            }
        }
        for (int r = 0; r < count; r++) {
            separateCopies(r);
        }
        leaveOutHubs(options.hubLimit(), targets);
    }

    /** Replaces two children of a row, y before x, by a node whose id is the greatest so far. */
    void replace(int row, int y, int x, int node) {
        int start = starts[row];
        int end = ends[row];
        int yAt = Arrays.binarySearch(children, start, end, y);
        int xAt = Arrays.binarySearch(children, yAt + 1, end, x);
        System.arraycopy(children, yAt + 1, children, yAt, xAt - yAt - 1);
        System.arraycopy(children, xAt + 1, children, xAt - 1, end - xAt - 1);
        children[end - 2] = node;
        ends[row] = end - 1;
    }

    private void reserve(RowArrays rows, Components components, int component, boolean closed) {
        int targets = components.targets(component);
        int edges = closed ? targets : 0;
        for (int i = components.targetStarts[component]; i < components.targetStarts[component + 1]; i++) {
            edges += rows.degree(components.targetOrder[i]);
        }
        if (children.length < edges) {
            children = new int[edges];
        }
        if (ends.length < targets) {
            starts = new int[targets + 1];
            ends = new int[targets];
            rests = new int[targets];
            rowOf = new int[targets];
            nextInSlot = new int[targets];
        }
        if (closed) {
            int wanted = Integer.highestOneBit(Math.max(1, targets)) * 2;
            if (slots.length < wanted) {
                slots = new int[wanted];
            }
            Arrays.fill(slots, NONE);
        }
    }

    private int copy(RowArrays rows, int target, int[] localSource, boolean closed) {
        int start = starts[count];
        int to = start;
        boolean sorted = true;
        boolean own = !closed;
        int self = closed ? localSource[target] : NONE;
        for (int i = rows.offsets()[target]; i < rows.offsets()[target + 1]; i++) {
            int source = localSource[rows.neighbours()[i]];
            if (!own && source >= self) {
                children[to++] = self;
                own = true;
            }
            sorted &= to == start || children[to - 1] <= source;
            children[to++] = source;
        }
        if (!own) {
            children[to++] = self;
        }
        if (!sorted) {
            Arrays.sort(children, start, to);
        }
        return to;
    }

    /** The first row that is equal to this one, or itself. */
    private int group(int row) {
        int start = starts[row];
        int end = starts[row + 1];
        int hash = 1;
        for (int i = start; i < end; i++) {
            hash = hash * 31 + children[i];
        }
        int slot = (hash * 0x9E3779B9 >>> 7) & (slots.length - 1);
        for (int other = slots[slot]; other != NONE; other = nextInSlot[other]) {
            if (Arrays.equals(children, start, end, children, starts[other], starts[other + 1])) {
                return other;
            }
        }
        nextInSlot[row] = slots[slot];
        slots[slot] = row;
        return row;
    }

    /** Moves second copies behind the set; both parts stay sorted. */
    private void separateCopies(int row) {
        int to = starts[row];
        int end = starts[row + 1];
        int i = to;
        while (i < end && (i == starts[row] || children[i] != children[i - 1])) {
            i++;
        }
        to = i;
        if (i < end) {
            int[] copies = new int[end - i];
            int copied = 0;
            int last = children[i - 1];
            for (; i < end; i++) {
                if (children[i] == last) {
                    copies[copied++] = last;
                } else {
                    last = children[i];
                    children[to++] = last;
                }
            }
            System.arraycopy(copies, 0, children, to, copied);
        }
        ends[row] = to;
        rests[row] = to;
    }

    private void leaveOutHubs(int limit, int targets) {
        for (int i = 0; i < targets; i++) {
            int row = rowOf[i];
            if (rests[row] - starts[row] > limit) {
                hubRows++;
                ends[row] = starts[row];
            }
        }
        if (count > limit) {
            leaveOutSources(limit);
        }
        System.arraycopy(ends, 0, rests, 0, count);
    }

    private void leaveOutSources(int limit) {
        if (holders.length < sources) {
            holders = new int[sources];
        }
        Arrays.fill(holders, 0, sources, 0);
        for (int r = 0; r < count; r++) {
            for (int i = starts[r]; i < ends[r]; i++) {
                holders[children[i]]++;
            }
        }
        for (int x = 0; x < sources; x++) {
            hubSources += holders[x] > limit ? 1 : 0;
        }
        int[] left = new int[hubSources];
        for (int r = 0; hubSources > 0 && r < count; r++) {
            int to = starts[r];
            int out = 0;
            for (int i = starts[r]; i < ends[r]; i++) {
                int x = children[i];
                if (holders[x] > limit) {
                    left[out++] = x;
                } else {
                    children[to++] = x;
                }
            }
            System.arraycopy(left, 0, children, to, out);
            ends[r] = to;
        }
    }
}
