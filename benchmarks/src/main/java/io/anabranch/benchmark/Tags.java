package io.anabranch.benchmark;

import io.anabranch.graph.Ownership;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** How the ids of a graph's vertices are chosen. */
enum Tags {
    /** The vertex's number, no tag. */
    NONE,
    /** A tag for each partition, whose vertices {@link GreedyPartition} chooses: as good as it gets, the number of partitions must be known. */
    PARTITIONS,
    /** A tag for each community; hashes spread them. */
    COMMUNITIES;

    /** Partitions have at most this many times their share of the vertices; communities at most this part of a share. */
    private static final double SLACK = 1.05;

    private static final int COMMUNITIES_IN_A_PARTITION = 8;

    /** The id of each vertex. */
    String[] ids(DirectedGraph graph, int partitions, SplittableRandom random) {
        int n = graph.vertices();
        String[] ids = new String[n];
        switch (this) {
            case NONE -> {
                for (int v = 0; v < n; v++) {
                    ids[v] = "v" + v;
                }
            }
            case PARTITIONS -> {
                List<String> tags = tagOfEach(partitions);
                int[] part = GreedyPartition.of(
                        Neighbours.of(graph), partitions, (int) Math.ceil(SLACK * n / partitions), random);
                for (int v = 0; v < n; v++) {
                    ids[v] = "{%s}v%d".formatted(tags.get(part[v]), v);
                }
            }
            case COMMUNITIES -> {
                int capacity = Math.max(1, n / partitions / COMMUNITIES_IN_A_PARTITION);
                int[] label = Communities.of(Neighbours.of(graph), capacity, random);
                for (int v = 0; v < n; v++) {
                    ids[v] = "{c%d}v%d".formatted(label[v], v);
                }
            }
        }
        return ids;
    }

    private static List<String> tagOfEach(int partitions) {
        Ownership ownership = Ownership.byHash(partitions, 0);
        List<String> tags = new ArrayList<>();
        for (int p = 0; p < partitions; p++) {
            int n = 0;
            while (ownership.ownerOf("p" + n) != p) {
                n++;
            }
            tags.add("p" + n);
        }
        return tags;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
