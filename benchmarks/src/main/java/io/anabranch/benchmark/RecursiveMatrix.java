package io.anabranch.benchmark;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A recursive matrix (R-MAT) graph: each edge falls into one quarter of the adjacency matrix, then into one quarter of that, and so on, with the
 * probabilities of Graph500. Hubs on both ends. A function of the seed.
 */
final class RecursiveMatrix {

    private static final double A = 0.57;
    private static final double B = 0.19;
    private static final double C = 0.19;

    private RecursiveMatrix() {}

    /** Distinct edges, each target in the upper half and source in the lower, ascending; a few fewer than asked for, as some fall together. */
    static long[] edges(int scale, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] edges = new long[count];
        for (int i = 0; i < count; i++) {
            long source = 0;
            long target = 0;
            for (int level = 0; level < scale; level++) {
                double where = random.nextDouble();
                source = source << 1 | (where >= A + B ? 1 : 0);
                target = target << 1 | (where >= A && where < A + B || where >= A + B + C ? 1 : 0);
            }
            edges[i] = target << 32 | source;
        }
        Arrays.parallelSort(edges);
        int distinct = 0;
        for (int i = 0; i < count; i++) {
            if (i == 0 || edges[i] != edges[i - 1]) {
                edges[distinct++] = edges[i];
            }
        }
        return Arrays.copyOf(edges, distinct);
    }
}
