package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import io.anabranch.stream.frozen.AllHops;
import io.anabranch.stream.frozen.DepthTile;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.frozen.Rows;

/**
 * The embeddings of a model that reads out every level: a row of a vertex's own rows, computed anew when any of them changed.
 *
 * <p>Cost: one small product per level for each such vertex. Memory per sink: 4 bytes * stride. Not thread-safe.
 */
final class HopsReadout implements LevelRows {
    private final FrozenModel model;
    private final AllHops map;
    /** By level, from 0. */
    private final LevelRows[] levels;

    private final PartitionGraph graph;
    private final SinkRows sinks;
    private final DepthTile tile;
    private final int stride;
    private final RowSlab embeddings;

    private final int[] vertices = new int[DepthTile.SIZE];
    private int size;

    HopsReadout(FrozenModel model, AllHops map, LevelRows[] levels, LayerContext context, DepthTile tile) {
        this.model = model;
        this.map = map;
        this.levels = levels;
        this.graph = context.graph();
        this.sinks = context.sinks();
        this.tile = tile;
        stride = map.stride();
        embeddings = new RowSlab(stride, context.tuning().segmentFloats());
    }

    /** Computes the embeddings of all owned vertices that exist. */
    void start() {
        embeddings.ensure(sinks.count());
        var changed = new VertexSet();
        graph.forEachExisting(v -> compute(v, changed));
        flush(changed);
    }

    /**
     * Takes up a batch.
     *
     * @param moved owned vertices of which some h_l changed; some may not exist
     * @param changed gets those whose embedding has other bits now
     */
    void apply(VertexSet moved, VertexSet changed) {
        embeddings.ensure(sinks.count());
        for (int i = 0; i < moved.size(); i++) {
            if (graph.exists(moved.get(i))) {
                compute(moved.get(i), changed);
            }
        }
        flush(changed);
    }

    private void compute(int v, VertexSet changed) {
        vertices[size++] = v;
        if (size == DepthTile.SIZE) {
            flush(changed);
        }
    }

    private void flush(VertexSet changed) {
        for (int l = 0; l < levels.length; l++) {
            int ys = Rows.stride(model.width(l));
            for (int i = 0; i < size; i++) {
                levels[l].copy(vertices[i], tile.y, i * ys);
            }
            map.add(l, ys, tile, size);
        }
        for (int i = 0; i < size; i++) {
            int row = sinks.of(vertices[i]);
            float[] segment = embeddings.segment(row);
            int at = embeddings.at(row);
            if (!Rows.same(tile.h, i * stride, segment, at, stride)) {
                System.arraycopy(tile.h, i * stride, segment, at, stride);
                changed.add(vertices[i]);
            }
        }
        size = 0;
    }

    void forget(int v) {
        embeddings.clear(sinks.of(v));
    }

    @Override
    public void copy(int vertex, float[] target, int at) {
        int row = sinks.of(vertex);
        System.arraycopy(embeddings.segment(row), embeddings.at(row), target, at, map.width());
    }
}
