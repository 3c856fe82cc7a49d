package io.anabranch.benchmark;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Linear deterministic greedy (Stanton and Kliot, KDD 2012): vertices come one after the other, and each goes to the part that has most of its
 * neighbours, times how much room is left there. A second and third time around, all other vertices have a place already.
 */
final class GreedyPartition {

    private static final int ROUNDS = 3;

    private GreedyPartition() {}

    /**
     * The part of each vertex.
     *
     * @param capacity most vertices of a part; times parts at least the number of vertices
     */
    static int[] of(Neighbours graph, int parts, int capacity, SplittableRandom random) {
        int[] part = new int[graph.vertices()];
        Arrays.fill(part, -1);
        int[] size = new int[parts];
        int[] near = new int[parts];
        int[] order = DirectedGraph.shuffled(graph.vertices(), random);
        for (int round = 0; round < ROUNDS; round++) {
            for (int v : order) {
                if (part[v] >= 0) {
                    size[part[v]]--;
                }
                Arrays.fill(near, 0);
                for (int i = graph.from(v); i < graph.from(v + 1); i++) {
                    int other = part[graph.ends()[i]];
                    if (other >= 0) {
                        near[other]++;
                    }
                }
                part[v] = best(near, size, capacity);
                size[part[v]]++;
            }
        }
        return part;
    }

    private static int best(int[] near, int[] size, int capacity) {
        int best = -1;
        double most = -1;
        for (int p = 0; p < size.length; p++) {
            double score = near[p] * (1 - (double) size[p] / capacity);
            if (size[p] < capacity && (score > most || (score == most && size[p] < size[best]))) {
                most = score;
                best = p;
            }
        }
        return best;
    }
}
