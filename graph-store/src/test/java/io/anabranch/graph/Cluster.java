package io.anabranch.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.testkit.ReferenceGraph;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The graphs of all partitions with the part of the halo protocol that concerns structure: subscriptions and delete times travel,
 * numbers don't. Logs are first-in first-out per partition; everything else is interleaved at random.
 */
final class Cluster {

    private sealed interface Message {
        record Subscribe(String id, int from) implements Message {}

        record Unsubscribe(String id, int from) implements Message {}

        record DeleteTime(String id, long time) implements Message {}

        /** Everything that the sender wants up to this time of its clock has been asked for. */
        record Gossip(int from, long time) implements Message {}
    }

    private final RandomGenerator random;
    private final int partitions;
    private final int dimension;
    private final int batchSize;
    private final int slice;
    private final long lateness;
    private final PartitionGraph[] graphs;
    private final MapJournal[] journals;
    private final List<Queue<ReferenceGraph.Entry>> updates = new ArrayList<>();
    /** Everything that was ever in {@link #updates}. */
    private final List<List<ReferenceGraph.Entry>> logs = new ArrayList<>();

    private final List<Queue<Message>> halo = new ArrayList<>();
    /** Per owner: who subscribes to which id. */
    private final List<Map<String, Set<Integer>>> subscribers = new ArrayList<>();
    /** Per partition: what its deltas said that it wants. */
    private final List<Set<String>> wanted = new ArrayList<>();
    /** Per partition: the clocks of all, as far as it has heard. */
    private final long[][] clocks;

    private final long[] gossiped;

    private int forgotten;
    private int released;

    Cluster(RandomGenerator random, int partitions, int dimension, int batchSize) {
        this(random, partitions, dimension, batchSize, ReferenceGraph.ANY_LATENESS);
    }

    /** A cluster that refuses what is later than the lateness, and forgets what it allows to be forgotten. */
    Cluster(RandomGenerator random, int partitions, int dimension, int batchSize, long lateness) {
        this.random = random;
        this.partitions = partitions;
        this.dimension = dimension;
        this.batchSize = batchSize;
        this.lateness = lateness;
        slice = random.nextBoolean() ? PartitionGraph.MOST_BURIALS_AT_ONCE : random.nextInt(4);
        clocks = new long[partitions][partitions];
        gossiped = new long[partitions];
        Arrays.fill(gossiped, Long.MIN_VALUE);
        graphs = new PartitionGraph[partitions];
        journals = new MapJournal[partitions];
        for (int p = 0; p < partitions; p++) {
            journals[p] = new MapJournal();
            graphs[p] = PartitionGraph.open(ownership(p), dimension, journals[p], slice, true);
            Arrays.fill(clocks[p], Long.MIN_VALUE);
            updates.add(new ArrayDeque<>());
            logs.add(new ArrayList<>());
            halo.add(new ArrayDeque<>());
            subscribers.add(new HashMap<>());
            wanted.add(new HashSet<>());
        }
    }

    Ownership ownership(int p) {
        return Ownership.byHash(partitions, p);
    }

    int partitions() {
        return partitions;
    }

    PartitionGraph graph(int p) {
        return graphs[p];
    }

    /** Registers that were forgotten so far. */
    int forgotten() {
        return forgotten;
    }

    /** Ordinals that were released so far. */
    int released() {
        return released;
    }

    void run(List<GraphMutation> trace) {
        long latest = Long.MIN_VALUE;
        for (GraphMutation mutation : trace) {
            log(partitionOf(mutation), new ReferenceGraph.Fact(mutation));
            String source = sourceOf(mutation);
            if (source != null && ownership(0).ownerOf(source) != partitionOf(mutation)) {
                log(ownership(0).ownerOf(source), new ReferenceGraph.SourceStep(mutation));
            }
            latest = Math.max(latest, mutation.time());
            if (random.nextInt(10) == 0) {
                for (int p = 0; p < partitions; p++) {
                    log(p, new ReferenceGraph.Clock(latest));
                }
            }
        }
        int[] pending = new int[partitions];
        while (true) {
            List<Integer> busy = new ArrayList<>();
            for (int p = 0; p < partitions; p++) {
                if (!updates.get(p).isEmpty()
                        || !halo.get(p).isEmpty()
                        || pending[p] > 0
                        || graphs[p].burialsPending()) {
                    busy.add(p);
                }
            }
            if (busy.isEmpty()) {
                return;
            }
            int p = busy.get(random.nextInt(busy.size()));
            step(p, pending);
        }
    }

