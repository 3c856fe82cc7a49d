package io.anabranch.graph;

import java.util.Arrays;

/**
 * Names and their dense ordinals, by an open-addressing hash. A name is removed in two steps: {@link #remove} lets it be found no
 * more, {@link #free} gives its ordinal to the next new name.
 *
 * <p>Memory: 4 bytes per name for the reference, 8 to 16 of hash, 4 per free ordinal, and the string itself. Not thread-safe.
 */
final class NameTable {

    static final int NO_NAME = -1;

    private String[] names = new String[16];
    /** ordinal + 1, or 0 where free; linear probing. */
    private int[] hash = new int[32];

    private int[] free = {};
    private int freeCount;
    private int size;

    /** One more than the greatest ordinal that was ever in use. */
    int size() {
        return size;
    }

    /** Ordinals that are not free. */
    int inUse() {
        return size - freeCount;
    }

    /** Whether a search finds this ordinal. */
    boolean findable(int ordinal) {
        return names[ordinal] != null && find(names[ordinal]) == ordinal;
    }

    /** The name of an ordinal in use. */
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
        int ordinal = freeCount > 0 ? free[--freeCount] : append();
        names[ordinal] = name;
        enter(ordinal);
        return ordinal;
    }

    /** Takes the name out; it keeps its ordinal until that is freed. */
    void remove(int ordinal) {
        int mask = hash.length - 1;
        int gap = spread(names[ordinal]) & mask;
        while (hash[gap] != ordinal + 1) {
            gap = gap + 1 & mask;
        }
        hash[gap] = 0;
        // Whoever was pushed past the gap by its neighbours moves back, so that a search may still stop at the first
        // free place.
        for (int at = gap + 1 & mask; hash[at] != 0; at = at + 1 & mask) {
            int home = spread(names[hash[at] - 1]) & mask;
            if ((at - home & mask) >= (at - gap & mask)) {
                hash[gap] = hash[at];
                hash[at] = 0;
                gap = at;
            }
        }
    }

    /** Lets the ordinal of a removed name be used again. */
    // The slot is empty until a name takes it; nothing reads it in between.
    @SuppressWarnings("NullAway")
    void free(int ordinal) {
        names[ordinal] = null;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, Math.max(16, 2 * freeCount));
        }
        free[freeCount++] = ordinal;
    }

    /** Bytes of the arrays, as allocated; strings are not counted. References count 4 bytes. */
    long memoryBytes() {
        return 4L * names.length + 4L * hash.length + 4L * free.length;
    }

    private int append() {
        if (size == names.length) {
            names = Arrays.copyOf(names, size + (size >> 1));
        }
        if (2 * (size + 1) > hash.length) {
            int[] old = hash;
            hash = new int[2 * old.length];
            for (int entry : old) {
                if (entry != 0) {
                    enter(entry - 1);
                }
            }
        }
        return size++;
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
