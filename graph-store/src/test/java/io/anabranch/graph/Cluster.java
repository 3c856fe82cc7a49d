package io.anabranch.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
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

/**
 * The graphs of all partitions with the part of the halo protocol that concerns structure: subscriptions and delete times travel,
 * numbers don't. Logs are first-in first-out per partition; everything else is interleaved at random.
 */
final class Cluster {

    private sealed interface Message {
        record Subscribe(String id, int from) implements Message {}

        record Unsubscribe(String id, int from) implements Message {}

        record DeleteTime(String id, long time) implements Message {}
    }

    private final RandomGenerator random;
    private final int partitions;
    private final int dimension;
    private final int batchSize;
    private final PartitionGraph[] graphs;
    private final MapJournal[] journals;
    private final List<Queue<GraphMutation>> updates = new ArrayList<>();
    private final List<Queue<Message>> halo = new ArrayList<>();
    /** Per owner: who subscribes to which id. */
    private final List<Map<String, Set<Integer>>> subscribers = new ArrayList<>();
    /** Per partition: what its deltas said that it wants. */
    private final List<Set<String>> wanted = new ArrayList<>();

    Cluster(RandomGenerator random, int partitions, int dimension, int batchSize) {
        this.random = random;
        this.partitions = partitions;
        this.dimension = dimension;
        this.batchSize = batchSize;
        graphs = new PartitionGraph[partitions];
        journals = new MapJournal[partitions];
        for (int p = 0; p < partitions; p++) {
            journals[p] = new MapJournal();
            graphs[p] = PartitionGraph.open(ownership(p), dimension, journals[p]);
            updates.add(new ArrayDeque<>());
            halo.add(new ArrayDeque<>());
            subscribers.add(new HashMap<>());
            wanted.add(new HashSet<>());
        }
    }

    Ownership ownership(int p) {
        return Ownership.byHash(partitions, p);
    }

    PartitionGraph graph(int p) {
        return graphs[p];
    }

    void run(List<GraphMutation> trace) {
        trace.forEach(m -> updates.get(partitionOf(m)).add(m));
        int[] pending = new int[partitions];
        while (true) {
            List<Integer> busy = new ArrayList<>();
            for (int p = 0; p < partitions; p++) {
                if (!updates.get(p).isEmpty() || !halo.get(p).isEmpty() || pending[p] > 0) {
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

    /** Closes a graph and opens it from its journal, its subscriptions and the delete times that it holds. */
    void restart(int p) {
        PartitionGraph before = graphs[p];
        before.drainDelta();
        PartitionGraph after = PartitionGraph.open(ownership(p), dimension, journals[p]);
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
            graphs[p].apply(updates.get(p).remove());
            pending[p]++;
        } else if (message) {
            receive(p, halo.get(p).remove());
            pending[p]++;
        }
        if (pending[p] >= batchSize || (!update && !message)) {
            drain(p);
            pending[p] = 0;
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
            case Message.DeleteTime m -> graph.raiseDeleteTime(graph.intern(m.id), m.time);
        }
    }

    private void drain(int p) {
        PartitionGraph graph = graphs[p];
        GraphDelta delta = graph.drainDelta();
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
    }

    private int partitionOf(GraphMutation mutation) {
        return ownership(0)
                .ownerOf(
                        switch (mutation) {
                            case GraphMutation.UpsertNode m -> m.id();
                            case GraphMutation.RemoveNode m -> m.id();
                            case GraphMutation.UpsertEdge m -> m.edge().target();
                            case GraphMutation.RemoveEdge m -> m.edge().target();
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