    private void log(int p, ReferenceGraph.Entry entry) {
        logs.get(p).add(entry);
        updates.get(p).add(entry);
    }

    /** Closes a graph and opens it from its journal, its subscriptions, the delete times that it holds and its clock. */
    void restart(int p) {
        PartitionGraph before = graphs[p];
        before.drainDelta();
        PartitionGraph after = PartitionGraph.open(ownership(p), dimension, journals[p], slice, true);
        List<FactJournal.Fact> facts = journals[p].facts();
        Collections.shuffle(facts, Random.from(random));
        boolean subscriptionsFirst = random.nextBoolean();
        if (subscriptionsFirst) {
            restoreSubscriptions(p, after);
        }
        facts.forEach(after::restore);
        before.forEachWanted(u -> {
            if (before.deleteTime(u) != PartitionGraph.NEVER) {
                after.raiseDeleteTime(after.intern(before.vertexId(u)), before.deleteTime(u));
            }
        });
        if (!subscriptionsFirst) {
            restoreSubscriptions(p, after);
        }
        after.advance(before.clock());
        after.finishRestore();
        graphs[p] = after;
    }

    private void restoreSubscriptions(int p, PartitionGraph graph) {
        subscribers.get(p).forEach((id, from) -> graph.setSubscribed(graph.intern(id), !from.isEmpty()));
    }

    private void step(int p, int[] pending) {
        boolean update = !updates.get(p).isEmpty();
        boolean message = !halo.get(p).isEmpty();
        if (update && (!message || random.nextBoolean())) {
            read(p, updates.get(p).remove());
            pending[p]++;
        } else if (message) {
            receive(p, halo.get(p).remove());
            pending[p]++;
        }
        if (pending[p] >= batchSize || (!update && !message)) {
            graphs[p].buryPending(random.nextInt(1, 4));
            drain(p);
            pending[p] = 0;
        }
    }

    private void read(int p, ReferenceGraph.Entry entry) {
        long clock = clocks[p][p];
        boolean late =
                lateness != ReferenceGraph.ANY_LATENESS && clock != Long.MIN_VALUE && entry.time() < clock - lateness;
        clocks[p][p] = Math.max(clock, entry.time());
        graphs[p].advance(clocks[p][p]);
        if (entry instanceof ReferenceGraph.Fact fact && !late) {
            graphs[p].apply(fact.mutation());
        }
        if (entry instanceof ReferenceGraph.SourceStep step && !late) {
            graphs[p].applyToSource(step.mutation());
        }
    }

    private void receive(int p, Message message) {
        PartitionGraph graph = graphs[p];
        switch (message) {
            case Message.Subscribe m -> {
                Set<Integer> known = subscribers.get(p).computeIfAbsent(m.id, id -> new HashSet<>());
                known.add(m.from);
                int v = graph.intern(m.id);
                graph.setSubscribed(v, true);
                halo.get(m.from).add(new Message.DeleteTime(m.id, graph.deleteTime(v)));
            }
            case Message.Unsubscribe m -> {
                Set<Integer> known = subscribers.get(p).getOrDefault(m.id, new HashSet<>());
                known.remove(m.from);
                graph.setSubscribed(graph.intern(m.id), !known.isEmpty());
            }
            case Message.DeleteTime m -> {
                // A batch may lose the last edge and get another: then it goes on wanting, and nobody subscribes again.
                int u = graph.ordinalOf(m.id);
                if (u != PartitionGraph.NO_VERTEX
                        && (graph.wanted(u) || wanted.get(p).contains(m.id))) {
                    graph.raiseDeleteTime(u, m.time);
                }
            }
            case Message.Gossip m -> clocks[p][m.from] = m.time;
        }
    }

