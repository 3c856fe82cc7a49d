package io.anabranch.serve.recompute;

import io.anabranch.graph.snapshot.InNeighbourhood;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.ResourceKind;
import io.anabranch.serve.Problem.Violation;
import io.anabranch.serve.predict.NodeFreshness;
import io.anabranch.serve.predict.NodeVector;
import io.anabranch.serve.registry.ModelVersion;
import io.anabranch.serve.train.LiveGraph;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Embeddings of vertices that are not stored: what they would be if they were stored with these edges. Their in-neighbourhood is read from the
 * live replica of the graph, as it is at that moment, and computed from scratch, in double precision.
 */
public final class UnseenVertices {

    /** In one request. */
    public static final int MOST_NODES = 100;
    /** Of all of them together. */
    public static final int MOST_EDGES = 10_000;

    private final LiveGraph graph;
    private final CatchUp catchUp;
    private final OnDemand onDemand;

    public UnseenVertices(LiveGraph graph, CatchUp catchUp, OnDemand onDemand) {
        this.graph = graph;
        this.catchUp = catchUp;
        this.onDemand = onDemand;
    }

    /**
     * Refuses what no state of the graph would answer.
     *
     * @throws io.anabranch.serve.ProblemException with every violation
     */
    public static void check(List<UnseenNode> unseen) {
        List<Violation> violations = new ArrayList<>();
        if (unseen.size() > MOST_NODES) {
            violations.add(new Violation(
                    "unseen_nodes", "Must have at most %d entries, but has %d.".formatted(MOST_NODES, unseen.size())));
        }
        int count = unseen.stream()
                .mapToInt(node -> node.in().size() + node.out().size())
                .sum();
        if (count > MOST_EDGES) {
            violations.add(new Violation(
                    "unseen_nodes", "Must have at most %d edges together, but has %d.".formatted(MOST_EDGES, count)));
        }
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < unseen.size(); i++) {
            String path = "unseen_nodes[%d]".formatted(i);
            if (!ids.add(unseen.get(i).id())) {
                violations.add(new Violation(path + ".id", "Is there twice."));
            }
            twice(path + ".in_edges", unseen.get(i).in(), violations);
            twice(path + ".out_edges", unseen.get(i).out(), violations);
        }
        for (int i = 0; i < unseen.size(); i++) {
            List<UnseenNode.Edge> out = unseen.get(i).out();
            for (int j = 0; j < out.size(); j++) {
                if (ids.contains(out.get(j).other())) {
                    violations.add(new Violation(
                            "unseen_nodes[%d].out_edges[%d].target".formatted(i, j),
                            "Is an unseen node. Name the edge among that node's in_edges."));
                }
            }
        }
        if (!violations.isEmpty()) {
            throw new Problem.Invalid(violations).exception();
        }
    }

    private static void twice(String path, List<UnseenNode.Edge> edges, List<Violation> violations) {
        Set<List<String>> known = new HashSet<>();
        for (int i = 0; i < edges.size(); i++) {
            if (!known.add(List.of(edges.get(i).other(), edges.get(i).type()))) {
                violations.add(
                        new Violation("%s[%d]".formatted(path, i), "Is there twice, with the same ends and type."));
            }
        }
    }

    /**
     * The embeddings, by id, in the order given. Checked before.
     *
     * @param fresh whether the replica must have read everything that is there now
     */
    public CompletableFuture<Map<String, NodeVector>> embed(
            ModelVersion version, List<UnseenNode> unseen, boolean fresh, Duration patience) {
        ModelSnapshot model = version.snapshot();
        if (model == null) {
            throw new IllegalStateException("Version (%d) is live without a snapshot.".formatted(version.version()));
        }
        Recomputation.requirePossible(model.getSpec());
        return onDemand.submit(patience, check -> {
            if (fresh) {
                catchUp.graph(patience);
            }
            InNeighbourhood stored = stored(model.getSpec().getLayersCount(), unseen);
            Recomputation recomputation =
                    new Recomputation(model, new PatchedGraph(stored, unseen), onDemand.maxRows(), check);
            Map<String, NodeVector> embeddings = new LinkedHashMap<>();
            for (UnseenNode node : unseen) {
                double[] row = recomputation.embedding(node.id());
                if (row == null) {
                    throw new IllegalStateException("The unseen vertex (%s) got lost.".formatted(node.id()));
                }
                float[] values = new float[row.length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) row[i];
                }
                embeddings.put(node.id(), new NodeVector(values, NodeFreshness.UNSEEN));
            }
            return embeddings;
        });
    }

    /** What the rows of unseen vertices are made of: their neighbours, and those from which these are reached over layers - 1 edges. */
    private InNeighbourhood stored(int layers, List<UnseenNode> unseen) {
        Set<String> own = new LinkedHashSet<>();
        unseen.forEach(node -> own.add(node.id()));
        Set<String> ends = new LinkedHashSet<>();
        for (UnseenNode node : unseen) {
            node.in().forEach(edge -> ends.add(edge.other()));
            node.out().forEach(edge -> ends.add(edge.other()));
        }
        ends.removeAll(own);
        InNeighbourhood known = graph.inNeighbourhood(own, 0, own.size());
        if (known == null || !known.vertices().isEmpty()) {
            throw Problem.unmet(
                    "NODE_EXISTS",
                    known == null || known.vertices().isEmpty()
                            ? "Some of the unseen nodes are in the graph."
                            : "The node %s is in the graph. Maybe ask for it by its id."
                                    .formatted(known.vertices().getFirst().id()));
        }
        InNeighbourhood stored = graph.inNeighbourhood(ends, layers - 1, onDemand.maxRows());
        if (stored == null) {
            throw Problem.unmet(
                    "NEIGHBOURHOOD_TOO_LARGE",
                    "The unseen nodes have more than %d vertices and edges around them (anabranch.server.on-demand.max-rows)."
                            .formatted(onDemand.maxRows()));
        }
        Set<String> missing = new LinkedHashSet<>(ends);
        stored.vertices().forEach(vertex -> missing.remove(vertex.id()));
        if (!missing.isEmpty()) {
            throw new Problem.Missing(
                            ResourceKind.NODE,
                            List.copyOf(missing),
                            "%d ends of edges are not in the graph, the first is %s."
                                    .formatted(
                                            missing.size(), missing.iterator().next()))
                    .exception();
        }
        return stored;
    }
}
