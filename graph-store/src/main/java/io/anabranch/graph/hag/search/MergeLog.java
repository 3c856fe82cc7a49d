package io.anabranch.graph.hag.search;

import java.util.Arrays;

/** The merges of one component in their order: node i has the children {@code left[i]} and the later {@code right[i]}. */
final class MergeLog {

    int[] left = new int[16];
    int[] right = new int[16];
    /** Rows that held both children. */
    int[] redundancy = new int[16];

    int size;

    void add(int newLeft, int newRight, int rows) {
        if (size == left.length) {
            int length = size + (size >> 1);
            left = Arrays.copyOf(left, length);
            right = Arrays.copyOf(right, length);
            redundancy = Arrays.copyOf(redundancy, length);
        }
        left[size] = newLeft;
        right[size] = newRight;
        redundancy[size] = rows;
        size++;
    }
}
