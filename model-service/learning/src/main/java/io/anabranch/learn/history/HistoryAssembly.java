package io.anabranch.learn.history;

import io.anabranch.graph.history.IdentityCode;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.List;

/** Steps in the order of events, which are told vertex by vertex in the end. Used once. */
final class HistoryAssembly {

    private final List<String> vertices;
    private final List<String> types;
    private final IntArrayList owners = new IntArrayList();
    private final LongArrayList times = new LongArrayList();
    private final LongArrayList others = new LongArrayList();
    private final IntArrayList nodes = new IntArrayList();
    private final IntArrayList kinds = new IntArrayList();
    private final FloatArrayList weights = new FloatArrayList();

    HistoryAssembly(List<String> vertices, List<String> types) {
        this.vertices = vertices;
        this.types = types;
    }

    /** The next step, of the vertex of this number. */
    void step(int vertex, long timeMs, String other, int node, int type, boolean source, float weight) {
        owners.add(vertex);
        times.add(timeMs);
        others.add(IdentityCode.hash(other));
        nodes.add(node);
        kinds.add(GraphHistories.kind(type, source));
        weights.add(weight);
    }

    GraphHistories build() {
        int total = owners.size();
        int[] offsets = new int[vertices.size() + 1];
        for (int i = 0; i < total; i++) {
            offsets[owners.getInt(i) + 1]++;
        }
        for (int v = 0; v < vertices.size(); v++) {
            offsets[v + 1] += offsets[v];
        }
        int[] next = offsets.clone();
        GraphHistories.Steps steps = new GraphHistories.Steps(
                new long[total], new long[total], new int[total], new int[total], new float[total]);
        for (int i = 0; i < total; i++) {
            int at = next[owners.getInt(i)]++;
            steps.times()[at] = times.getLong(i);
            steps.others()[at] = others.getLong(i);
            steps.nodes()[at] = nodes.getInt(i);
            steps.kinds()[at] = kinds.getInt(i);
            steps.weights()[at] = weights.getFloat(i);
        }
        long[] keys = vertices.stream().mapToLong(IdentityCode::hash).toArray();
        return new GraphHistories(keys, offsets, steps, types);
    }
}
