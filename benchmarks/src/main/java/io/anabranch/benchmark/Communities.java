package io.anabranch.benchmark;

import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Label propagation (Raghavan and others, 2007) with a bound on how many vertices may have one label. */
final class Communities {

    private static final int ROUNDS = 10;

    private Communities() {}

    /** The label of each vertex. */
    static int[] of(Neighbours graph, int capacity, SplittableRandom random) {
        int[] label = new int[graph.vertices()];
        int[] size = new int[graph.vertices()];
        Arrays.setAll(label, v -> v);
        Arrays.fill(size, 1);
        var near = new Int2IntOpenHashMap();
        int[] order = DirectedGraph.shuffled(graph.vertices(), random);
        for (int round = 0; round < ROUNDS; round++) {
            for (int v : order) {
                near.clear();
                int best = label[v];
                int most = 0;
                for (int i = graph.from(v); i < graph.from(v + 1); i++) {
                    int other = label[graph.ends()[i]];
                    int count = near.addTo(other, 1) + 1;
                    if (count > most && (other == label[v] || size[other] < capacity)) {
                        most = count;
                        best = other;
                    }
                }
                size[label[v]]--;
                label[v] = best;
                size[best]++;
            }
        }
        return label;
    }
}
