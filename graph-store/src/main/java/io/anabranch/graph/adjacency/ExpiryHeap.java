package io.anabranch.graph.adjacency;

import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import java.util.Arrays;

/**
 * The expiries of those edges that have one, earliest first: a heap of four children per node that knows each edge's place, so that a
 * refresh moves an entry instead of leaving a stale one behind.
 *
 * <p>Cost: O(log n) per change, O(1) for an expiry later than all others. Memory: 12 bytes per edge with an expiry and 11 to 21 for the
 * place; nothing for the others. Not thread-safe.
 */
public final class ExpiryHeap {

    /** The expiry of an edge that has none. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final int NO_PLACE = -1;

    private final Int2IntOpenHashMap places = new Int2IntOpenHashMap();
    private int[] slots = {};
    private long[] expiries = {};
    private int size;

    public ExpiryHeap() {
        places.defaultReturnValue(NO_PLACE);
    }

    public int size() {
        return size;
    }

    /** When this edge expires, or {@link #NEVER}. */
    public long expiry(int slot) {
        int place = size == 0 ? NO_PLACE : places.get(slot);
        return place == NO_PLACE ? NEVER : expiries[place];
    }

    /** The earliest expiry, or {@link #NEVER} if no edge has one. */
    public long firstExpiry() {
        return size == 0 ? NEVER : expiries[0];
    }

    /** An edge with the earliest expiry; the heap must not be empty. */
    public int firstSlot() {
        return slots[0];
    }

    /** Sets an edge's expiry; {@link #NEVER} takes it away. */
    public void set(int slot, long expiry) {
        if (expiry == NEVER) {
            remove(slot);
            return;
        }
        int place = places.get(slot);
        if (place == NO_PLACE) {
            if (size == slots.length) {
                int capacity = Math.max(16, Growth.next(size, size + 1));
                slots = Arrays.copyOf(slots, capacity);
                expiries = Arrays.copyOf(expiries, capacity);
            }
            place = size++;
        }
        settle(place, slot, expiry);
    }

    /** Takes an edge's expiry away, if it has one. */
    public void remove(int slot) {
        int place = size == 0 ? NO_PLACE : places.remove(slot);
        if (place == NO_PLACE) {
            return;
        }
        int last = --size;
        if (place != last) {
            settle(place, slots[last], expiries[last]);
        }
    }

    /** Bytes of all arrays, as allocated, without object headers; the places at their densest. */
    public long memoryBytes() {
        return 12L * slots.length + 11L * size;
    }

    /** Puts the entry where it belongs, from a place that is free for it. */
    private void settle(int from, int slot, long expiry) {
        int place = from;
        while (place > 0 && expiries[(place - 1) >> 2] > expiry) {
            int parent = (place - 1) >> 2;
            put(place, slots[parent], expiries[parent]);
            place = parent;
        }
        for (int child = earliestChild(place); child < size && expiries[child] < expiry; child = earliestChild(place)) {
            put(place, slots[child], expiries[child]);
            place = child;
        }
        put(place, slot, expiry);
    }

    /** The child with the earliest expiry; not below {@link #size} if there is none. */
    private int earliestChild(int place) {
        int first = 4 * place + 1;
        int best = first;
        for (int child = first + 1; child < Math.min(first + 4, size); child++) {
            best = expiries[child] < expiries[best] ? child : best;
        }
        return best;
    }

    private void put(int place, int slot, long expiry) {
        slots[place] = slot;
        expiries[place] = expiry;
        places.put(slot, place);
    }
}
