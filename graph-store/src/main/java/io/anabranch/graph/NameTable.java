package io.anabranch.graph;

import java.util.Arrays;

/**
 * Names and their dense ordinals, by an open-addressing hash. Names are never removed.
 *
 * <p>Memory: 4 bytes per name for the reference, 8 to 16 of hash, and the string itself. Not thread-safe.
 */
final class NameTable {

    static final int NO_NAME = -1;

    private String[] names = new String[16];
    /** ordinal + 1, or 0 where free; linear probing. */
    private int[] hash = new int[32];

    private int size;

    int size() {
        return size;
    }

    String name(int ordinal) {
        return names[ordinal];
    }

    int find(String name) {
        int mask = hash.length - 1;
        for (int at = spread(name) & mask; hash[at] != 0; at = at + 1 & mask) {
            if (names[hash[at] - 1].equals(name)) {
                return hash[at] - 1;
            }
        }
        return NO_NAME;
    }

    int intern(String name) {
        int known = find(name);
        if (known != NO_NAME) {
            return known;
        }
        if (size == names.length) {
            names = Arrays.copyOf(names, size + (size >> 1));
        }
        if (2 * (size + 1) > hash.length) {
            hash = new int[2 * hash.length];
            for (int i = 0; i < size; i++) {
                enter(i);
            }
        }
        names[size] = name;
        enter(size);
        return size++;
    }

    /** Bytes of the arrays, as allocated; strings are not counted. References count 4 bytes. */
    long memoryBytes() {
        return 4L * names.length + 4L * hash.length;
    }

    private void enter(int ordinal) {
        int mask = hash.length - 1;
        int at = spread(names[ordinal]) & mask;
        while (hash[at] != 0) {
            at = at + 1 & mask;
        }
        hash[at] = ordinal + 1;
    }

    private static int spread(String name) {
        int mixed = name.hashCode() * 0x9e3779b9;
        return mixed ^ mixed >>> 15;
    }
}
