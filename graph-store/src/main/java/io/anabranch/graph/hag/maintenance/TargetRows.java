package io.anabranch.graph.hag.maintenance;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The children of each target, which change. A child is a source u, as u, or a node k, as {@code ~k}; children ascend, so that nodes
 * come first. A frozen copy shares the arrays, and a row is copied when it is first edited after that.
 *
 * <p>Memory: an array a row, with half as much room again after it grew; 24 bytes a row beside its children.
 */
final class TargetRows {

    private static final int[] NONE = {};

    private int count;
    private int[][] children;
    private int[] sizes;
    /** Rows whose arrays a frozen copy holds too. */
    private final BitSet frozen = new BitSet();

    private long transfers;
    private long aggregations;

    TargetRows(int count) {
        this.count = count;
        children = new int[count][];
        Arrays.fill(children, NONE);
        sizes = new int[count];
    }

    int count() {
        return count;
    }

    /** Children of all rows. */
    long transfers() {
        return transfers;
    }

    /** Of each row, its children less one. */
    long aggregations() {
        return aggregations;
    }

    int size(int row) {
        return sizes[row];
    }

    /** The children of a row in the first places of an array that must not be changed. */
    int[] children(int row) {
        return children[row];
    }

    void grow(int newCount) {
        if (newCount > children.length) {
            int room = Math.max(newCount, children.length + (children.length >> 1));
            children = Arrays.copyOf(children, room);
            Arrays.fill(children, count, room, NONE);
            sizes = Arrays.copyOf(sizes, room);
        }
        count = newCount;
    }

    /** The place of one copy of a child; if there is none, −1 less the place where it belongs. */
    int find(int row, int child) {
        return Arrays.binarySearch(children[row], 0, sizes[row], child);
    }

    void insert(int row, int child) {
        int place = find(row, child);
        place = place < 0 ? -1 - place : place;
        int size = sizes[row];
        int[] array = own(row, size + 1);
        System.arraycopy(array, place, array, place + 1, size - place);
        array[place] = child;
        resize(row, size + 1);
    }

    void removeAt(int row, int place) {
        int size = sizes[row];
        int[] array = own(row, size);
        System.arraycopy(array, place + 1, array, place, size - place - 1);
        resize(row, size - 1);
    }

    /** Puts the first {@code length} of some children, ascending, in the place of one. */
    void replace(int row, int place, int[] by, int length) {
        removeAt(row, place);
        int size = sizes[row];
        int[] array = own(row, size + length);
        int to = size + length;
        int from = size;
        for (int i = length; i > 0; ) {
            array[--to] = from > 0 && array[from - 1] > by[i - 1] ? array[--from] : by[--i];
        }
        resize(row, size + length);
    }

    /** Gives a row other children; takes the array. */
    void set(int row, int[] ascending) {
        frozen.clear(row);
        children[row] = ascending;
        resize(row, ascending.length);
    }

    /** The rows as they are now, in time of their number: 8 bytes a row are copied. */
    int[][] freeze() {
        frozen.set(0, count);
        return Arrays.copyOf(children, count);
    }

    /** The number of children of each row. */
    int[] sizes() {
        return Arrays.copyOf(sizes, count);
    }

    /** An array that no frozen copy holds, with room for so many. */
    private int[] own(int row, int room) {
        int[] array = children[row];
        if (array.length < room) {
            array = Arrays.copyOf(array, room + (room >> 1));
        } else if (frozen.get(row)) {
            array = array.clone();
        } else {
            return array;
        }
        frozen.clear(row);
        children[row] = array;
        return array;
    }

    private void resize(int row, int size) {
        transfers += size - sizes[row];
        aggregations += Math.max(0, size - 1) - Math.max(0, sizes[row] - 1);
        sizes[row] = size;
    }
}
