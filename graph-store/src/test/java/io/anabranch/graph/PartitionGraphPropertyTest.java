package io.anabranch.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.testkit.EventTraces;
import io.anabranch.graph.testkit.Randomized;
import io.anabranch.graph.testkit.ReferenceGraph;
import io.anabranch.graph.testkit.Shrinker;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;

/** Whatever the trace, the partitioning, the batching and the interleaving: the graph is the reference's. */
final class PartitionGraphPropertyTest {

    private static final int DIMENSION = 3;
    private static final AtomicInteger FORGOTTEN = new AtomicInteger();
    private static final AtomicInteger RELEASED = new AtomicInteger();

    @Randomized(runs = 600)
    void allPartitionsTogetherHoldTheReferenceGraph(RandomGenerator random) {
        List<GraphMutation> trace = trace(random);
        int partitions = random.nextInt(1, 7);
        int batchSize = random.nextInt(1, 30);
        long interleaving = random.nextLong();

        Shrinker.check(trace, events -> {
            Cluster cluster = new Cluster(new SplittableRandom(interleaving), partitions, DIMENSION, batchSize);
            cluster.run(events);
            assertHolds(cluster, cluster.reference());
        });
    }

    @Randomized(runs = 600)
    void whatIsForgottenMakesNoDifference(RandomGenerator random) {
        List<GraphMutation> trace = trace(random);
        int partitions = random.nextInt(1, 7);
        int batchSize = random.nextInt(1, 30);
        long interleaving = random.nextLong();
        long lateness = random.nextBoolean() ? random.nextInt(20) : random.nextInt(20, 100);

        Shrinker.check(trace, events -> {
            Cluster cluster =
                    new Cluster(new SplittableRandom(interleaving), partitions, DIMENSION, batchSize, lateness);
            cluster.run(events);
            assertHolds(cluster, cluster.reference());
            FORGOTTEN.addAndGet(cluster.forgotten());
            RELEASED.addAndGet(cluster.released());
        });
    }

    @AfterAll
    static void somethingWasForgotten() {
        assertThat(FORGOTTEN.get()).as("registers forgotten").isGreaterThan(1_000);
        assertThat(RELEASED.get()).as("ordinals released").isGreaterThan(100);
    }

    @Randomized(runs = 300)
    void restoringFromTheJournalGivesTheSameGraphAndTheRestOfTheTraceFollows(RandomGenerator random) {
        List<GraphMutation> trace = trace(random);
        int partitions = random.nextInt(1, 5);
        Cluster cluster = new Cluster(random, partitions, DIMENSION, random.nextInt(1, 30));
        int cut = random.nextInt(trace.size() + 1);

        cluster.run(trace.subList(0, cut));
        for (int p = 0; p < partitions; p++) {
            Map<String, List<Float>> rows = GraphReading.rows(cluster.graph(p));
            Map<String, List<Float>> edges = GraphReading.inEdges(cluster.graph(p));
            SortedMap<String, List<ReferenceGraph.Step>> histories = GraphReading.histories(cluster.graph(p));
            cluster.restart(p);
            assertThat(GraphReading.rows(cluster.graph(p))).isEqualTo(rows);
            assertThat(GraphReading.inEdges(cluster.graph(p))).isEqualTo(edges);
            assertThat(GraphReading.histories(cluster.graph(p))).isEqualTo(histories);
            assertThat(cluster.graph(p).drainDelta().isEmpty()).isTrue();
        }
        cluster.run(trace.subList(cut, trace.size()));

        assertHolds(cluster, cluster.reference());
    }

    @Randomized(runs = 400)
    void deltaIsTheDifferenceOfTwoReferenceStates(RandomGenerator random) {
        List<GraphMutation> trace = trace(random);
        PartitionGraph graph = PartitionGraph.open(
                Ownership.byHash(1, 0), DIMENSION, FactJournal.NONE, PartitionGraph.MOST_BURIALS_AT_ONCE, true);
        ReferenceGraph before = ReferenceGraph.of(List.of());
        for (int from = 0; from < trace.size(); ) {
            int to = Math.min(trace.size(), from + random.nextInt(1, 20));
            for (GraphMutation mutation : trace.subList(from, to)) {
                graph.advance(mutation.time());
                graph.apply(mutation);
            }
            ReferenceGraph after = ReferenceGraph.of(trace.subList(0, to));

            GraphDelta delta = graph.drainDelta();

            assertEdgeChanges(graph, delta, before, after);
            assertVertexChanges(graph, delta, before, after);
            assertHistoryChanges(graph, delta, before, after);
            assertThat(named(graph, delta.touched())).containsAll(addressed(trace.subList(from, to)));
            assertThat(delta.wanted().isEmpty() && delta.unwanted().isEmpty()).isTrue();
            before = after;
            from = to;
        }
        assertThat(graph.drainDelta().isEmpty()).isTrue();
    }

