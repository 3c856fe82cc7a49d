package io.anabranch.benchmark;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.snapshot.GraphReplica;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.NodeFreshness;
import io.anabranch.serve.predict.NodeVector;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * State bytes per vertex and per edge of {@link PartitionGraph}: what the graph counts of its arrays, and by how much the used heap grows, with
 * identifiers and objects; then what the model service keeps of the same graph ({@link GraphReplica}), and of its embeddings. The graph has the size of ogbn-arxiv (169,343 vertices, 1,166,243 directed edges) and skewed degrees.
 */
public final class GraphMemory {

    private static final int VERTICES = 169_343;
    private static final int EDGES = 1_166_243;
    private static final int COLUMNS = 64;

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
        replica(ids);
        if (graph.ordinalOf(ids[0]) == PartitionGraph.NO_VERTEX) {
            throw new IllegalStateException("The graph has lost its vertices.");
        }
    }

    /** What the model service keeps of the same graph, and embeddings of it. */
    private static void replica(String[] ids) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(5);
        GraphReplica replica = new GraphReplica(1);
        long before = usedHeap();
        for (String id : ids) {
            replica.putNode(id, "paper", null, 1);
        }
        long vertexHeap = usedHeap() - before;
        long time = 2;
        while (replica.edgeCount() < EDGES) {
            // As a feed reads them, with strings of their own.
            String source = new String(ids[random.nextInt(VERTICES)].toCharArray());
            String target = new String(ids[(int) (VERTICES * Math.pow(random.nextDouble(), 3))].toCharArray());
            replica.putEdge(new EdgeId(source, target, "cites"), 1, Provenance.OBSERVED, time++);
        }
        long allHeap = usedHeap() - before;
        EmbeddingView view = new EmbeddingView();
        long beforeEmbeddings = usedHeap();
        for (String id : ids) {
            float[] row = new float[COLUMNS];
            Arrays.fill(row, 1);
            view.put(1, new String(id.toCharArray()), new NodeVector(row, new NodeFreshness(1, 1, 0, 1)));
        }
        long embeddings = usedHeap() - beforeEmbeddings;
        System.out.printf("%n| model service | heap, bytes |%n|---|---|%n");
        System.out.printf("| replica, per vertex | %.0f |%n", (double) vertexHeap / VERTICES);
        System.out.printf("| replica, per edge, on top | %.0f |%n", (double) (allHeap - vertexHeap) / EDGES);
        System.out.printf(
                "| an embedding of %d columns with its id, per vertex and version | %.0f |%n",
                COLUMNS, (double) embeddings / VERTICES);
        if (replica.nodeCount() + view.size(1) != 2 * VERTICES) {
            throw new IllegalStateException("Vertices have got lost.");
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
