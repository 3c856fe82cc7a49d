package io.anabranch.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.FactJournal.EdgeFact;
import io.anabranch.graph.FactJournal.Fact;
import io.anabranch.graph.FactJournal.FactKey;
import io.anabranch.graph.FactJournal.LabelFact;
import io.anabranch.graph.FactJournal.NodeFact;
import io.anabranch.graph.FactJournal.StepFact;
import io.anabranch.graph.testkit.EventTraces;
import io.anabranch.graph.testkit.Randomized;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Registers of a snapshot, merged into a graph that reads the stream from somewhere before the snapshot on. */
final class RegisterMergeTest {

    private static final int DIMENSION = 3;
    private static final AtomicInteger OVERLAPS = new AtomicInteger();
    private static final AtomicInteger COLUMNS = new AtomicInteger();

    /**
     * One graph reads the whole trace, and its registers are taken on the way. Another reads the trace from an earlier place on and is given
     * these registers, in any order, in the midst of it: in the end both hold the same.
     */
    @Randomized(runs = 2_000)
    void aSnapshotAndTheStreamFromBeforeItAreTheWhole(RandomGenerator random) {
        List<GraphMutation> trace = EventTraces.mixed(random, DIMENSION);
        int taken = random.nextInt(trace.size() + 1);
        int from = random.nextInt(taken + 1);
        int mergedAt = random.nextInt(3) == 0 ? from : random.nextInt(from, trace.size() + 1);
        if (mergedAt > from && anyTripleTie(trace)) {
            return;
        }
        Registers source = new Registers();
        PartitionGraph whole = PartitionGraph.open(Ownership.byHash(1, 0), DIMENSION, source);
        trace.subList(0, taken).forEach(whole::apply);
        List<Fact> snapshot = new ArrayList<>(source.facts.values());
        trace.subList(taken, trace.size()).forEach(whole::apply);

        Collections.shuffle(snapshot, new Random(random.nextLong()));
        Registers target = new Registers();
        PartitionGraph other = PartitionGraph.open(Ownership.byHash(1, 0), DIMENSION, target);
        trace.subList(from, mergedAt).forEach(other::apply);
        snapshot.forEach(other::merge);
        if (random.nextBoolean()) {
            // A record that is read a second time.
            snapshot.subList(random.nextInt(snapshot.size() + 1), snapshot.size())
                    .forEach(other::merge);
        }
        trace.subList(mergedAt, trace.size()).forEach(other::apply);

        assertThat(target.comparable()).isEqualTo(source.comparable());
        assertThat(GraphReading.rows(other)).isEqualTo(GraphReading.rows(whole));
        assertThat(GraphReading.inEdges(other)).isEqualTo(GraphReading.inEdges(whole));
        OVERLAPS.addAndGet(from < taken ? 1 : 0);
        COLUMNS.addAndGet((int) snapshot.stream()
                .filter(fact -> fact instanceof NodeFact node && !node.columns().isEmpty())
                .count());
    }

    @AfterAll
    static void theSeedsHaveMetBoth() {
        assertThat(OVERLAPS.get()).isGreaterThan(500);
        assertThat(COLUMNS.get()).isGreaterThan(500);
    }

    /** The delta of a merge is that of the mutations behind it. */
    @Randomized(runs = 300)
    void aMergeShowsInTheDelta(RandomGenerator random) {
        List<GraphMutation> trace = EventTraces.mixed(random, DIMENSION);
        Registers source = new Registers();
        PartitionGraph whole = PartitionGraph.open(Ownership.byHash(1, 0), DIMENSION, source);
        trace.forEach(whole::apply);
        PartitionGraph other = PartitionGraph.open(Ownership.byHash(1, 0), DIMENSION, FactJournal.NONE);
        source.facts.values().forEach(other::merge);

        GraphDelta delta = other.drainDelta();

        assertThat(delta.addedEdges().size()).isEqualTo(whole.edgeCount());
        Set<String> appeared = new HashSet<>();
        for (int i = 0; i < delta.appeared().size(); i++) {
            appeared.add(other.vertexId(delta.appeared().vertex(i)));
        }
        assertThat(appeared).isEqualTo(GraphReading.rows(whole).keySet());
    }

