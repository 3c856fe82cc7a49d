package io.anabranch.benchmark;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.Provenance;
import java.util.SplittableRandom;

/**
 * State bytes per vertex and per edge of {@link PartitionGraph}: what the graph counts of its arrays, and by how much the used heap grows, with
 * identifiers and objects. The graph has the size of ogbn-arxiv (169,343 vertices, 1,166,243 directed edges) and skewed degrees.
 */
public final class GraphMemory {

    private static final int VERTICES = 169_343;
    private static final int EDGES = 1_166_243;

    private GraphMemory() {}

    /** Prints the table. */
    public static void main(String[] arguments) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(5);
        String[] ids = new String[VERTICES];
        for (int i = 0; i < VERTICES; i++) {
            ids[i] = "vertex-" + i;
        }
        long before = usedHeap();
        PartitionGraph graph = PartitionGraph.open(Ownership.byHash(1, 0), 1, FactJournal.NONE);
        for (String id : ids) {
            graph.apply(new GraphMutation.UpsertNode(id, "paper", null, 1));
        }
        graph.drainDelta();
        long vertexArrays = graph.memoryBytes();
        long vertexHeap = usedHeap() - before;
        long time = 2;
        long start = System.nanoTime();
        while (graph.edgeCount() < EDGES) {
            int source = random.nextInt(VERTICES);
            int target = (int) (VERTICES * Math.pow(random.nextDouble(), 3));
            graph.apply(new GraphMutation.UpsertEdge(
                    new EdgeId(ids[source], ids[target], "cites"), 1, Provenance.OBSERVED, time++));
            if (time % 1_000 == 0) {
                graph.drainDelta();
            }
        }
        graph.drainDelta();
        double seconds = (System.nanoTime() - start) / 1e9;
        long allArrays = graph.memoryBytes();
        long allHeap = usedHeap() - before;
        System.out.printf("| | arrays, bytes | heap, bytes |%n|---|---|---|%n");
        System.out.printf(
                "| per vertex (%,d, identifiers of about 13 characters shared with the caller) | %.0f | %.0f |%n",
                VERTICES, (double) vertexArrays / VERTICES, (double) vertexHeap / VERTICES);
        System.out.printf(
                "| per live edge (%,d), on top | %.0f | %.0f |%n",
                EDGES, (double) (allArrays - vertexArrays) / EDGES, (double) (allHeap - vertexHeap) / EDGES);
        System.out.printf("%n%,.0f edge upserts a second while the graph grew, one thread.%n", (time - 2) / seconds);
        if (graph.ordinalOf(ids[0]) == PartitionGraph.NO_VERTEX) {
            throw new IllegalStateException("The graph has lost its vertices.");
        }
    }

    private static long usedHeap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(100);
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
