package io.anabranch.graph.adjacency;

import java.util.Arrays;

/**
 * The neighbours of every vertex in one direction: a list per vertex inside shared pools, with slack at the end of each list.
 *
 * <p>An entry is (neighbour, weight, edge slot) at one place of three parallel pools, so that a scan reads neighbours and weights
 * in sequence. A full list moves to the end of the pools with 1.5 times its room; when more than a third of the pools is left
 * behind by moves, they are compacted instead of grown. Removal swaps with the last entry: the order of a list is arbitrary but
 * a function of the calls alone.
 *
 * <p>Cost: add O(1) amortised, remove O(1), scan O(degree). Memory: 12 bytes per vertex; 12 bytes per entry of pool, of which
 * there are at most about 2.5 per live edge (1.5 for slack, and what moves left behind). Not thread-safe.
 */
public final class AdjacencyLists {

    private static final int FIRST_ROOM = 2;

    private int[] start = new int[16];
    private int[] count = new int[16];
    private int[] room = new int[16];
    private int[] neighbour = new int[32];
    private float[] weight = new float[32];
    private int[] slot = new int[32];
    private int used;
    private int abandoned;

    /** Makes room for vertices 0 to {@code vertices} - 1, with empty lists. */
    public void ensureVertices(int vertices) {
        if (vertices > start.length) {
            int capacity = Growth.next(start.length, vertices);
            start = Arrays.copyOf(start, capacity);
            count = Arrays.copyOf(count, capacity);
            room = Arrays.copyOf(room, capacity);
        }
    }

    public int count(int vertex) {
        return count[vertex];
    }

    public int neighbour(int vertex, int i) {
        return neighbour[start[vertex] + i];
    }

    public float weight(int vertex, int i) {
        return weight[start[vertex] + i];
    }

    public int slot(int vertex, int i) {
        return slot[start[vertex] + i];
    }

    /** Appends an entry and returns its place in the list, which holds until another entry of the list is removed. */
    public int add(int vertex, int neighbourOrdinal, float edgeWeight, int edgeSlot) {
        int place = count[vertex];
        if (place == room[vertex]) {
            move(vertex);
        }
        int at = start[vertex] + place;
        neighbour[at] = neighbourOrdinal;
        weight[at] = edgeWeight;
        slot[at] = edgeSlot;
        count[vertex] = place + 1;
        return place;
    }

    public void setWeight(int vertex, int place, float edgeWeight) {
        weight[start[vertex] + place] = edgeWeight;
    }

    /**
     * Removes the entry at this place by moving the last one there.
     *
     * @return the slot of the edge whose entry now stands at the place, or -1 if the last entry was removed
     */
    public int removeAt(int vertex, int place) {
        int last = count[vertex] - 1;
        count[vertex] = last;
        if (place == last) {
            return -1;
        }
        int to = start[vertex] + place;
        int from = start[vertex] + last;
        neighbour[to] = neighbour[from];
        weight[to] = weight[from];
        slot[to] = slot[from];
        return slot[to];
    }

    /** Bytes of all arrays, as allocated, without object headers. */
    public long memoryBytes() {
        return 12L * start.length + 12L * neighbour.length;
    }

    private void move(int vertex) {
        int wanted = Math.max(FIRST_ROOM, Growth.next(room[vertex], room[vertex] + 1));
        if (used + wanted > neighbour.length) {
            if (3L * abandoned > used) {
                compact();
            }
            if (used + wanted > neighbour.length) {
                growPools(used + wanted);
            }
        }
        int from = start[vertex];
        int n = count[vertex];
        System.arraycopy(neighbour, from, neighbour, used, n);
        System.arraycopy(weight, from, weight, used, n);
        System.arraycopy(slot, from, slot, used, n);
        abandoned += room[vertex];
        start[vertex] = used;
        room[vertex] = wanted;
        used += wanted;
    }

    private void growPools(int needed) {
        int capacity = Growth.next(neighbour.length, needed);
        neighbour = Arrays.copyOf(neighbour, capacity);
        weight = Arrays.copyOf(weight, capacity);
        slot = Arrays.copyOf(slot, capacity);
    }

    /** Closes the gaps. Lists keep their rooms, so that each is again amortised; O(vertices + pool). */
    private void compact() {
        int[] newNeighbour = new int[neighbour.length];
        float[] newWeight = new float[weight.length];
        int[] newSlot = new int[slot.length];
        int at = 0;
        for (int v = 0; v < start.length; v++) {
            int from = start[v];
            System.arraycopy(neighbour, from, newNeighbour, at, count[v]);
            System.arraycopy(weight, from, newWeight, at, count[v]);
            System.arraycopy(slot, from, newSlot, at, count[v]);
            start[v] = at;
            at += room[v];
        }
        neighbour = newNeighbour;
        weight = newWeight;
        slot = newSlot;
        used = at;
        abandoned = 0;
    }
}
