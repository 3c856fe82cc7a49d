package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import io.anabranch.stream.frozen.Aggregation;
import io.anabranch.stream.frozen.Rows;
import java.util.Arrays;

/**
 * Brings changed messages from their sources to the accumulators of all sinks.
 *
 * <p>A batch meets its rows in random order, so that it spends its time waiting for memory. Additions alone would wait for one row after the
 * other: the processor doesn't look far enough ahead, and where a list of out-edges ends, it guesses wrong and begins again. So
 * changed messages are collected, their lists are asked for together, the edges are laid out flat, and the sinks' rows are asked for
 * together before any is added to. Not thread-safe.
 */
final class MessageSpread {
    /** Edges laid out at a time: their rows of 40 floats fit into the first cache. */
    private static final int EDGES = 128;

    private final PartitionGraph graph;
    private final Sources owners;
    private final LinearRows rows;
    private final boolean selfLoops;

    private final int[] sources = new int[SourceTile.SIZE];
    /** Row i is what the message of the i-th source has gained. */
    private final float[] differences;

    private final float[] greatest = new float[SourceTile.SIZE];
    private int size;

    private final int[] targets = new int[EDGES];
    /** Of which row the accumulator of each target is. */
    private final int[] sinkRows = new int[EDGES];

    private final float[] weights = new float[EDGES];
    /** Of which source each edge is. */
    private final int[] from = new int[EDGES];

    private boolean addsNothing;
    /** Sinks whose value may have changed. */
    private VertexSet changed = new VertexSet();
    /** Sinks to be summed anew. */
    private final VertexSet drifted = new VertexSet();

    private long rowAdds;
    /** Where what was fetched is left, so that it is read. */
    private float fetched;

    /** @param selfLoops whether a sink contains its own message too, as in GCN */
    MessageSpread(PartitionGraph graph, Sources owners, LinearRows rows, boolean selfLoops) {
        this.graph = graph;
        this.owners = owners;
        this.rows = rows;
        this.selfLoops = selfLoops && rows.aggregation == Aggregation.GCN;
        differences = new float[SourceTile.SIZE * rows.stride];
    }

    /**
     * Begins a batch.
     *
     * @param sinks gets the sinks whose value may change
     * @param onlyFinds whether these are all that is wanted, as they are summed anew later
     */
    void begin(VertexSet sinks, boolean onlyFinds) {
        changed = sinks;
        addsNothing = onlyFinds;
        drifted.clear();
    }

    /** Makes {@code factor} times a row the message of u. Its sinks get the difference with {@link #deliver} at the latest. */
    void exchange(int u, float[] message, int at, float factor) {
        float[] kept = rows.messages.segment(u);
        int keptAt = rows.messages.at(u);
        float old = rows.factor(u);
        if (factor == old && Rows.same(message, at, kept, keptAt, rows.stride)) {
            return;
        }
        if (size == sources.length) {
            deliver();
        }
        int to = size * rows.stride;
        greatest[size] = Rows.replace(old, kept, keptAt, factor, message, at, differences, to, rows.stride);
        rows.factor(u, factor);
        if (selfLoops && owners.isSink(u)) {
            changed.add(u);
            rows.sums.add(1f, differences, to, greatest[size], u);
            look(u);
        }
        sources[size++] = u;
    }

    /** Gives the sinks what they have not got yet. */
    void deliver() {
        fetchLists();
        int edges = 0;
        for (int i = 0; i < size; i++) {
            int u = sources[i];
            int count = graph.outCount(u);
            rowAdds += addsNothing ? 0 : count;
            for (int done = 0; done < count; ) {
                int part = Math.min(count - done, EDGES - edges);
                graph.copyOutEdges(u, done, part, targets, weights, edges);
                Arrays.fill(from, edges, edges + part, i);
                done += part;
                edges += part;
                if (edges == EDGES) {
                    add(edges);
                    edges = 0;
                }
            }
        }
        add(edges);
        size = 0;
    }

    private void fetchLists() {
        int some = 0;
        for (int i = 0; i < size; i++) {
            some += graph.outCount(sources[i]);
        }
        for (int i = 0; i < size; i++) {
            some += graph.fetchOutEdges(sources[i]);
        }
        fetched = some;
    }

    private void add(int edges) {
        for (int e = 0; e < edges; e++) {
            changed.add(targets[e]);
        }
        if (addsNothing) {
            return;
        }
        var sums = rows.sums;
        for (int e = 0; e < edges; e++) {
            sinkRows[e] = sums.row(targets[e]);
        }
        float some = 0;
        for (int e = 0; e < edges; e++) {
            some += sums.sums().fetch(sinkRows[e]);
        }
        fetched = some;
        for (int e = 0; e < edges; e++) {
            sums.gather(weights[e], differences, from[e] * rows.stride, sinkRows[e]);
            sums.added(weights[e], greatest[from[e]], targets[e]);
            look(targets[e]);
        }
    }

    /** Notes a sink that was added to for {@link #drifted}. */
    void look(int v) {
        int worth = rows.sums.worthOfResum(v);
        if (worth > 0 && worth > graph.inDegree(v)) {
            drifted.add(v);
        }
    }

    /** Sinks that this batch has left too inaccurate. */
    VertexSet drifted() {
        return drifted;
    }

    /** Row additions so far. */
    long rowAdds() {
        return rowAdds;
    }
}
