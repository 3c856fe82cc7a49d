package io.anabranch.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.anabranch.graph.testkit.RandomGraphs;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What the class promises of its memory, measured. */
final class PartitionGraphMemoryTest {

    private static final int VERTICES = 4_000;
    private static final int EDGES = 28_000;
    private static final int DIMENSION = 16;

    @Test
    void bytesPerVertexAndEdgeAreAsStated() {
        PartitionGraph graph = load();
        GraphStatistics size = graph.statistics();
        assertThat(size.ordinals()).isEqualTo(VERTICES);
        assertThat(size.edges()).isEqualTo(size.edgeRegisters()).isGreaterThan(EDGES - 2_000);

        long rows = 4L * DIMENSION * VERTICES;
        long stated = (long) VERTICES * PartitionGraph.BYTES_PER_VERTEX
                + (long) size.edgeRegisters() * PartitionGraph.BYTES_PER_EDGE_REGISTER
                + (long) size.edges() * PartitionGraph.BYTES_PER_LIVE_EDGE;

        // A third of every array may be empty, and the last segment of rows; the open batch's own lists come on top.
        assertThat(graph.memoryBytes()).isBetween(rows + stated / 2, rows + stated * 3 / 2 + (1 << 20));
    }

    @Test
    void churnDoesNotGrowTheGraph() {
        PartitionGraph graph = load();
        List<GraphMutation> edges = upserts();
        long time = 1_000_000;
        churn(graph, edges, time);
        long before = graph.memoryBytes();

        for (int round = 1; round <= 4; round++) {
            churn(graph, edges, time + 2L * round);
        }

        assertThat(graph.memoryBytes()).isLessThanOrEqualTo(before * 11 / 10);
        assertThat(graph.edgeCount()).isEqualTo(graph.statistics().edgeRegisters());
    }

    @Test
    void updateAllocatesNothingButItsFact() {
        PartitionGraph graph = load();
        List<GraphMutation> updates = new ArrayList<>();
        long time = 1_000_000;
        for (GraphMutation mutation : upserts()) {
            EdgeId id = ((GraphMutation.UpsertEdge) mutation).edge();
            updates.add(new GraphMutation.RemoveEdge(id, time));
            updates.add(new GraphMutation.UpsertEdge(id, 0.5f, Provenance.OBSERVED, time + 1));
        }
        apply(graph, updates);

        long before = allocated();
        apply(graph, updates);
        double perUpdate = (double) (allocated() - before) / updates.size();

        // An EdgeFact is 40 bytes; the partition's hash of an id is not asked for again.
        assertThat(perUpdate).isLessThan(48);
    }

    private static void apply(PartitionGraph graph, List<GraphMutation> updates) {
        for (int i = 0; i < updates.size(); i++) {
            graph.apply(updates.get(i));
            if (i % 256 == 0) {
                graph.drainDelta();
            }
        }
        graph.drainDelta();
    }

    private static void churn(PartitionGraph graph, List<GraphMutation> edges, long time) {
        for (int i = 0; i < edges.size(); i++) {
            GraphMutation.UpsertEdge upsert = (GraphMutation.UpsertEdge) edges.get(i);
            graph.apply(new GraphMutation.RemoveEdge(upsert.edge(), time));
            if (i % 256 == 0) {
                graph.drainDelta();
            }
        }
        for (int i = edges.size() - 1; i >= 0; i--) {
            GraphMutation.UpsertEdge upsert = (GraphMutation.UpsertEdge) edges.get(i);
            graph.apply(new GraphMutation.UpsertEdge(upsert.edge(), 1, Provenance.OBSERVED, time + 1));
            if (i % 256 == 0) {
                graph.drainDelta();
            }
        }
        graph.drainDelta();
    }

    private static PartitionGraph load() {
        PartitionGraph graph = PartitionGraph.open(Ownership.byHash(1, 0), DIMENSION, FactJournal.NONE);
        List<GraphMutation> mutations = trace();
        for (int i = 0; i < mutations.size(); i++) {
            GraphMutation mutation = mutations.get(i);
            // Every vertex with a row, so that the formula can be compared.
            graph.apply(
                    mutation instanceof GraphMutation.UpsertNode node
                            ? new GraphMutation.UpsertNode(
                                    node.id(), "", FeatureVector.dense(new float[DIMENSION]), node.time())
                            : mutation);
            if (i % 256 == 0) {
                graph.drainDelta();
            }
        }
        graph.drainDelta();
        return graph;
    }

    private static List<GraphMutation> upserts() {
        return trace().stream()
                .filter(m -> m instanceof GraphMutation.UpsertEdge)
                .toList();
    }

    private static List<GraphMutation> trace() {
        return RandomGraphs.skewed(new SplittableRandom(7), VERTICES, EDGES, 2.5, 1);
    }

    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getCurrentThreadAllocatedBytes();
    }
}
