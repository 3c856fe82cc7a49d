package io.anabranch.graph.snapshot;

import java.util.Arrays;

/** Makes rows of in-neighbours of an edge list, each row by ascending source. */
final class EdgeRows {

    private EdgeRows() {}

    /** An edge that is listed again replaces the one before, as an upsert does. */
    static CompressedRows in(EdgeList edges, int nodes, boolean undirected) {
        int[] offsets = new int[nodes + 1];
        for (int e = 0; e < edges.size(); e++) {
            offsets[edges.targets.getInt(e) + 1]++;
            if (undirected) {
                offsets[edges.sources.getInt(e) + 1]++;
            }
        }
        for (int v = 0; v < nodes; v++) {
            offsets[v + 1] = Math.addExact(offsets[v], offsets[v + 1]);
        }
        int[] neighbours = new int[offsets[nodes]];
        float[] weights = new float[offsets[nodes]];
        int[] next = Arrays.copyOf(offsets, nodes);
        for (int e = 0; e < edges.size(); e++) {
            int source = edges.sources.getInt(e);
            int target = edges.targets.getInt(e);
            neighbours[next[target]] = source;
            weights[next[target]++] = edges.weights.getFloat(e);
            if (undirected) {
                neighbours[next[source]] = target;
                weights[next[source]++] = edges.weights.getFloat(e);
            }
        }
        return withoutCopies(offsets, neighbours, weights);
    }

    private static CompressedRows withoutCopies(int[] offsets, int[] neighbours, float[] weights) {
        int to = 0;
        for (int v = 0; v + 1 < offsets.length; v++) {
            int start = offsets[v];
            int end = offsets[v + 1];
            offsets[v] = to;
            if (!ascends(neighbours, start, end)) {
                sort(neighbours, weights, start, end);
            }
            for (int i = start; i < end; i++) {
                if (i + 1 == end || neighbours[i + 1] != neighbours[i]) {
                    neighbours[to] = neighbours[i];
                    weights[to++] = weights[i];
                }
            }
        }
        offsets[offsets.length - 1] = to;
        return to == neighbours.length
                ? new CompressedRows(offsets, neighbours, weights)
                : new CompressedRows(offsets, Arrays.copyOf(neighbours, to), Arrays.copyOf(weights, to));
    }

    private static boolean ascends(int[] neighbours, int start, int end) {
        for (int i = start + 1; i < end; i++) {
            if (neighbours[i - 1] >= neighbours[i]) {
                return false;
            }
        }
        return true;
    }

    /** By neighbour, then by place in the list. */
    private static void sort(int[] neighbours, float[] weights, int start, int end) {
        long[] keys = new long[end - start];
        for (int i = start; i < end; i++) {
            keys[i - start] = ((long) neighbours[i] << 32) | (i - start);
        }
        Arrays.sort(keys);
        float[] old = Arrays.copyOfRange(weights, start, end);
        for (int i = start; i < end; i++) {
            neighbours[i] = (int) (keys[i - start] >> 32);
            weights[i] = old[(int) keys[i - start]];
        }
    }
}
