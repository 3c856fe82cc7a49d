package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import io.anabranch.stream.frozen.Activation;
import io.anabranch.stream.frozen.Aggregation;
import io.anabranch.stream.frozen.FrozenLayer;
import io.anabranch.stream.frozen.Rows;
import java.util.Arrays;

/**
 * What a linear layer keeps, and how a value is made of it: {@code h[v] = act(share[v] * sum[v] + base[v])}.
 *
 * <p>Everything that can be is part of the accumulator, so that a value takes as few rows as possible to read:
 *
 * <table>
 * <caption>By aggregation, with z = h W_neighbor, own = h W_self + b, c = (1 + in-degree)^-1/2</caption>
 * <tr><th></th><th>sum[v]</th><th>share</th><th>base</th></tr>
 * <tr><td>SUM</td><td>own[v] + sum of w z[u]</td><td>1</td><td>none</td></tr>
 * <tr><td>MEAN</td><td>sum of w z[u]</td><td>1 / in-edges with a value</td><td>own[v]</td></tr>
 * <tr><td>GCN</td><td>c_v z[v] + sum of w c_u z[u]</td><td>c_v</td><td>b</td></tr>
 * </table>
 *
 * <p>Values are not kept but made when they are read, with the share of the time when the layer last looked at the vertex.
 *
 * <p>Memory, stride s: per ordinal a message, 4 s bytes (GCN: and its factor, 4), and 16; per sink the accumulator, 4 s, and the own
 * part, 4 s (not for GCN). Not thread-safe.
 */
final class LinearRows {
    final FrozenLayer layer;
    final Aggregation aggregation;
    final int stride;

    private final PartitionGraph graph;
    private final SinkRows sinks;

    /** By ordinal: z of the source as its sinks contain it. */
    final RowSlab messages;
    /** By sink. */
    final RowSlab own;

    final Accumulators sums;
    /** GCN, by ordinal: the c that the sinks contain the message with. */
    private float[] factors = {};

    private final boolean rectified;

    LinearRows(FrozenLayer layer, PartitionGraph graph, SinkRows sinks, int segmentFloats) {
        this.layer = layer;
        this.aggregation = layer.aggregation();
        this.stride = layer.outputStride();
        this.graph = graph;
        this.sinks = sinks;
        messages = new RowSlab(stride, segmentFloats);
        own = new RowSlab(stride, segmentFloats);
        sums = new Accumulators(stride, segmentFloats);
        rectified = layer.activation() == Activation.RELU;
    }

    void growSources(int vertices) {
        messages.ensure(vertices);
        sums.grow(vertices);
        if (aggregation == Aggregation.GCN) {
            factors = Arrays.copyOf(factors, vertices);
        }
    }

    void growSinks() {
        int rows = sinks.count();
        sums.ensure(rows);
        if (layer.hasSelf()) {
            own.ensure(rows);
        }
    }

    /** The sink has got its row. */
    void place(int v) {
        sums.place(v, sinks.of(v));
        sums.share(v, 1f);
    }

    int row(int v) {
        return sums.row(v);
    }

    /** Asks for all rows of an owned vertex that exists; see {@link RowSlab#fetch}. */
    float fetch(int v) {
        float some = messages.fetch(v) + sums.fetch(v);
        return layer.hasSelf() ? some + own.fetch(row(v)) : some;
    }

    /** The factor with which the sinks of u contain its message row. */
    float factor(int u) {
        return aggregation == Aggregation.GCN ? factors[u] : 1f;
    }

    void factor(int u, float factor) {
        if (aggregation == Aggregation.GCN) {
            factors[u] = factor;
        }
    }

    /** Adds {@code weight} times the remembered message of u to the accumulator of v. */
    void addMessage(float weight, int u, int v) {
        float[] message = messages.segment(u);
        int at = messages.at(u);
        sums.add(weight * factor(u), message, at, Rows.maxAbs(message, at, stride), v);
    }

    /**
     * Puts new own parts in place: row {@code at} of {@code parts}.
     *
     * @return whether they are others than before
     */
    boolean replaceOwn(int v, float[] parts, int at, float[] difference) {
        int row = row(v);
        float[] segment = own.segment(row);
        if (Rows.same(parts, at, segment, own.at(row), stride)) {
            return false;
        }
        if (aggregation == Aggregation.SUM) {
            float greatest = Rows.replace(1f, segment, own.at(row), 1f, parts, at, difference, 0, stride);
            sums.add(1f, difference, 0, greatest, v);
        } else {
            System.arraycopy(parts, at, segment, own.at(row), stride);
        }
        return true;
    }

    /** Sums all messages of the in-edges anew; sources without a value have a zero message. */
    void sumAnew(int v) {
        int row = row(v);
        startSum(v, row);
        int inDegree = graph.inDegree(v);
        for (int e = 0; e < inDegree; e++) {
            int u = graph.inSource(v, e);
            sums.gather(graph.inWeight(v, e) * factor(u), messages.segment(u), messages.at(u), row);
        }
        sums.settled(v);
    }

    /** The accumulator of a vertex without messages from others. */
    void sumOfNothing(int v) {
        int row = row(v);
        startSum(v, row);
        sums.settled(v);
    }

    private void startSum(int v, int row) {
        sums.clear(v);
        addConstant(v, row);
    }

    /** What an accumulator contains beside the messages of in-edges. */
    void addConstant(int v, int row) {
        switch (aggregation) {
            case SUM -> sums.gather(1f, own.segment(row), own.at(row), row);
            case MEAN -> {}
            case GCN -> sums.gather(factor(v), messages.segment(v), messages.at(v), row);
            default -> throw notLinear(layer);
        }
    }

    /** Makes the value of a sink, {@code out[at .. at + stride)}. */
    void value(int v, float[] out, int at) {
        int row = row(v);
        float[] sum = sums.sums().segment(row);
        int from = sums.sums().at(row);
        switch (aggregation) {
            case SUM -> {
                if (rectified) {
                    Rows.rectify(sum, from, out, at, stride);
                    return;
                }
                System.arraycopy(sum, from, out, at, stride);
            }
            case MEAN -> Rows.combine(sums.share(v), sum, from, own.segment(row), own.at(row), out, at, stride);
            case GCN -> Rows.combine(sums.share(v), sum, from, layer.biasRow(), 0, out, at, stride);
            default -> throw notLinear(layer);
        }
        layer.activate(out, at);
    }

    void forget(int v) {
        sums.clear(v);
        if (layer.hasSelf()) {
            own.clear(row(v));
        }
    }

    static IllegalStateException notLinear(FrozenLayer layer) {
        return new IllegalStateException("The aggregation (%s) is not linear.".formatted(layer.aggregation()));
    }
}
