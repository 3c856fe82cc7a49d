package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import io.anabranch.stream.frozen.DepthTile;
import io.anabranch.stream.frozen.LevelMap;
import io.anabranch.stream.frozen.Rows;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows {@code h_l}, and {@code c_l} where the model has hidden rows, of a level at which a vertex makes something of the layer's output by itself:
 * the other half of a layer, beside its {@link LayerPropagation}.
 *
 * <p>A vertex is computed anew when anything that its rows are made of changed: the output y_l, h_{l-1} or c_{l-1}. Neighbours read h alone, so a change of c
 * alone moves nobody but the same vertex at the next level: it is <em>stirred</em>, but not <em>moved</em>.
 *
 * <p>Cost: the map's products for each such vertex. Memory per sink: 4 bytes * stride, twice with hidden rows. Nothing is allocated per batch once
 * arrays have grown. Not thread-safe.
 */
final class DepthLevel implements LevelRows {
    private final LevelMap map;
    private final LevelRows outputs;
    private final @Nullable DepthLevel below;
    private final PartitionGraph graph;
    private final SinkRows sinks;
    private final Set<Fault> faults;
    private final DepthTile tile;
    private final int inputStride;
    private final int stride;
    private final boolean hasHidden;

    /** By sink. */
    private final RowSlab visible;

    private final RowSlab hidden;

    private final VertexSet candidates = new VertexSet();
    private final int[] vertices = new int[DepthTile.SIZE];
    private int size;

    /**
     * @param outputs what comes in: outputs of the layer, or encoded features at level 0
     * @param below the level whose rows the map reads, if it reads any
     * @param tile shared by all levels of an engine
     */
    DepthLevel(LevelMap map, LevelRows outputs, @Nullable DepthLevel below, LayerContext context, DepthTile tile) {
        this.map = map;
        this.outputs = outputs;
        this.below = map.readsBelow() ? below : null;
        this.graph = context.graph();
        this.sinks = context.sinks();
        this.faults = context.faults();
        this.tile = tile;
        inputStride = map.inputStride();
        stride = map.stride();
        hasHidden = map.hasHidden();
        int segmentFloats = context.tuning().segmentFloats();
        visible = new RowSlab(stride, segmentFloats);
        hidden = new RowSlab(stride, segmentFloats);
    }

    boolean hasHidden() {
        return hasHidden;
    }

    // ---- from scratch

    /** Computes the rows of all owned vertices that exist; the layer and the level below are done. */
    void start() {
        grow();
        var changed = new VertexSet();
        graph.forEachExisting(v -> compute(v, changed, changed));
        flush(changed, changed);
    }

    // ---- one batch

    /**
     * Takes up a batch.
     *
     * @param outputsChanged owned vertices whose output may have other bits
     * @param stirredBelow owned vertices of which h_{l-1} or c_{l-1} changed
     * @param suspects to compute whatever changed; some may not exist
     * @param fresh owned vertices that have no rows yet; they count as moved
     * @param moved gets the vertices whose h_l has other bits now
     * @param stirred gets those of which h_l or c_l has
     */
    void apply(
            VertexSet outputsChanged,
            VertexSet stirredBelow,
            VertexSet suspects,
            VertexSet fresh,
            VertexSet moved,
            VertexSet stirred) {
        grow();
        candidates.clear();
        if (map.entry() == null || !faults.contains(Fault.ENTRY_NOT_RECOMPUTED)) {
            candidates.addAll(outputsChanged);
            if (below != null && !faults.contains(Fault.STEP_FOR_OUTPUTS_ONLY)) {
                candidates.addAll(stirredBelow);
            }
        }
        candidates.addAll(suspects);
        candidates.addAll(fresh);
        for (int i = 0; i < candidates.size(); i++) {
            int v = candidates.get(i);
            if (graph.exists(v)) {
                compute(v, moved, stirred);
            }
        }
        flush(moved, stirred);
        moved.addAll(fresh);
        stirred.addAll(fresh);
    }

    private void grow() {
        visible.ensure(sinks.count());
        if (hasHidden) {
            hidden.ensure(sinks.count());
        }
    }

    private void compute(int v, VertexSet moved, VertexSet stirred) {
        vertices[size++] = v;
        if (size == DepthTile.SIZE) {
            flush(moved, stirred);
        }
    }

    /** Computes the vertices that wait for it. */
    private void flush(VertexSet moved, VertexSet stirred) {
        for (int i = 0; i < size; i++) {
            gather(i);
        }
        map.apply(tile, size);
        for (int i = 0; i < size; i++) {
            int v = vertices[i];
            boolean shown = store(visible, v, tile.h, i * stride);
            boolean kept = hasHidden && store(hidden, v, tile.c, i * stride);
            if (shown) {
                moved.add(v);
            }
            if (shown || kept && !faults.contains(Fault.HIDDEN_CHANGE_NOT_HANDED_ON)) {
                stirred.add(v);
            }
        }
        size = 0;
    }

    private void gather(int i) {
        int v = vertices[i];
        int at = i * inputStride;
        outputs.copy(v, tile.y, at);
        Arrays.fill(tile.y, at + map.inputWidth(), at + inputStride, 0f);
        if (below != null) {
            read(below.visible, v, tile.h, i * below.stride);
            if (map.readsHiddenBelow()) {
                read(below.hidden, v, tile.c, i * below.stride);
            }
        }
    }

    private void read(RowSlab slab, int v, float[] target, int at) {
        int row = sinks.of(v);
        System.arraycopy(slab.segment(row), slab.at(row), target, at, slab.stride);
    }

    private boolean store(RowSlab slab, int v, float[] rows, int at) {
        int row = sinks.of(v);
        float[] segment = slab.segment(row);
        int to = slab.at(row);
        if (Rows.same(rows, at, segment, to, stride)) {
            return false;
        }
        System.arraycopy(rows, at, segment, to, stride);
        return true;
    }

    /** Drops the rows of an owned vertex that is gone. */
    void forget(int v) {
        visible.clear(sinks.of(v));
        if (hasHidden) {
            hidden.clear(sinks.of(v));
        }
    }

    /** Writes h_l. */
    @Override
    public void copy(int vertex, float[] target, int at) {
        int row = sinks.of(vertex);
        System.arraycopy(visible.segment(row), visible.at(row), target, at, map.width());
    }

    /** Writes c_l. */
    void copyHidden(int vertex, float[] target) {
        int row = sinks.of(vertex);
        System.arraycopy(hidden.segment(row), hidden.at(row), target, 0, map.width());
    }
}
