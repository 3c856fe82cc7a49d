package io.anabranch.graph.snapshot;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.Label;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Facts in the order in which they came, and how they become a snapshot: renumber, sort by counting, compress. */
final class SnapshotAssembly {

    private record NodeLabel(String nodeId, Label label) {}

    private final int dimension;
    private final Object2IntOpenHashMap<String> numbers = new Object2IntOpenHashMap<>();
    private final List<String> ids = new ArrayList<>();
    private final List<String> types = new ArrayList<>();
    private final List<@Nullable FeatureVector> features = new ArrayList<>();
    private final IntArrayList sources = new IntArrayList();
    private final IntArrayList targets = new IntArrayList();
    private final FloatArrayList weights = new FloatArrayList();
    private final IntArrayList edgeTypes = new IntArrayList();
    private final Object2IntOpenHashMap<String> typeNumbers = new Object2IntOpenHashMap<>();
    private final List<NodeLabel> labels = new ArrayList<>();

    SnapshotAssembly(int dimension) {
        if (dimension < 0) {
            throw new IllegalArgumentException("The feature dimension (%d) must not be negative.".formatted(dimension));
        }
        this.dimension = dimension;
        numbers.defaultReturnValue(-1);
        typeNumbers.defaultReturnValue(-1);
    }

    void node(String id, String type, @Nullable FeatureVector row) {
        if (row != null && row.dimension() != dimension) {
            throw new IllegalArgumentException("The features of node (%s) have dimension %d, the graph has %d."
                    .formatted(id, row.dimension(), dimension));
        }
        int node = number(id);
        types.set(node, type);
        features.set(node, row);
    }

    void edge(EdgeId edge, float weight) {
        sources.add(number(edge.source()));
        targets.add(number(edge.target()));
        weights.add(weight);
        int type = typeNumbers.getInt(edge.type());
        if (type == -1) {
            type = typeNumbers.size();
            typeNumbers.put(edge.type(), type);
        }
        edgeTypes.add(type);
    }

    void label(String nodeId, Label label) {
        labels.add(new NodeLabel(nodeId, label));
    }

    private int number(String id) {
        int known = numbers.getInt(id);
        if (known != -1) {
            return known;
        }
        int number = ids.size();
        numbers.put(id, number);
        ids.add(id);
        types.add("");
        features.add(null);
        return number;
    }

    GraphSnapshot build() {
        int n = ids.size();
        String[] sortedIds = ids.toArray(String[]::new);
        Arrays.sort(sortedIds);
        int[] newNumber = new int[n];
        String[] sortedTypes = new String[n];
        List<@Nullable FeatureVector> rows = new ArrayList<>(n);
        for (int v = 0; v < n; v++) {
            int old = numbers.getInt(sortedIds[v]);
            newNumber[old] = v;
            sortedTypes[v] = types.get(old);
            rows.add(features.get(old));
        }
        String[] typeNames = typeNumbers.keySet().toArray(String[]::new);
        Arrays.sort(typeNames);
        int[] newType = new int[typeNames.length];
        for (int t = 0; t < typeNames.length; t++) {
            newType[typeNumbers.getInt(typeNames[t])] = t;
        }
        return sortEdges(sortedIds, sortedTypes, rows, newNumber, typeNames, newType);
    }

    /** Three stable counting sorts, by type, source and target, leave the edges in the order of the in-rows. */
    private GraphSnapshot sortEdges(
            String[] sortedIds,
            String[] sortedTypes,
            List<@Nullable FeatureVector> rows,
            int[] newNumber,
            String[] typeNames,
            int[] newType) {
        int n = sortedIds.length;
        int m = sources.size();
        int[] order = new int[m];
        Arrays.setAll(order, i -> i);
        order = stableSort(order, edgeTypes, newType, typeNames.length);
        order = stableSort(order, sources, newNumber, n);
        order = stableSort(order, targets, newNumber, n);
        int[] offsets = new int[n + 1];
        int[] neighbours = new int[m];
        float[] sortedWeights = new float[m];
        int[] sortedEdgeTypes = new int[m];
        for (int i = 0; i < m; i++) {
            int edge = order[i];
            offsets[newNumber[targets.getInt(edge)] + 1]++;
            neighbours[i] = newNumber[sources.getInt(edge)];
            sortedWeights[i] = weights.getFloat(edge);
            sortedEdgeTypes[i] = newType[edgeTypes.getInt(edge)];
        }
        for (int v = 0; v < n; v++) {
            offsets[v + 1] += offsets[v];
        }
        CompressedRows in = new CompressedRows(offsets, neighbours, sortedWeights);
        return new GraphSnapshot(
                sortedIds, sortedTypes, in, typeNames, sortedEdgeTypes, matrix(rows), taskLabels(newNumber));
    }

    private static int[] stableSort(int[] order, IntArrayList keys, int[] rank, int ranks) {
        int[] next = new int[ranks + 1];
        for (int i : order) {
            next[rank[keys.getInt(i)] + 1]++;
        }
        for (int r = 0; r < ranks; r++) {
            next[r + 1] += next[r];
        }
        int[] sorted = new int[order.length];
        for (int i : order) {
            sorted[next[rank[keys.getInt(i)]]++] = i;
        }
        return sorted;
    }

    /** Sparse where that takes less room: 8 bytes a non-zero against 4 a place. */
    private FeatureMatrix matrix(List<@Nullable FeatureVector> rows) {
        long nonZeros = 0;
        for (FeatureVector row : rows) {
            nonZeros += row == null ? 0 : nonZeros(row);
        }
        long places = (long) rows.size() * dimension;
        if (2 * nonZeros >= places && places <= Integer.MAX_VALUE - 8) {
            float[] values = new float[(int) places];
            for (int v = 0; v < rows.size(); v++) {
                FeatureVector row = rows.get(v);
                if (row != null) {
                    row.copyInto(values, v * dimension);
                }
            }
            return new FeatureMatrix.Dense(rows.size(), dimension, values);
        }
        int[] offsets = new int[rows.size() + 1];
        int[] columns = new int[Math.toIntExact(nonZeros)];
        float[] values = new float[columns.length];
        int at = 0;
        for (int v = 0; v < rows.size(); v++) {
            FeatureVector row = rows.get(v);
            for (int i = 0; row != null && i < row.storedCount(); i++) {
                if (row.storedValue(i) != 0) {
                    columns[at] = row.storedIndex(i);
                    values[at++] = row.storedValue(i);
                }
            }
            offsets[v + 1] = at;
        }
        return new FeatureMatrix.Sparse(dimension, offsets, columns, values);
    }

    private static int nonZeros(FeatureVector row) {
        int count = 0;
        for (int i = 0; i < row.storedCount(); i++) {
            count += row.storedValue(i) != 0 ? 1 : 0;
        }
        return count;
    }

    private SortedMap<String, TaskLabels> taskLabels(int[] newNumber) {
        SortedMap<String, SortedMap<Integer, Label>> byTask = new TreeMap<>();
        for (NodeLabel labelled : labels) {
            int node = numbers.getInt(labelled.nodeId);
            if (node != -1) {
                byTask.computeIfAbsent(labelled.label.task(), task -> new TreeMap<>())
                        .put(newNumber[node], labelled.label);
            }
        }
        SortedMap<String, TaskLabels> result = new TreeMap<>();
        byTask.forEach((task, byNode) -> result.put(
                task,
                new TaskLabels(
                        task,
                        byNode.keySet().stream().mapToInt(Integer::intValue).toArray(),
                        List.copyOf(byNode.values()))));
        return Collections.unmodifiableSortedMap(result);
    }
}
