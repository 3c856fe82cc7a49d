package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;

/**
 * Computes single vertices of a layer as if nothing of them had been kept: the messages of their sources from the rows below, then the
 * vertices from these messages. It repairs what is wrong for a reason that the rules of the layers do not know, such as a flipped bit.
 *
 * <p>Where a remembered message turns out to be wrong, nobody can say what the other sinks of that source contain, so they are computed as
 * well. Rows of the layer below are trusted; the cascade of layers has been there before.
 *
 * <p>Cost per layer and vertex: a product and a row addition for each in-edge. Not thread-safe.
 */
final class FromScratch {
    private final PartitionGraph graph;
    private final Sources sources;
    private final VertexSet renewed = new VertexSet();
    private final VertexSet sinks = new VertexSet();

    FromScratch(PartitionGraph graph, Sources sources) {
        this.graph = graph;
        this.sources = sources;
    }

    /**
     * Works on one layer; it has taken up the batch.
     *
     * @param vertices owned vertices; those that do not exist are skipped
     * @param changed gets the owned vertices whose h_l has other bits now
     */
    void compute(LayerPropagation layer, VertexSet vertices, VertexSet changed) {
        if (vertices.isEmpty()) {
            return;
        }
        renewed.clear();
        sinks.clear();
        for (int i = 0; i < vertices.size(); i++) {
            int v = vertices.get(i);
            if (graph.exists(v)) {
                sinks.add(v);
                renew(layer, v);
                for (int e = 0; e < graph.inDegree(v); e++) {
                    renew(layer, graph.inSource(v, e));
                }
            }
        }
        for (int i = 0; i < sinks.size(); i++) {
            int v = sinks.get(i);
            sources.recount(v);
            if (layer.compute(v)) {
                changed.add(v);
            }
        }
    }

    private void renew(LayerPropagation layer, int u) {
        if (renewed.add(u) && layer.renew(u)) {
            addSink(u);
            for (int e = 0; e < graph.outCount(u); e++) {
                addSink(graph.outTarget(u, e));
            }
        }
    }

    private void addSink(int v) {
        if (graph.owned(v) && graph.exists(v)) {
            sinks.add(v);
        }
    }
}
