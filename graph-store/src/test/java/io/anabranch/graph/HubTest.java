package io.anabranch.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The work of one call is bounded, whatever the degree; counted in facts written, not in time. */
final class HubTest {

    private static final int DEGREE = 50_000;
    private static final int SLICE = 1_000;

    private final MapJournal journal = new MapJournal();
    private PartitionGraph graph = open();

    private PartitionGraph open() {
        return PartitionGraph.open(Ownership.byHash(1, 0), 1, journal, SLICE, true);
    }

    private void connect(long time, long expiry) {
        for (int i = 0; i < DEGREE; i++) {
            graph.apply(
                    new GraphMutation.UpsertEdge(new EdgeId("hub", "t" + i, ""), 1, Provenance.OBSERVED, time, expiry));
            graph.apply(
                    new GraphMutation.UpsertEdge(new EdgeId("s" + i, "hub", ""), 1, Provenance.OBSERVED, time, expiry));
        }
        graph.drainDelta();
    }

    private int buryOneSlice() {
        int before = journal.writes();
        assertThat(graph.buryPending(SLICE)).isLessThanOrEqualTo(SLICE);
        assertThat(journal.writes() - before).isLessThanOrEqualTo(SLICE);
        return graph.drainDelta().removedEdges().size();
    }

    @Test
    void aHubIsBuriedInSlicesAndNothingIsWrittenAgainstItsDeleteMeanwhile() {
        connect(1, GraphMutation.NEVER_EXPIRES);
        int before = journal.writes();

        graph.apply(new GraphMutation.RemoveNode("hub", 2));

        assertThat(journal.writes() - before).isEqualTo(SLICE + 1);
        assertThat(graph.burialsPending()).isTrue();
        int hub = graph.ordinalOf("hub");
        assertThat(graph.deleteTime(hub)).isEqualTo(2);
        graph.apply(new GraphMutation.UpsertEdge(new EdgeId("x", "hub", ""), 1, Provenance.OBSERVED, 2));
        graph.apply(new GraphMutation.UpsertEdge(new EdgeId("y", "hub", ""), 1, Provenance.OBSERVED, 3));
        graph.apply(new GraphMutation.UpsertEdge(new EdgeId("s7", "hub", ""), 5, Provenance.OBSERVED, 3));
        int removed = graph.drainDelta().removedEdges().size();
        while (graph.burialsPending()) {
            removed += buryOneSlice();
        }

        assertThat(removed).isEqualTo(2 * DEGREE - 1);
        assertThat(graph.edgeCount()).isEqualTo(2);
        assertThat(graph.inDegree(hub)).isEqualTo(2);
    }

    @Test
    void aRestartBetweenSlicesFinishesTheBurial() {
        connect(1, GraphMutation.NEVER_EXPIRES);
        graph.apply(new GraphMutation.RemoveNode("hub", 2));
        buryOneSlice();

        graph = open();
        journal.facts().forEach(graph::restore);
        graph.finishRestore();

        assertThat(graph.burialsPending()).isFalse();
        assertThat(graph.edgeCount()).isZero();
        assertThat(graph.drainDelta().removedEdges().size()).isEqualTo(2 * DEGREE - 2 * SLICE);
    }

    @Test
    void manyEdgesThatExpireAtOnceAreBuriedInSlices() {
        connect(1, 10);
        int before = journal.writes();

        graph.advance(10);

        assertThat(journal.writes() - before).isEqualTo(SLICE);
        AtomicInteger slices = new AtomicInteger();
        while (graph.burialsPending()) {
            buryOneSlice();
            slices.incrementAndGet();
        }
        assertThat(slices.get()).isEqualTo(2 * DEGREE / SLICE - 1);
        assertThat(graph.edgeCount()).isZero();
    }
}