    @Test
    void atEqualTimesWhatIsHereStaysAndTheNextMutationWins() {
        Registers journal = new Registers();
        PartitionGraph graph = PartitionGraph.open(Ownership.byHash(1, 0), 2, journal);
        graph.apply(new GraphMutation.UpsertNode("a", "here", FeatureVector.dense(1, 1), 5));
        graph.merge(new NodeFact("a", 5, true, "there", FeatureVector.dense(2, 2), 4));
        assertThat(journal.node("a").type()).isEqualTo("here");
        assertThat(journal.node("a").deleteTime()).isEqualTo(4);
        graph.apply(new GraphMutation.UpsertNode("a", "later", null, 5));
        assertThat(journal.node("a").type()).isEqualTo("later");

        graph.merge(new NodeFact(
                "a",
                3,
                true,
                "old",
                FeatureVector.dense(7, 8),
                PartitionGraph.NEVER,
                ColumnTimes.of(new int[] {1}, new long[] {6})));
        assertThat(journal.node("a").type()).isEqualTo("later");
        assertThat(journal.node("a").features()).isEqualTo(FeatureVector.dense(0, 8));
    }

    @Test
    void anEdgeThatIsExpiredOrDeletedIsDeadWhenItComes() {
        Registers journal = new Registers();
        PartitionGraph graph = PartitionGraph.open(Ownership.byHash(1, 0), 2, journal);
        graph.advance(100);
        graph.merge(new EdgeFact(new EdgeId("a", "b", ""), 5, true, 1, Provenance.OBSERVED, 100));
        assertThat(graph.edgeCount()).isZero();
        graph.merge(new EdgeFact(new EdgeId("a", "b", "t"), 5, true, 1, Provenance.LEARNED, 101));
        assertThat(graph.edgeCount()).isEqualTo(1);
        graph.merge(new NodeFact("a", 5, false, "", null, 5));
        assertThat(graph.edgeCount()).isZero();
    }

    /**
     * A delete, an upsert and a patch of one node at one time: what the upsert said of the patched column is nowhere kept, so it cannot come back
     * when the delete is heard of last.
     */
    private static boolean anyTripleTie(List<GraphMutation> trace) {
        Map<String, Set<Class<?>>> kinds = new HashMap<>();
        for (GraphMutation mutation : trace) {
            String id = switch (mutation) {
                case GraphMutation.UpsertNode node -> node.id();
                case GraphMutation.PatchNode node -> node.id();
                case GraphMutation.RemoveNode node -> node.id();
                case GraphMutation.UpsertEdge edge -> null;
                case GraphMutation.RemoveEdge edge -> null;
                case GraphMutation.EraseEdge edge -> null;
                case GraphMutation.SetLabel label -> null;
                case GraphMutation.RemoveLabel label -> null;
            };
            if (id != null) {
                kinds.computeIfAbsent(id + " " + mutation.time(), key -> new HashSet<>())
                        .add(mutation.getClass());
            }
        }
        return kinds.values().stream().anyMatch(tied -> tied.size() == 3);
    }

    /** The last fact of each key. */
    private static final class Registers implements FactJournal {
        private final Map<FactKey, Fact> facts = new HashMap<>();

        @Override
        public void write(Fact fact, boolean shows) {
            facts.put(fact.key(), fact);
        }

        @Override
        public void forget(FactKey key) {
            facts.remove(key);
        }

        NodeFact node(String id) {
            return (NodeFact) facts.getOrDefault(new NodeKey(id), new NodeFact(id, 0, false, "", null, 0));
        }

        /** Who learned a dead edge is not kept. A node that was never written, or only met, has no register. */
        Map<FactKey, Fact> comparable() {
            Map<FactKey, Fact> comparable = new HashMap<>();
            facts.forEach((key, fact) -> comparable.put(
                    key,
                    switch (fact) {
                        case EdgeFact edge
                        when !edge.live() -> new EdgeFact(edge.edge(), edge.time(), false, 0, Provenance.OBSERVED);
                        case EdgeFact edge -> edge;
                        case NodeFact node -> node;
                        case LabelFact label -> label;
                        case StepFact step -> step;
                    }));
            return comparable;
        }
    }
}
