package io.anabranch.graph.hag.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagOptions.Mode;
import io.anabranch.graph.hag.KnownHags;
import io.anabranch.graph.hag.maintenance.MaintenanceReport;
import io.anabranch.graph.snapshot.GraphReplica;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.graph.testkit.EventTraces;
import io.anabranch.graph.testkit.Randomized;
import io.anabranch.graph.testkit.TraceShape;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class KeptHagsTest {

    /** Searches wait here until the test runs them. */
    private final Queue<Runnable> searches = new ArrayDeque<>();

    private final KeptHags kept = new KeptHags(searches::add);
    private final GraphReplica replica = new GraphReplica(0, kept);

    private void put(String source, String target) {
        replica.putEdge(new EdgeId(source, target, ""), 1, Provenance.OBSERVED);
    }

    private void remove(String source, String target) {
        replica.removeEdge(new EdgeId(source, target, ""));
    }

    private KnownHags now(GraphSnapshot snapshot, Mode mode) {
        return kept.of(snapshot, replica::isPut, mode, true);
    }

    /** The same, with the search that it may begin. */
    private KnownHags searched(GraphSnapshot snapshot, Mode mode) {
        KnownHags hags = now(snapshot, mode);
        while (!searches.isEmpty()) {
            searches.remove().run();
        }
        return hags;
    }

    /** Everybody sends to everybody else. */
    private void clique(int vertices) {
        for (int v = 0; v < vertices; v++) {
            for (int u = 0; u < vertices; u++) {
                if (u != v) {
                    put("v" + u, "v" + v);
                }
            }
        }
    }

    private static Hag found(KnownHags hags, Mode mode) {
        return Objects.requireNonNull(hags.find(mode));
    }

    private MaintenanceReport report(Mode mode) {
        return Objects.requireNonNull(kept.report(mode));
    }

    /** Every target covers its row of the snapshot, as often as it says, and itself if closed. Returns how many were compared. */
    private static int requireRows(Hag hag, GraphSnapshot snapshot, Mode mode) {
        int n = snapshot.nodeCount();
        assertThat(hag.sources()).isEqualTo(n);
        assertThat(hag.targets()).isEqualTo(n);
        int[] counts = new int[n];
        for (int position = 0; position < n; position++) {
            int v = hag.targetOrder()[position];
            for (int i = hag.targetStarts()[position]; i < hag.targetStarts()[position + 1]; i++) {
                count(hag, hag.targetChildren()[i], counts);
            }
            for (int e = snapshot.in().start(v); e < snapshot.in().end(v); e++) {
                counts[snapshot.in().neighbour(e)]--;
            }
            counts[v] -= mode == Mode.CLOSED ? 1 : 0;
            assertThat(counts).as("row of %s", snapshot.nodeId(v)).containsOnly(0);
        }
        return n;
    }

    private static void count(Hag hag, int child, int[] counts) {
        if (child < hag.sources()) {
            counts[child]++;
            return;
        }
        int node = child - hag.sources();
        for (int i = hag.nodeStarts()[node]; i < hag.nodeStarts()[node + 1]; i++) {
            count(hag, hag.nodeChildren()[i], counts);
        }
    }

    private static FactJournal into(GraphReplica replica) {
        return new FactJournal() {
            @Override
            public void write(Fact fact, boolean shows) {
                if (shows) {
                    replica.accept(fact);
                }
            }

            @Override
            public void forget(FactKey key) {}
        };
    }

    private static GraphMutation ofWeightOne(GraphMutation mutation) {
        return mutation instanceof GraphMutation.UpsertEdge edge
                ? new GraphMutation.UpsertEdge(edge.edge(), 1, edge.provenance(), edge.time(), edge.expiry())
                : mutation;
    }

    /**
     * From events to the plan of a snapshot, with late and duplicate events, nodes that are deleted and come back, edges that expire, parallel edges and
     * self-loops; searches end after any number of events.
     */
    @Randomized(runs = 30)
    void whatIsKeptCoversTheRowsOfEverySnapshot(RandomGenerator random) {
        TraceShape shape =
                new TraceShape(random.nextInt(6, 40), 4_000, 0, 3, random.nextInt(4), 0.1, 0.3, 0.1, 0.2, 0.2, 0, 0.1);
        List<GraphMutation> trace = EventTraces.of(random, shape);
        PartitionGraph graph = PartitionGraph.open(Ownership.byHash(1, 0), 0, into(replica));
        int moments = 0;
        long rows = 0;
        for (GraphMutation mutation : trace) {
            graph.advance(mutation.time());
            graph.apply(ofWeightOne(mutation));
            if (!searches.isEmpty() && random.nextInt(50) == 0) {
                searches.remove().run();
            }
            if (random.nextInt(100) == 0) {
                Mode mode = random.nextBoolean() ? Mode.OPEN : Mode.CLOSED;
                GraphSnapshot snapshot = replica.snapshot();
                rows += requireRows(found(searched(snapshot, mode), mode), snapshot, mode);
                moments++;
            }
        }
        assertThat(moments).isGreaterThan(10);
        assertThat(rows).isGreaterThan(moments);
        for (Mode mode : Mode.values()) {
            assertThat(kept.counts(mode).edits()).isGreaterThan(500);
            assertThat(kept.counts(mode).rebuilds()).isGreaterThan(1);
            assertThat(kept.counts(mode).failedRebuilds()).isZero();
        }
    }

    @Test
    void nothingIsKeptUntilAGraphIsAskedFor() {
        clique(8);
        GraphSnapshot snapshot = replica.snapshot();
        assertThat(kept.of(snapshot, replica::isPut, Mode.OPEN, false)).isSameAs(KnownHags.NONE);
        assertThat(kept.report(Mode.OPEN)).isNull();
        assertThat(searches).isEmpty();

        KnownHags hags = now(snapshot, Mode.OPEN);
        assertThat(searches).hasSize(1);
        assertThat(kept.report(Mode.OPEN)).isNotNull();
        assertThat(kept.report(Mode.CLOSED)).isNull();
        searches.remove().run();
        assertThat(found(hags, Mode.OPEN).transfers()).isLessThan(56);
        assertThat(hags.find(Mode.CLOSED)).isNull();
    }

    @Test
    void editsDuringTheFirstSearchAreOfTheNextMoment() {
        clique(12);
        GraphSnapshot before = replica.snapshot();
        KnownHags then = now(before, Mode.CLOSED);
        remove("v3", "v4");
        put("w", "v0");
        GraphSnapshot after = replica.snapshot();
        searches.remove().run();
        requireRows(found(then, Mode.CLOSED), before, Mode.CLOSED);
        KnownHags now = now(after, Mode.CLOSED);
        assertThat(kept.counts(Mode.CLOSED).rebuilds()).isEqualTo(1);
        requireRows(found(now, Mode.CLOSED), after, Mode.CLOSED);
        assertThat(found(now, Mode.CLOSED).nodes()).isPositive();
    }

    @Test
    void aVertexIsThereWhileItIsPutOrHasAnEdge() {
        clique(6);
        KnownHags unused = searched(replica.snapshot(), Mode.CLOSED);
        replica.putNode("lone", "", null);
        replica.putNode("lone", "account", null);
        put("a", "a");
        put("lone", "v0");
        assertFollowed(8);
        replica.removeNode("lone");
        assertFollowed(8);
        remove("lone", "v0");
        remove("a", "a");
        assertFollowed(6);
        put("b", "a");
        assertFollowed(8);
        remove("b", "a");
        remove("b", "a");
        replica.removeNode("v0");
        assertFollowed(6);
        assertThat(report(Mode.CLOSED).direct().transfers()).isEqualTo(36);
    }

    private void assertFollowed(int vertices) {
        GraphSnapshot snapshot = replica.snapshot();
        assertThat(requireRows(found(searched(snapshot, Mode.CLOSED), Mode.CLOSED), snapshot, Mode.CLOSED))
                .isEqualTo(vertices);
    }

    @Test
    void aSecondModeFindsVerticesInTheirSlots() {
        clique(9);
        KnownHags unused = searched(replica.snapshot(), Mode.OPEN);
        for (int v = 0; v < 9; v++) {
            remove("v" + v, "v4");
            remove("v4", "v" + v);
        }
        put("a", "v8");
        put("b", "v8");
        remove("b", "v8");
        GraphSnapshot snapshot = replica.snapshot();
        requireRows(found(searched(snapshot, Mode.CLOSED), Mode.CLOSED), snapshot, Mode.CLOSED);
        put("b", "a");
        GraphSnapshot later = replica.snapshot();
        requireRows(found(searched(later, Mode.CLOSED), Mode.CLOSED), later, Mode.CLOSED);
        requireRows(found(searched(later, Mode.OPEN), Mode.OPEN), later, Mode.OPEN);
    }

    @Test
    void aWeightEndsIt() {
        clique(8);
        KnownHags unused = searched(replica.snapshot(), Mode.OPEN);
        remove("v0", "v1");
        long edits = kept.counts(Mode.OPEN).edits();
        assertThat(edits).isPositive();
        replica.putEdge(new EdgeId("v0", "v2", ""), 0.5f, Provenance.OBSERVED);
        assertThat(kept.report(Mode.OPEN)).isNull();
        assertThat(now(replica.snapshot(), Mode.OPEN)).isSameAs(KnownHags.NONE);
        remove("v0", "v2");

        GraphSnapshot snapshot = replica.snapshot();
        requireRows(found(searched(snapshot, Mode.OPEN), Mode.OPEN), snapshot, Mode.OPEN);
        assertThat(kept.counts(Mode.OPEN).edits()).isEqualTo(edits);
        replica.putEdge(new EdgeId("new", "v2", ""), 2, Provenance.OBSERVED);
        assertThat(kept.report(Mode.OPEN)).isNull();
    }

    @Test
    void aRefusedSearchKnowsNothing() {
        clique(8);
        KeptHags refusing = new KeptHags(search -> {
            throw new RejectedExecutionException("shut down");
        });
        GraphSnapshot snapshot = replica.snapshot();
        assertThat(refusing.of(snapshot, replica::isPut, Mode.OPEN, true).find(Mode.OPEN))
                .isNull();
        assertThat(refusing.counts(Mode.OPEN).failedRebuilds()).isEqualTo(1);
    }

    @Test
    void aSnapshotOfOtherVerticesIsRefused() {
        clique(8);
        KnownHags unused = searched(replica.snapshot(), Mode.OPEN);
        GraphSnapshot other =
                GraphSnapshot.builder(0).edge(new EdgeId("x", "y", ""), 1).build();
        assertThatIllegalStateException()
                .isThrownBy(() -> now(other, Mode.OPEN))
                .withMessage("The snapshot has 2 vertices, of which not all are among the 8 that were followed.");
    }

    @Test
    void savingsAreThoseOfTheGraph() {
        clique(30);
        KnownHags unused = searched(replica.snapshot(), Mode.CLOSED);
        assertThat(found(now(replica.snapshot(), Mode.CLOSED), Mode.CLOSED).nodes())
                .isEqualTo(1);
        // 30 rows of 30, or a node of 30 that 30 rows read.
        assertThat(report(Mode.CLOSED).transfersSaved()).isEqualTo(900 - 60);
        assertThat(report(Mode.CLOSED).aggregationsSaved()).isEqualTo(870 - 29);
        assertThat(kept.counts(Mode.CLOSED)).isEqualTo(new KeptCounts(0, 1, 0));
    }
}
