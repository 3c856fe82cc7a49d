package io.anabranch.stream.propagation;

import java.util.Arrays;

/** A set of ordinals that is cleared in O(1) and iterated in order of insertion. */
final class VertexSet {
    private int[] stamp = new int[64];
    private int[] members = new int[16];
    private int size;
    private int round = 1;

    void clear() {
        size = 0;
        if (++round == 0) {
            Arrays.fill(stamp, 0);
            round = 1;
        }
    }

    /** @return whether it was not there before */
    boolean add(int vertex) {
        if (vertex >= stamp.length) {
            stamp = Arrays.copyOf(stamp, Math.max(vertex + 1, stamp.length * 2));
        }
        if (stamp[vertex] == round) {
            return false;
        }
        stamp[vertex] = round;
        if (size == members.length) {
            members = Arrays.copyOf(members, size * 2);
        }
        members[size++] = vertex;
        return true;
    }

    void addAll(VertexSet other) {
        for (int i = 0; i < other.size; i++) {
            add(other.members[i]);
        }
    }

    boolean contains(int vertex) {
        return vertex < stamp.length && stamp[vertex] == round;
    }

    /** Reads what {@link #add} will read, ahead of it; the number means nothing but must be kept, lest it not be read. */
    int fetch(int vertex) {
        return vertex < stamp.length ? stamp[vertex] : 0;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int get(int i) {
        return members[i];
    }
}
