package io.anabranch.graph.history;

import java.util.Arrays;

/**
 * The steps of one vertex in order: when, with which other end, over which type of edge, on which side, with which weight. Parallel arrays, 20 bytes a
 * step and up to half as much again for growth. Whoever puts steps in knows their order; the list does not. Not thread-safe.
 */
public final class StepList {

    /** Without steps; not to be written to. */
    public static final StepList EMPTY = new StepList(0);

    private static final int SOURCE = 1;
    private static final int FIRST_CAPACITY = 4;

    private long[] times;
    private int[] others;
    /** Twice the number of the type, and 1 more where the vertex is the source. */
    private int[] kinds;

    private float[] weights;
    private int size;

    public StepList() {
        this(FIRST_CAPACITY);
    }

    private StepList(int capacity) {
        times = new long[capacity];
        others = new int[capacity];
        kinds = new int[capacity];
        weights = new float[capacity];
    }

    public int size() {
        return size;
    }

    /** Event time, in milliseconds since 1970. */
    public long time(int i) {
        return times[i];
    }

    /** Ordinal of the other end: of the vertex itself where the edge leads from it to itself. */
    public int other(int i) {
        return others[i];
    }

    /** Number of the edge's type. */
    public int type(int i) {
        return kinds[i] >>> 1;
    }

    /** Whether the vertex is the edge's source. */
    public boolean source(int i) {
        return (kinds[i] & SOURCE) != 0;
    }

    public float weight(int i) {
        return weights[i];
    }

    /** How many of the first steps are before this time. O(log n). */
    public int before(long time) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (times[middle] < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Puts a step at a place; those from there on move up. Late steps are few, so most come last. */
    public void insert(int at, long time, int other, int type, boolean source, float weight) {
        if (size == times.length) {
            int capacity = size + (size >> 1) + 1;
            times = Arrays.copyOf(times, capacity);
            others = Arrays.copyOf(others, capacity);
            kinds = Arrays.copyOf(kinds, capacity);
            weights = Arrays.copyOf(weights, capacity);
        }
        move(at, at + 1);
        times[at] = time;
        others[at] = other;
        kinds[at] = type << 1 | (source ? SOURCE : 0);
        weights[at] = weight;
        size++;
    }

    public void setWeight(int at, float weight) {
        weights[at] = weight;
    }

    /** Takes a step out. */
    public void remove(int at) {
        move(at + 1, at);
        size--;
    }

    /** Takes the first steps out. */
    public void removeFirst(int count) {
        move(count, 0);
        size -= count;
    }

    private void move(int from, int to) {
        int count = size - from;
        System.arraycopy(times, from, times, to, count);
        System.arraycopy(others, from, others, to, count);
        System.arraycopy(kinds, from, kinds, to, count);
        System.arraycopy(weights, from, weights, to, count);
    }

    /** Of the arrays, as allocated. */
    public long memoryBytes() {
        return 20L * times.length;
    }
}
