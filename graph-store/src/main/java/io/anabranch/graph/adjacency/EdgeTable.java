package io.anabranch.graph.adjacency;

import java.util.Arrays;

/**
 * The registers of all edges whose target is here, dead ones included, as parallel arrays by edge slot, and a hash from
 * (source, target, type) to the slot. Live edges also stand in the out-list of their source and the in-list of their target;
 * each knows its two places, so that any edge is added, found, re-weighted and removed in O(1), whatever the degree.
 *
 * <p>A slot holds its register until the register is forgotten; then it goes to the next new one.
 *
 * <p>Memory per register: source 4, target 4, type 4, time 8, weight 4, out-place 4, in-place 4, flags 1 = 33 bytes, and
 * 8 to 16 bytes of hash (power of two, at most half full). Not thread-safe.
 */
public final class EdgeTable {

    /** No such slot. */
    public static final int NO_EDGE = -1;

    private static final int LIVE = 1;
    private static final int LEARNED = 2;
    private static final int TRACKED = 4;
    private static final int FREE = 8;

    private final AdjacencyLists out = new AdjacencyLists();
    private final AdjacencyLists in = new AdjacencyLists();

    private int[] source = new int[16];
    private int[] target = new int[16];
    private int[] type = new int[16];
    private long[] time = new long[16];
    private float[] weight = new float[16];
    private int[] outPlace = new int[16];
    private int[] inPlace = new int[16];
    private byte[] flags = new byte[16];
    /** slot + 1, or 0 where free; linear probing. */
    private int[] hash = new int[32];

    private int size;
    private int liveCount;
    /** The free slot to hand out next; each names the one after it in place of its out-place. */
    private int firstFree = NO_EDGE;

    private int freeCount;

    public AdjacencyLists out() {
        return out;
    }

    public AdjacencyLists in() {
        return in;
    }

    public void ensureVertices(int vertices) {
        out.ensureVertices(vertices);
        in.ensureVertices(vertices);
    }

    /** One more than the greatest slot that was ever in use. */
    public int slots() {
        return size;
    }

    /** Registers, dead ones included. */
    public int registers() {
        return size - freeCount;
    }

    /** Whether the slot holds the register of an edge that is dead. */
    public boolean dead(int slot) {
        return (flags[slot] & (LIVE | FREE)) == 0;
    }

    public int liveCount() {
        return liveCount;
    }

    /** The slot of this edge's register, or {@link #NO_EDGE}. */
    public int find(int sourceOrdinal, int targetOrdinal, int typeOrdinal) {
        int mask = hash.length - 1;
        for (int at = spread(sourceOrdinal, targetOrdinal, typeOrdinal) & mask; hash[at] != 0; at = at + 1 & mask) {
            int slot = hash[at] - 1;
            if (source[slot] == sourceOrdinal && target[slot] == targetOrdinal && type[slot] == typeOrdinal) {
                return slot;
            }
        }
        return NO_EDGE;
    }

    /** Makes a register for an edge that has none: dead, with this time. */
    public int create(int sourceOrdinal, int targetOrdinal, int typeOrdinal, long eventTime) {
        int slot = firstFree == NO_EDGE ? append() : reuse();
        source[slot] = sourceOrdinal;
        target[slot] = targetOrdinal;
        type[slot] = typeOrdinal;
        time[slot] = eventTime;
        flags[slot] = 0;
        enter(slot);
        return slot;
    }

    public int source(int slot) {
        return source[slot];
    }

    public int target(int slot) {
        return target[slot];
    }

    public int type(int slot) {
        return type[slot];
    }

    public long time(int slot) {
        return time[slot];
    }

    /** The weight of a live edge. */
    public float weight(int slot) {
        return weight[slot];
    }

    public boolean live(int slot) {
        return (flags[slot] & LIVE) != 0;
    }

    public boolean learned(int slot) {
        return (flags[slot] & LEARNED) != 0;
    }

    /** A mark for the caller's use, which no other call changes. */
    public boolean tracked(int slot) {
        return (flags[slot] & TRACKED) != 0;
    }

    public void track(int slot, boolean tracked) {
        flags[slot] = (byte) (tracked ? flags[slot] | TRACKED : flags[slot] & ~TRACKED);
    }

