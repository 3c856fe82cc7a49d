package io.anabranch.benchmark;

import io.anabranch.graph.snapshot.CompressedRows;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Graphs to search for shared sums: offsets and in-neighbours, both in one array. */
final class HagRows {

    /** As many vertices and edges as ogbn-arxiv has. */
    private static final int VERTICES = 169_343;

    private static final int EDGES = 1_166_243;

    private HagRows() {}

    static int[][] of(CompressedRows rows) {
        return new int[][] {rows.offsets(), rows.neighbours()};
    }

    /** Ends of edges by a power law: vertex floor(n · x^skew), x uniform. Skew 3 makes vertex 0 an end of nearly 20,000 edges. */
    static int[][] skewed(double sourceSkew, double targetSkew) {
        SplittableRandom random = new SplittableRandom(5);
        long[] edges = new long[EDGES];
        for (int e = 0; e < EDGES; e++) {
            long target = (long) (VERTICES * Math.pow(random.nextDouble(), targetSkew));
            edges[e] = (target << 32) | (long) (VERTICES * Math.pow(random.nextDouble(), sourceSkew));
        }
        edges = Arrays.stream(edges).sorted().distinct().toArray();
        int[] offsets = new int[VERTICES + 1];
        int[] neighbours = new int[edges.length];
        for (int e = 0; e < edges.length; e++) {
            offsets[(int) (edges[e] >> 32) + 1]++;
            neighbours[e] = (int) edges[e];
        }
        for (int v = 0; v < VERTICES; v++) {
            offsets[v + 1] += offsets[v];
        }
        return new int[][] {offsets, neighbours};
    }

    /** Of a set of many small graphs, whole ones. */
    static int[][] first(int[][] rows, int parts) {
        int[] number = new int[rows[0].length - 1];
        int count = number.length / parts;
        Arrays.setAll(number, v -> v < count ? v : -1);
        return between(rows, number, count);
    }

    static int[][] drawn(int[][] rows, int parts) {
        SplittableRandom random = new SplittableRandom(parts);
        int[] number = new int[rows[0].length - 1];
        int count = 0;
        for (int v = 0; v < number.length; v++) {
            number[v] = random.nextInt(parts) == 0 ? count++ : -1;
        }
        return between(rows, number, count);
    }

    /** The graph between the nodes that have a new number. */
    private static int[][] between(int[][] rows, int[] number, int count) {
        int[] offsets = new int[count + 1];
        int[] neighbours = new int[rows[1].length];
        int edges = 0;
        for (int v = 0; v < number.length; v++) {
            for (int i = rows[0][v]; number[v] >= 0 && i < rows[0][v + 1]; i++) {
                int neighbour = number[rows[1][i]];
                if (neighbour >= 0) {
                    neighbours[edges++] = neighbour;
                }
            }
            if (number[v] >= 0) {
                offsets[number[v] + 1] = edges;
            }
        }
        return new int[][] {offsets, Arrays.copyOf(neighbours, edges)};
    }
}
