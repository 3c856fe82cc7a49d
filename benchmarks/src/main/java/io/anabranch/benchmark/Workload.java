package io.anabranch.benchmark;

import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.EdgeDelete;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.NodeDelete;
import io.anabranch.event.v1.NodeUpsert;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A seeded stream of graph events over a skewed random graph, and the graph that it leaves behind. The final graph is kept here by plain
 * maps, so that a benchmark can compare served embeddings with a computation that shares nothing with the service.
 *
 * <p>Event times grow by one millisecond an event, so nothing is late and the last event of a key wins. Not thread-safe.
 */
final class Workload {

    static final String EDGE_TYPE = "payment";

    /** What an edge upsert was to one of its ends. */
    record Step(long timeMs, boolean source, String other) {}

    private final RandomGenerator random;
    private final GraphShape shape;
    private final int nodes;
    private final int dimension;
    private long time;
    private long sequence;

    private final Map<String, float[]> features = new HashMap<>();
    private final Map<String, Set<String>> sources = new HashMap<>();
    private final Map<String, Set<String>> targets = new HashMap<>();
    /** What may be removed. A removed edge stays here until it is met. */
    private final List<String[]> edges = new ArrayList<>();

    private final Map<String, List<Step>> histories = new HashMap<>();

    private int edgeCount;

    Workload(RandomGenerator random, GraphShape shape, int nodes, int dimension, long startTime) {
        this.random = random;
        this.shape = shape;
        this.nodes = nodes;
        this.dimension = dimension;
        this.time = startTime;
    }

    /** The bootstrap: every node with features, then {@code edgeCount} edges. */
    List<byte[]> bootstrap(int edgeCount) {
        List<byte[]> events = new ArrayList<>(nodes + edgeCount);
        for (int i = 0; i < nodes; i++) {
            events.add(upsertNode(id(i)).toByteArray());
        }
        while (edges.size() < edgeCount) {
            events.add(addEdge().toByteArray());
        }
        return events;
    }

    /** One event of the steady mix: 45 % edge upserts, 35 % edge deletes, 18 % feature updates, 2 % node deletes. */
    GraphEvent next() {
        double kind = random.nextDouble();
        if (kind < 0.45 || edgeCount < nodes) {
            return addEdge();
        }
        if (kind < 0.80) {
            return removeEdge();
        }
        if (kind < 0.98) {
            return upsertNode(id(random.nextInt(nodes)));
        }
        return removeNode(id(random.nextInt(nodes)));
    }

    /** New random features for one given node. */
    GraphEvent upsertNode(String id) {
        float[] row = new float[dimension];
        DenseFeatures.Builder dense = DenseFeatures.newBuilder();
        for (int j = 0; j < dimension; j++) {
            row[j] = (float) random.nextGaussian();
            dense.addValues(row[j]);
        }
        features.put(id, row);
        return event().setNodeUpsert(NodeUpsert.newBuilder()
                        .setId(id)
                        .setType("account")
                        .setFeatures(Features.newBuilder().setDense(dense)))
                .build();
    }

    String id(int node) {
        return "account-" + node;
    }

    /** Two nodes apart from the others, joined by one edge: what the probes watch. */
    List<GraphEvent> pair(String source, String target) {
        return List.of(upsertNode(source), upsertNode(target), addEdge(source, target));
    }

    /** Vertices of the final graph with their features; zeros where a vertex is only known by its edges. */
    Map<String, float[]> finalFeatures() {
        Map<String, float[]> all = new LinkedHashMap<>(features);
        Set<String> ends = new HashSet<>();
        sources.forEach((target, from) -> {
            if (!from.isEmpty()) {
                ends.add(target);
                ends.addAll(from);
            }
        });
        ends.forEach(id -> all.putIfAbsent(id, new float[dimension]));
        return all;
    }

    /** What a vertex did since it was last deleted, in order. */
    List<Step> history(String id) {
        return histories.getOrDefault(id, List.of());
    }

    /** In-neighbours of a vertex in the final graph; every weight is one. */
    Set<String> inNeighbors(String id) {
        return sources.getOrDefault(id, Set.of());
    }

    int edgeCount() {
        return edgeCount;
    }

    private GraphEvent addEdge() {
        while (true) {
            String source = id(shape.source(random, nodes));
            String target = id(shape.target(random, nodes));
            if (!source.equals(target) && !inNeighbors(target).contains(source)) {
                edges.add(new String[] {source, target});
                return addEdge(source, target);
            }
        }
    }

    private GraphEvent addEdge(String source, String target) {
        edgeCount++;
        sources.computeIfAbsent(target, _ -> new HashSet<>()).add(source);
        targets.computeIfAbsent(source, _ -> new HashSet<>()).add(target);
        histories.computeIfAbsent(source, _ -> new ArrayList<>()).add(new Step(time, true, target));
        histories.computeIfAbsent(target, _ -> new ArrayList<>()).add(new Step(time, false, source));
        return event().setEdgeUpsert(EdgeUpsert.newBuilder()
                        .setSource(source)
                        .setTarget(target)
                        .setType(EDGE_TYPE))
                .build();
    }

    private GraphEvent removeEdge() {
        String[] edge;
        do {
            int at = random.nextInt(edges.size());
            edge = edges.get(at);
            edges.set(at, edges.getLast());
            edges.removeLast();
        } while (!remove(sources, edge[1], edge[0]));
        remove(targets, edge[0], edge[1]);
        edgeCount--;
        return event().setEdgeDelete(EdgeDelete.newBuilder()
                        .setSource(edge[0])
                        .setTarget(edge[1])
                        .setType(EDGE_TYPE))
                .build();
    }

    private GraphEvent removeNode(String id) {
        features.remove(id);
        histories.remove(id);
        Set<String> from = sources.remove(id);
        if (from != null) {
            from.forEach(source -> remove(targets, source, id));
            edgeCount -= from.size();
        }
        Set<String> to = targets.remove(id);
        if (to != null) {
            to.forEach(target -> remove(sources, target, id));
            edgeCount -= to.size();
        }
        return event().setNodeDelete(NodeDelete.newBuilder().setId(id)).build();
    }

    private static boolean remove(Map<String, Set<String>> ends, String key, String end) {
        Set<String> others = ends.get(key);
        return others != null && others.remove(end);
    }

    private GraphEvent.Builder event() {
        return GraphEvent.newBuilder().setEventId("e-" + sequence++).setEventTimeMs(time++);
    }
}
