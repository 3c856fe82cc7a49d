package io.anabranch.serve.recompute;

import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.snapshot.InNeighbourhood;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The in-neighbourhood of unseen vertices with these and their edges in it, as if they were stored. Immutable. */
final class PatchedGraph implements ForwardGraph {

    private record InEdge(int source, String type, float weight) {}

    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<@Nullable FeatureVector> features = new ArrayList<>();
    private final List<List<InEdge>> in = new ArrayList<>();
    /** In-edges that are there but were not read. */
    private final List<Integer> unread = new ArrayList<>();

    PatchedGraph(InNeighbourhood stored, List<UnseenNode> unseen) {
        for (InNeighbourhood.Vertex vertex : stored.vertices()) {
            add(vertex.id(), vertex.features(), vertex.read() ? 0 : vertex.degree());
        }
        for (UnseenNode node : unseen) {
            add(node.id(), node.features(), 0);
        }
        for (InNeighbourhood.Vertex vertex : stored.vertices()) {
            for (InNeighbourhood.Edge edge : vertex.in()) {
                connect(edge.source(), vertex.id(), edge.type(), edge.weight());
            }
        }
        for (UnseenNode node : unseen) {
            node.in().forEach(edge -> connect(edge.other(), node.id(), edge.type(), edge.weight()));
            node.out().forEach(edge -> connect(node.id(), edge.other(), edge.type(), edge.weight()));
        }
    }

    private void add(String id, @Nullable FeatureVector row, int edgesUnread) {
        numbers.put(id, features.size());
        features.add(row);
        in.add(new ArrayList<>());
        unread.add(edgesUnread);
    }

    private void connect(String source, String target, String type, float weight) {
        Integer from = numbers.get(source);
        Integer to = numbers.get(target);
        if (from == null || to == null) {
            throw new IllegalStateException("The edge %s->%s leads out of what was read.".formatted(source, target));
        }
        in.get(to).add(new InEdge(from, type, weight));
    }

    @Override
    public int nodeOf(String id) {
        return numbers.getOrDefault(id, -1);
    }

    @Override
    public int degree(int v) {
        return unread.get(v) + in.get(v).size();
    }

    private InEdge edge(int v, int edge) {
        if (unread.get(v) > 0) {
            throw new IllegalStateException("The in-edges of vertex %d were not read.".formatted(v));
        }
        return in.get(v).get(edge);
    }

    @Override
    public int source(int v, int edge) {
        return edge(v, edge).source();
    }

    @Override
    public float weight(int v, int edge) {
        return edge(v, edge).weight();
    }

    @Override
    public String type(int v, int edge) {
        return edge(v, edge).type();
    }

    @Override
    public void features(int v, float[] into) {
        FeatureVector row = features.get(v);
        if (row == null) {
            Arrays.fill(into, 0);
        } else {
            row.copyInto(into, 0);
        }
    }
}
