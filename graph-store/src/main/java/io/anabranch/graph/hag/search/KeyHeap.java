package io.anabranch.graph.hag.search;

import java.util.Arrays;

/** A binary heap of (key, id), least key first, then least id. */
final class KeyHeap {

    private long[] keys = new long[16];
    private int[] ids = new int[16];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    void clear() {
        size = 0;
    }

    long leastKey() {
        return keys[0];
    }

    void push(long key, int id) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size + (size >> 1));
            ids = Arrays.copyOf(ids, size + (size >> 1));
        }
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (!before(key, id, parent)) {
                break;
            }
            keys[at] = keys[parent];
            ids[at] = ids[parent];
            at = parent;
        }
        keys[at] = key;
        ids[at] = id;
    }

    /** Takes the id with the least key out. */
    int pop() {
        int least = ids[0];
        size--;
        long key = keys[size];
        int id = ids[size];
        int at = 0;
        for (int child = 1; child < size; child = 2 * at + 1) {
            if (child + 1 < size && before(keys[child + 1], ids[child + 1], child)) {
                child++;
            }
            if (before(key, id, child)) {
                break;
            }
            keys[at] = keys[child];
            ids[at] = ids[child];
            at = child;
        }
        keys[at] = key;
        ids[at] = id;
        return least;
    }

    private boolean before(long key, int id, int at) {
        return key < keys[at] || (key == keys[at] && id < ids[at]);
    }
}
