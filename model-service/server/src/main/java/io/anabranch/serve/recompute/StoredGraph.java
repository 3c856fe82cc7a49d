package io.anabranch.serve.recompute;

import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.snapshot.InNeighbourhood;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An in-neighbourhood as it is stored; vertices are numbered and edges ordered as there. Immutable. */
public final class StoredGraph implements ForwardGraph {

    private final List<InNeighbourhood.Vertex> vertices;
    private final Map<String, Integer> numbers = new HashMap<>();
    /** By vertex: of its in-edges. */
    private final List<int[]> sources = new ArrayList<>();

    public StoredGraph(InNeighbourhood stored) {
        vertices = stored.vertices();
        for (int v = 0; v < vertices.size(); v++) {
            numbers.put(vertices.get(v).id(), v);
        }
        for (InNeighbourhood.Vertex vertex : vertices) {
            sources.add(vertex.in().stream()
                    .mapToInt(edge -> numbers.getOrDefault(edge.source(), -1))
                    .toArray());
        }
    }

    public int size() {
        return vertices.size();
    }

    public InNeighbourhood.Vertex vertex(int v) {
        return vertices.get(v);
    }

    public InNeighbourhood.Edge edge(int v, int edge) {
        InNeighbourhood.Vertex vertex = vertices.get(v);
        if (!vertex.read()) {
            throw new IllegalStateException("The in-edges of %s were not read.".formatted(vertex.id()));
        }
        return vertex.in().get(edge);
    }

    @Override
    public int nodeOf(String id) {
        return numbers.getOrDefault(id, -1);
    }

    @Override
    public int degree(int v) {
        return vertices.get(v).degree();
    }

    @Override
    public int source(int v, int edge) {
        int source = sources.get(v)[edge];
        if (source < 0) {
            throw new IllegalStateException("The edge from %s to %s leads out of what was read."
                    .formatted(edge(v, edge).source(), vertices.get(v).id()));
        }
        return source;
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
        FeatureVector row = vertices.get(v).features();
        if (row == null) {
            Arrays.fill(into, 0);
        } else {
            row.copyInto(into, 0);
        }
    }
}
