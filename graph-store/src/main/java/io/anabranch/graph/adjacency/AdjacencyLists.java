package io.anabranch.graph.adjacency;

import java.util.Arrays;

/**
 * The neighbours of every vertex in one direction: a list per vertex inside a shared pool, with slack at the end of each list.
 *
 * <p>An entry is (neighbour, weight, edge slot), three numbers side by side: whoever meets vertices in random order waits for memory, and
 * waits for one place instead of three. A full list moves to the end of the pool with 1.5 times its room; when more than a third of
 * the pool is left behind by moves, it is compacted instead of grown. Removal swaps with the last entry: the order of a list is
 * arbitrary but a function of the calls alone.
 *
 * <p>Cost: add O(1) amortised, remove O(1), scan O(degree). Memory: 16 bytes per vertex; 12 bytes per entry of the pool, of which
 * there are at most about 2.5 per live edge (1.5 for slack, and what moves left behind). Not thread-safe.
 */
public final class AdjacencyLists {

    private static final int FIRST_ROOM = 2;

    /** Numbers per vertex: three, and one that keeps them in one cache line. */
    private static final int LIST = 4;
    /** Where the list begins in the pool. */
    private static final int START = 0;

    private static final int COUNT = 1;
    private static final int ROOM = 2;

    /** Numbers per entry. */
    private static final int ENTRY = 3;

    private static final int NEIGHBOUR = 0;
    /** The bits of the float. */
    private static final int WEIGHT = 1;

    private static final int SLOT = 2;

    private int[] lists = new int[16 * LIST];
    private int[] pool = new int[32 * ENTRY];
    private int used;
    private int abandoned;

    /** Makes room for vertices 0 to {@code vertices} - 1, with empty lists. */
    public void ensureVertices(int vertices) {
        int known = lists.length / LIST;
        if (vertices > known) {
            lists = Arrays.copyOf(lists, LIST * Growth.next(known, vertices, LIST));
        }
    }

    public int count(int vertex) {
        return lists[LIST * vertex + COUNT];
    }

    public int neighbour(int vertex, int i) {
        return pool[entry(vertex, i) + NEIGHBOUR];
    }

    public float weight(int vertex, int i) {
        return Float.intBitsToFloat(pool[entry(vertex, i) + WEIGHT]);
    }

    public int slot(int vertex, int i) {
        return pool[entry(vertex, i) + SLOT];
    }

    /**
     * Copies the neighbours and weights of entries {@code from} to {@code from + n} - 1 to {@code neighbours[at]} and
     * {@code weights[at]} and on.
     */
    public void copy(int vertex, int from, int n, int[] neighbours, float[] weights, int at) {
        int entry = entry(vertex, from);
        for (int i = 0; i < n; i++, entry += ENTRY) {
            neighbours[at + i] = pool[entry + NEIGHBOUR];
            weights[at + i] = Float.intBitsToFloat(pool[entry + WEIGHT]);
        }
    }

    /**
     * Reads where the list begins, whose {@link #count} should be near already, so that it is on its way from memory while others are asked for.
     *
     * @return a number that means nothing but must be kept somewhere, lest nothing be read
     */
    public int fetch(int vertex) {
        return pool[lists[LIST * vertex + START] * ENTRY];
    }

    private int entry(int vertex, int i) {
        return (lists[LIST * vertex + START] + i) * ENTRY;
    }

    /** Appends an entry and returns its place in the list, which holds until another entry of the list is removed. */
    public int add(int vertex, int neighbourOrdinal, float edgeWeight, int edgeSlot) {
        int list = LIST * vertex;
        int place = lists[list + COUNT];
        if (place == lists[list + ROOM]) {
            move(list);
        }
        int at = entry(vertex, place);
        pool[at + NEIGHBOUR] = neighbourOrdinal;
        pool[at + WEIGHT] = Float.floatToRawIntBits(edgeWeight);
        pool[at + SLOT] = edgeSlot;
        lists[list + COUNT] = place + 1;
        return place;
    }

    public void setWeight(int vertex, int place, float edgeWeight) {
        pool[entry(vertex, place) + WEIGHT] = Float.floatToRawIntBits(edgeWeight);
    }

    /**
     * Removes the entry at this place by moving the last one there.
     *
     * @return the slot of the edge whose entry now stands at the place, or -1 if the last entry was removed
     */
    public int removeAt(int vertex, int place) {
        int last = lists[LIST * vertex + COUNT] - 1;
        lists[LIST * vertex + COUNT] = last;
        if (place == last) {
            return -1;
        }
        int to = entry(vertex, place);
        int from = entry(vertex, last);
        pool[to + NEIGHBOUR] = pool[from + NEIGHBOUR];
        pool[to + WEIGHT] = pool[from + WEIGHT];
        pool[to + SLOT] = pool[from + SLOT];
        return pool[to + SLOT];
    }

    /** Bytes of all arrays, as allocated, without object headers. */
    public long memoryBytes() {
        return 4L * lists.length + 4L * pool.length;
    }

    private void move(int list) {
        int room = lists[list + ROOM];
        int wanted = Math.max(FIRST_ROOM, Growth.next(room, room + 1));
        if (used + wanted > entries()) {
            if (3L * abandoned > used) {
                compact();
            }
            if (used + wanted > entries()) {
                pool = Arrays.copyOf(pool, ENTRY * Growth.next(entries(), used + wanted, ENTRY));
            }
        }
        System.arraycopy(pool, lists[list + START] * ENTRY, pool, used * ENTRY, lists[list + COUNT] * ENTRY);
        abandoned += room;
        lists[list + START] = used;
        lists[list + ROOM] = wanted;
        used += wanted;
    }

    private int entries() {
        return pool.length / ENTRY;
    }

    /** Closes the gaps. Lists keep their rooms, so that each is again amortised; O(vertices + pool). */
    private void compact() {
        int[] compacted = new int[pool.length];
        int at = 0;
        for (int list = 0; list < lists.length; list += LIST) {
            System.arraycopy(pool, lists[list + START] * ENTRY, compacted, at * ENTRY, lists[list + COUNT] * ENTRY);
            lists[list + START] = at;
            at += lists[list + ROOM];
        }
        pool = compacted;
        used = at;
        abandoned = 0;
    }
}
