package io.anabranch.graph;

import io.anabranch.graph.history.StepList;
import io.anabranch.graph.testkit.ReferenceGraph;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads a graph through its public methods, and a reference, into the same comparable values. */
final class GraphReading {

    private GraphReading() {}

    static Map<String, List<Float>> rows(PartitionGraph graph) {
        Map<String, List<Float>> rows = new TreeMap<>();
        float[] row = new float[graph.featureDimension() + 1];
        graph.forEachExisting(v -> {
            graph.copyFeatures(v, row, 1);
            rows.put(graph.vertexId(v), list(row, 1));
        });
        return rows;
    }

    static Map<String, List<Float>> rows(ReferenceGraph reference, int dimension) {
        Map<String, List<Float>> rows = new TreeMap<>();
        reference.vertices().forEach(id -> rows.put(id, list(reference.row(id, dimension), 0)));
        return rows;
    }

    static Map<String, List<Float>> inEdges(PartitionGraph graph) {
        Map<String, List<Float>> edges = new TreeMap<>();
        for (int v = 0; v < graph.vertexCapacity(); v++) {
            for (int i = 0; i < graph.inDegree(v); i++) {
                String type = graph.typeName(graph.inType(v, i));
                add(edges, graph.vertexId(graph.inSource(v, i)), graph.vertexId(v), type, graph.inWeight(v, i));
            }
        }
        return sorted(edges);
    }

    static Map<String, List<Float>> outEdges(PartitionGraph graph) {
        Map<String, List<Float>> edges = new TreeMap<>();
        for (int v = 0; v < graph.vertexCapacity(); v++) {
            for (int i = 0; i < graph.outCount(v); i++) {
                String type = graph.typeName(graph.outType(v, i));
                add(edges, graph.vertexId(v), graph.vertexId(graph.outTarget(v, i)), type, graph.outWeight(v, i));
            }
        }
        return sorted(edges);
    }

    static SortedMap<String, List<ReferenceGraph.Step>> histories(PartitionGraph graph) {
        SortedMap<String, List<ReferenceGraph.Step>> histories = new TreeMap<>();
        for (int v = 0; v < graph.vertexCapacity(); v++) {
            StepList steps = graph.steps(v);
            List<ReferenceGraph.Step> read = new ArrayList<>();
            for (int i = 0; i < steps.size(); i++) {
                String own = graph.vertexId(v);
                String other = graph.vertexId(steps.other(i));
                String type = graph.typeName(steps.type(i));
                EdgeId edge = steps.source(i) ? new EdgeId(own, other, type) : new EdgeId(other, own, type);
                read.add(new ReferenceGraph.Step(edge, steps.time(i), steps.weight(i)));
            }
            if (!read.isEmpty()) {
                histories.put(graph.vertexId(v), read);
            }
        }
        return histories;
    }

    static Map<String, List<Float>> edges(ReferenceGraph reference) {
        Map<String, List<Float>> edges = new TreeMap<>();
        reference.edges().forEach((id, weight) -> add(edges, id.source(), id.target(), id.type(), weight));
        return sorted(edges);
    }

    static void add(Map<String, List<Float>> edges, String source, String target, String type, float weight) {
        edges.computeIfAbsent(source + " " + target + " '" + type + "'", key -> new ArrayList<>())
                .add(weight);
    }

    private static Map<String, List<Float>> sorted(Map<String, List<Float>> edges) {
        edges.values().forEach(Collections::sort);
        return edges;
    }

    static List<Float> list(float[] row, int from) {
        List<Float> list = new ArrayList<>();
        for (int i = from; i < row.length; i++) {
            list.add(row[i]);
        }
        return list;
    }
}