    private void drain(int p) {
        PartitionGraph graph = graphs[p];
        graph.takeWantChanges(u -> assertThat(graph.owned(u)).isFalse());
        GraphDelta delta = graph.drainDelta();
        for (int i = 0; i < delta.forgotten().size(); i++) {
            int v = delta.forgotten().vertex(i);
            assertThat(graph.exists(v) || graph.wanted(v) || graph.owned(v)).isFalse();
        }
        for (int i = 0; i < delta.wanted().size(); i++) {
            String id = graph.vertexId(delta.wanted().vertex(i));
            assertThat(wanted.get(p).add(id)).as("%s was not wanted before", id).isTrue();
            halo.get(ownership(p).ownerOf(id)).add(new Message.Subscribe(id, p));
        }
        for (int i = 0; i < delta.unwanted().size(); i++) {
            String id = graph.vertexId(delta.unwanted().vertex(i));
            assertThat(wanted.get(p).remove(id)).as("%s was wanted before", id).isTrue();
            halo.get(ownership(p).ownerOf(id)).add(new Message.Unsubscribe(id, p));
        }
        Set<String> wantedNow = new HashSet<>();
        graph.forEachWanted(u -> wantedNow.add(graph.vertexId(u)));
        assertThat(wanted.get(p)).isEqualTo(wantedNow);
        for (int i = 0; i < delta.deleteRaised().size(); i++) {
            int v = delta.deleteRaised().vertex(i);
            for (int q : subscribers.get(p).getOrDefault(graph.vertexId(v), Set.of())) {
                halo.get(q).add(new Message.DeleteTime(graph.vertexId(v), graph.deleteTime(v)));
            }
        }
        if (lateness != ReferenceGraph.ANY_LATENESS && !graph.burialsPending()) {
            forget(p);
        }
    }

    /** Everything is drained and sent. */
    private void forget(int p) {
        PartitionGraph graph = graphs[p];
        forgotten += graph.forgetListed();
        long common = Long.MAX_VALUE;
        for (int q = 0; q < partitions; q++) {
            common = Math.min(common, clocks[p][q]);
            if (q != p && clocks[p][p] > gossiped[p]) {
                halo.get(q).add(new Message.Gossip(p, clocks[p][p]));
            }
        }
        gossiped[p] = clocks[p][p];
        graph.listForgettable(horizon(clocks[p][p]), horizon(common), random.nextInt(1, 30));
        released += graph.releaseOrdinals(v -> true, random.nextInt(1, 30));
    }

    private long horizon(long clock) {
        return clock == Long.MIN_VALUE ? Long.MIN_VALUE : clock - lateness;
    }

    /** What the logs say in the end. */
    ReferenceGraph reference() {
        return ReferenceGraph.ofLogs(
                logs,
                lateness,
                (a, b) -> ownership(0).ownerOf(a) == ownership(0).ownerOf(b));
    }

    private static @Nullable String sourceOf(GraphMutation mutation) {
        return switch (mutation) {
            case GraphMutation.UpsertEdge m -> m.edge().source();
            case GraphMutation.EraseEdge m -> m.edge().source();
            default -> null;
        };
    }

    private int partitionOf(GraphMutation mutation) {
        return ownership(0)
                .ownerOf(
                        switch (mutation) {
                            case GraphMutation.UpsertNode m -> m.id();
                            case GraphMutation.PatchNode m -> m.id();
                            case GraphMutation.RemoveNode m -> m.id();
                            case GraphMutation.UpsertEdge m -> m.edge().target();
                            case GraphMutation.RemoveEdge m -> m.edge().target();
                            case GraphMutation.EraseEdge m -> m.edge().target();
                            case GraphMutation.SetLabel m -> m.nodeId();
                            case GraphMutation.RemoveLabel m -> m.nodeId();
                        });
    }

    // ---- the union of all graphs

    Map<String, List<Float>> rows() {
        Map<String, List<Float>> rows = new TreeMap<>();
        for (PartitionGraph graph : graphs) {
            rows.putAll(GraphReading.rows(graph));
        }
        return rows;
    }

    /** Live edges as "source target" with their weights, ascending; types are not readable from outside. */
    Map<String, List<Float>> edges() {
        Map<String, List<Float>> edges = new TreeMap<>();
        for (PartitionGraph graph : graphs) {
            edges.putAll(GraphReading.inEdges(graph));
        }
        return edges;
    }

    int edgeCount() {
        int count = 0;
        for (PartitionGraph graph : graphs) {
            count += graph.edgeCount();
        }
        return count;
    }

    Map<String, Integer> inDegrees() {
        Map<String, Integer> degrees = new TreeMap<>();
        for (PartitionGraph graph : graphs) {
            graph.forEachExisting(v -> degrees.put(graph.vertexId(v), graph.inDegree(v)));
        }
        return degrees;
    }

    Map<String, Label> labels() {
        Map<String, Label> labels = new TreeMap<>();
        for (MapJournal journal : journals) {
            for (FactJournal.Fact fact : journal.facts()) {
                if (fact instanceof FactJournal.LabelFact labelled && labelled.label() != null) {
                    labels.put(labelled.nodeId() + " " + labelled.task(), labelled.label());
                }
            }
        }
        return labels;
    }
}
