package io.anabranch.learn.history;

import java.util.Arrays;
import java.util.List;

/**
 * What each vertex of a graph did: its steps in the order of time, source, target and type. Vertices have the numbers of the snapshot that the histories
 * were made for, steps those of their place among all, vertex by vertex. Immutable, safe for any thread.
 *
 * <p>Memory: 28 bytes a step and 12 a vertex.
 */
public final class GraphHistories {

    /** In place of the number of a vertex that the graph does not have. */
    public static final int ELSEWHERE = -1;

    private static final int SOURCE = 1;

    /** Parallel arrays: when, hash and number of the other end, type and side, weight. */
    @SuppressWarnings("ArrayRecordComponent")
    record Steps(long[] times, long[] others, int[] nodes, int[] kinds, float[] weights) {}

    private final long[] keys;
    private final int[] offsets;
    private final Steps steps;
    private final List<String> types;

    GraphHistories(long[] keys, int[] offsets, Steps steps, List<String> types) {
        this.keys = keys;
        this.offsets = offsets;
        this.steps = steps;
        this.types = List.copyOf(types);
    }

    static int kind(int type, boolean source) {
        return type << 1 | (source ? SOURCE : 0);
    }

    public int vertices() {
        return keys.length;
    }

    /** Steps of all vertices. */
    public int total() {
        return steps.times.length;
    }

    /** The first step of a vertex; that of the number of vertices is {@link #total()}. */
    public int first(int vertex) {
        return offsets[vertex];
    }

    /** How many steps each vertex has. A new array. */
    public int[] lengths() {
        int[] lengths = new int[vertices()];
        for (int v = 0; v < lengths.length; v++) {
            lengths[v] = offsets[v + 1] - offsets[v];
        }
        return lengths;
    }

    /** What stands for each vertex, whatever its number: {@link io.anabranch.graph.history.IdentityCode#hash}. A new array. */
    public long[] keys() {
        return keys.clone();
    }

    /** Event time, in milliseconds since 1970. */
    public long time(int step) {
        return steps.times[step];
    }

    /** {@link io.anabranch.graph.history.IdentityCode#hash} of the other end's id. */
    public long other(int step) {
        return steps.others[step];
    }

    /** The number of the other end, which is the vertex itself where an edge leads from it to itself; or {@link #ELSEWHERE}. */
    public int node(int step) {
        return steps.nodes[step];
    }

    /** The number of the edge's type. */
    public int type(int step) {
        return steps.kinds[step] >>> 1;
    }

    /** By number. */
    public List<String> types() {
        return types;
    }

    /** Whether the vertex is the edge's source. */
    public boolean source(int step) {
        return (steps.kinds[step] & SOURCE) != 0;
    }

    public float weight(int step) {
        return steps.weights[step];
    }

    /** The steps before a time. */
    public GraphHistories before(long timeMs) {
        int[] kept = new int[offsets.length];
        for (int v = 0; v < vertices(); v++) {
            int to = offsets[v];
            while (to < offsets[v + 1] && steps.times[to] < timeMs) {
                to++;
            }
            kept[v + 1] = kept[v] + to - offsets[v];
        }
        int total = kept[vertices()];
        Steps before = new Steps(new long[total], new long[total], new int[total], new int[total], new float[total]);
        for (int v = 0; v < vertices(); v++) {
            int from = offsets[v];
            int count = kept[v + 1] - kept[v];
            System.arraycopy(steps.times, from, before.times, kept[v], count);
            System.arraycopy(steps.others, from, before.others, kept[v], count);
            System.arraycopy(steps.nodes, from, before.nodes, kept[v], count);
            System.arraycopy(steps.kinds, from, before.kinds, kept[v], count);
            System.arraycopy(steps.weights, from, before.weights, kept[v], count);
        }
        return new GraphHistories(keys, kept, before, types);
    }

    @Override
    public String toString() {
        return "histories of %d vertices, %d steps, longest %d"
                .formatted(vertices(), total(), Arrays.stream(lengths()).max().orElse(0));
    }
}