    private static List<GraphMutation> trace(RandomGenerator random) {
        List<GraphMutation> trace = EventTraces.mixed(random, DIMENSION);
        return random.nextBoolean() ? trace : EventTraces.withErasures(trace, random, 0.1);
    }

    private static void assertHolds(Cluster cluster, ReferenceGraph reference) {
        assertThat(cluster.rows()).isEqualTo(GraphReading.rows(reference, DIMENSION));
        assertThat(cluster.edges()).isEqualTo(GraphReading.edges(reference));
        assertThat(cluster.edgeCount()).isEqualTo(reference.edges().size());
        Map<String, Integer> degrees = new TreeMap<>();
        reference.vertices().forEach(id -> degrees.put(id, reference.inDegree(id)));
        assertThat(cluster.inDegrees()).isEqualTo(degrees);
        Map<String, Label> labels = new TreeMap<>();
        reference.labels().forEach((id, byTask) -> byTask.forEach((task, label) -> labels.put(id + " " + task, label)));
        assertThat(cluster.labels()).isEqualTo(labels);
        assertHistories(cluster, reference);
        for (String id : reference.everNamed()) {
            PartitionGraph owner = cluster.graph(cluster.ownership(0).ownerOf(id));
            int v = owner.ordinalOf(id);
            // After a restart an id without register, edge or subscriber is not known any more; and deletes may be
            // forgotten.
            long deleteTime = v == PartitionGraph.NO_VERTEX ? PartitionGraph.NEVER : owner.deleteTime(v);
            if (cluster.forgotten() == 0) {
                assertThat(deleteTime).isEqualTo(reference.deleteTime(id));
            }
            assertThat(GraphReading.outEdges(owner)).isEqualTo(GraphReading.inEdges(owner));
        }
    }

    /** Each vertex's history lies with its owner. */
    private static void assertHistories(Cluster cluster, ReferenceGraph reference) {
        SortedMap<String, List<ReferenceGraph.Step>> found = new TreeMap<>();
        long steps = 0;
        for (int p = 0; p < cluster.partitions(); p++) {
            found.putAll(GraphReading.histories(cluster.graph(p)));
            steps += cluster.graph(p).stepCount();
        }
        assertThat(found).isEqualTo(reference.histories());
        assertThat(steps)
                .isEqualTo(reference.histories().values().stream()
                        .mapToInt(List::size)
                        .sum());
    }

    private static void assertHistoryChanges(
            PartitionGraph graph, GraphDelta delta, ReferenceGraph before, ReferenceGraph after) {
        Map<String, Integer> found = new TreeMap<>();
        for (int i = 0; i < delta.changedHistories().size(); i++) {
            found.put(
                    graph.vertexId(delta.changedHistories().vertex(i)),
                    delta.changedHistories().unchanged(i));
        }
        Set<String> ids = new TreeSet<>(before.histories().keySet());
        ids.addAll(after.histories().keySet());
        for (String id : ids) {
            List<ReferenceGraph.Step> was = before.histories().getOrDefault(id, List.of());
            List<ReferenceGraph.Step> is = after.histories().getOrDefault(id, List.of());
            int common = 0;
            while (common < Math.min(was.size(), is.size()) && was.get(common).equals(is.get(common))) {
                common++;
            }
            if (common < Math.max(was.size(), is.size())) {
                assertThat(found).as("changed histories").containsKey(id);
                assertThat(found.get(id))
                        .as("steps of %s that are as they were", id)
                        .isLessThanOrEqualTo(common);
            }
        }
    }

