package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.hag.AggregationPlan;
import io.anabranch.stream.frozen.FrozenLayer;
import java.util.function.Supplier;

/**
 * One layer of one engine: what it keeps per vertex, and the rule that keeps it exact. One class per family of aggregators. Here h_l is the
 * layer's output; where the vertex makes something else of it by itself, see {@link DepthLevel}.
 *
 * <p>What an implementation may assume:
 *
 * <ul>
 *   <li>{@link PartitionGraph}, {@link Sources} and the rows of its {@link LayerInput} are as they are <em>after</em> the batch. Old
 *       rows exist nowhere: a layer remembers, per source, the message that its sinks contain, and compares.
 *   <li>Vertices without a value have no message. Whoever gains or loses a value, and every halo vertex of which something was
 *       heard, is in {@link BatchChanges#everywhere()}; their sinks are not, except where the number of valued in-edges changed.
 *   <li>A source moved iff it is in {@code moved} (its h_{l-1} changed), in {@code everywhere}, or, where the in-degree is part of
 *       the message, in {@link BatchChanges#degreeMovers()}. It may come out with the same message all the same.
 *   <li>Sinks to recompute: {@link BatchChanges#structural()}, every member of {@code moved} (own term), and the out-neighbours
 *       of sources whose message changed; only those that exist.
 *   <li>Edge changes stand in {@link BatchChanges#delta()}, with type and both weights. Added edges are in the adjacency lists already,
 *       removed ones are not any more.
 * </ul>
 *
 * <p>All rows of {@link #copyValue} keep their bits unless {@link #apply} said that they changed. Nothing is allocated per batch once
 * arrays have grown. Not thread-safe.
 */
interface LayerPropagation {
    /** The propagation of layer {@code index}, from 1, by its aggregator. */
    static LayerPropagation of(int index, FrozenLayer layer, LayerContext context, LayerInput input) {
        return switch (layer.aggregation()) {
            case SUM, MEAN ->
                layer.relational()
                        ? new RelationalSumLayer(index, layer, context, input)
                        : new LinearLayer(index, layer, context, input);
            case GCN -> new LinearLayer(index, layer, context, input);
            case MAX, MIN -> new ExtremumLayer(layer, context, input);
            case ATTENTION -> new AttentionLayer(layer, context, input);
        };
    }

    /** Makes room for ordinals below {@code vertices}; called before anything that meets a new ordinal. */
    void grow(int vertices);

    /**
     * Computes everything from scratch; the layer below is done.
     *
     * @param plan gives the in-edges that bring a value, for sums over the whole graph: from message by ordinal to {@link SinkRows}
     */
    void start(Supplier<AggregationPlan> plan);

    /**
     * Takes up a batch.
     *
     * @param moved owned vertices whose h_{l-1} changed, new ones included
     * @param changed gets the owned vertices whose h_l may have other bits now, all that have among them; new vertices are added by the caller
     */
    void apply(BatchChanges changes, VertexSet moved, VertexSet changed);

    /**
     * Derives the message of a source from the row below, and remembers it, without telling any sink.
     *
     * @return whether another one was remembered
     */
    boolean renew(int source);

    /**
     * Computes an owned vertex that exists from the remembered messages of its in-edges and its own row below, and from nothing else.
     *
     * @return whether h_l has other bits now
     */
    boolean compute(int vertex);

    /** Drops the rows of an owned vertex that is gone; its message was taken out of all sinks by the batch itself. */
    void forget(int vertex);

    /** Writes the layer's output of an owned vertex that exists to {@code target[at .. at + outputWidth)}. */
    void copyValue(int vertex, float[] target, int at);

    /** Row additions so far. */
    long rowAdds();

    /** Accumulators that were summed anew to get rid of rounding errors, so far. */
    long resums();
}