    public void setTime(int slot, long eventTime) {
        time[slot] = eventTime;
    }

    /** Makes the edge live with this weight, or gives it this weight if it lives already. */
    public void enliven(int slot, float edgeWeight, boolean learnedEdge) {
        int u = source[slot];
        int v = target[slot];
        weight[slot] = edgeWeight;
        if (live(slot)) {
            out.setWeight(u, outPlace[slot], edgeWeight);
            in.setWeight(v, inPlace[slot], edgeWeight);
        } else {
            outPlace[slot] = out.add(u, v, edgeWeight, slot);
            inPlace[slot] = in.add(v, u, edgeWeight, slot);
            liveCount++;
        }
        flags[slot] = (byte) ((flags[slot] & TRACKED) | LIVE | (learnedEdge ? LEARNED : 0));
    }

    /** Makes a live edge a tombstone. */
    public void bury(int slot) {
        int movedOut = out.removeAt(source[slot], outPlace[slot]);
        if (movedOut != -1) {
            outPlace[movedOut] = outPlace[slot];
        }
        int movedIn = in.removeAt(target[slot], inPlace[slot]);
        if (movedIn != -1) {
            inPlace[movedIn] = inPlace[slot];
        }
        weight[slot] = 0;
        flags[slot] &= TRACKED;
        liveCount--;
    }

    /** Forgets the register of a dead edge that is not tracked; its slot may be handed out again at once. */
    public void forget(int slot) {
        leave(slot);
        flags[slot] = FREE;
        outPlace[slot] = firstFree;
        firstFree = slot;
        freeCount++;
    }

    /** Bytes of all arrays, as allocated, without object headers. */
    public long memoryBytes() {
        return 33L * source.length + 4L * hash.length + out.memoryBytes() + in.memoryBytes();
    }

    private int append() {
        if (size == source.length) {
            grow();
        }
        if (2 * (size + 1) > hash.length) {
            rehash();
        }
        return size++;
    }

    private int reuse() {
        int slot = firstFree;
        firstFree = outPlace[slot];
        freeCount--;
        return slot;
    }

    private void enter(int slot) {
        int mask = hash.length - 1;
        int at = spread(source[slot], target[slot], type[slot]) & mask;
        while (hash[at] != 0) {
            at = at + 1 & mask;
        }
        hash[at] = slot + 1;
    }

    private void leave(int slot) {
        int mask = hash.length - 1;
        int gap = spread(source[slot], target[slot], type[slot]) & mask;
        while (hash[gap] != slot + 1) {
            gap = gap + 1 & mask;
        }
        hash[gap] = 0;
        // Whoever was pushed past the gap by its neighbours moves back, so that a search may still stop at the first
        // free place.
        for (int at = gap + 1 & mask; hash[at] != 0; at = at + 1 & mask) {
            int other = hash[at] - 1;
            int home = spread(source[other], target[other], type[other]) & mask;
            if ((at - home & mask) >= (at - gap & mask)) {
                hash[gap] = hash[at];
                hash[at] = 0;
                gap = at;
            }
        }
    }

    private void grow() {
        int capacity = Growth.next(source.length, size + 1);
        source = Arrays.copyOf(source, capacity);
        target = Arrays.copyOf(target, capacity);
        type = Arrays.copyOf(type, capacity);
        time = Arrays.copyOf(time, capacity);
        weight = Arrays.copyOf(weight, capacity);
        outPlace = Arrays.copyOf(outPlace, capacity);
        inPlace = Arrays.copyOf(inPlace, capacity);
        flags = Arrays.copyOf(flags, capacity);
    }

    private void rehash() {
        if (hash.length == 1 << 30) {
            throw new IllegalStateException("A partition cannot hold more than %d edges.".formatted(size)
                    + "\nMaybe spread the graph over more partitions.");
        }
        int[] old = hash;
        hash = new int[old.length * 2];
        for (int entry : old) {
            if (entry != 0) {
                enter(entry - 1);
            }
        }
    }

    private static int spread(int u, int v, int t) {
        long mixed = (u * 0x9e3779b97f4a7c15L ^ v) * 0xff51afd7ed558ccdL + t * 0xc4ceb9fe1a85ec53L;
        return (int) (mixed >>> 32 ^ mixed >>> 15);
    }
}