    private static void assertEdgeChanges(
            PartitionGraph graph, GraphDelta delta, ReferenceGraph before, ReferenceGraph after) {
        List<String> expected = new ArrayList<>();
        Set<EdgeId> all = new HashSet<>(before.edges().keySet());
        all.addAll(after.edges().keySet());
        for (EdgeId id : all) {
            Float was = before.edges().get(id);
            Float is = after.edges().get(id);
            if (was == null || is == null || !was.equals(is)) {
                expected.add(id.source() + " " + id.target() + " '" + id.type() + "' " + was + " " + is);
            }
        }
        List<String> found = new ArrayList<>();
        EdgeChanges added = delta.addedEdges();
        for (int i = 0; i < added.size(); i++) {
            found.add(ends(graph, added, i) + " null " + added.weight(i));
        }
        EdgeChanges removed = delta.removedEdges();
        for (int i = 0; i < removed.size(); i++) {
            found.add(ends(graph, removed, i) + " " + removed.oldWeight(i) + " null");
        }
        EdgeChanges reweighted = delta.reweightedEdges();
        for (int i = 0; i < reweighted.size(); i++) {
            found.add(ends(graph, reweighted, i) + " " + reweighted.oldWeight(i) + " " + reweighted.weight(i));
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static void assertVertexChanges(
            PartitionGraph graph, GraphDelta delta, ReferenceGraph before, ReferenceGraph after) {
        Set<String> appeared = new TreeSet<>(after.vertices());
        appeared.removeAll(before.vertices());
        Set<String> disappeared = new TreeSet<>(before.vertices());
        disappeared.removeAll(after.vertices());
        Set<String> changed = new TreeSet<>();
        for (String id : after.vertices()) {
            if (!GraphReading.list(before.row(id, DIMENSION), 0)
                    .equals(GraphReading.list(after.row(id, DIMENSION), 0))) {
                changed.add(id);
            }
        }
        Map<String, Integer> degrees = new TreeMap<>();
        Set<String> raised = new TreeSet<>();
        for (String id : after.everNamed()) {
            if (before.inDegree(id) != after.inDegree(id)) {
                degrees.put(id, before.inDegree(id));
            }
            if (before.deleteTime(id) != after.deleteTime(id)) {
                raised.add(id);
            }
        }
        assertThat(named(graph, delta.appeared())).containsExactlyInAnyOrderElementsOf(appeared);
        assertThat(named(graph, delta.disappeared())).containsExactlyInAnyOrderElementsOf(disappeared);
        assertThat(named(graph, delta.changedFeatures())).containsExactlyInAnyOrderElementsOf(changed);
        assertThat(named(graph, delta.deleteRaised())).containsExactlyInAnyOrderElementsOf(raised);
        Map<String, Integer> found = new TreeMap<>();
        for (int i = 0; i < delta.degreeChanged().size(); i++) {
            found.put(
                    graph.vertexId(delta.degreeChanged().vertex(i)),
                    delta.degreeChanged().oldInDegree(i));
        }
        assertThat(found).isEqualTo(degrees);
    }

    private static String ends(PartitionGraph graph, EdgeChanges changes, int i) {
        return graph.vertexId(changes.source(i)) + " " + graph.vertexId(changes.target(i)) + " '"
                + graph.typeName(changes.type(i)) + "'";
    }

    private static List<String> named(PartitionGraph graph, VertexList list) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            ids.add(graph.vertexId(list.vertex(i)));
        }
        return ids;
    }

    private static Set<String> addressed(List<GraphMutation> mutations) {
        Set<String> ids = new TreeSet<>();
        for (GraphMutation mutation : mutations) {
            switch (mutation) {
                case GraphMutation.UpsertNode m -> ids.add(m.id());
                case GraphMutation.PatchNode m -> ids.add(m.id());
                case GraphMutation.RemoveNode m -> ids.add(m.id());
                case GraphMutation.UpsertEdge m -> {
                    ids.add(m.edge().source());
                    ids.add(m.edge().target());
                }
                case GraphMutation.RemoveEdge m -> {
                    ids.add(m.edge().source());
                    ids.add(m.edge().target());
                }
                case GraphMutation.EraseEdge m -> {
                    ids.add(m.edge().source());
                    ids.add(m.edge().target());
                }
                case GraphMutation.SetLabel m -> {}
                case GraphMutation.RemoveLabel m -> {}
            }
        }
        return ids;
    }
}
