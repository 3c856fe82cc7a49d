package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import io.anabranch.stream.frozen.FrozenModel;

/** The rows {@code h_{l-1}} that one layer takes in, wherever they are kept: the level below, or the halo. */
final class LayerInput {
    private final FrozenModel model;
    private final PartitionGraph graph;
    private final Sources sources;
    private final int index;
    private final LevelRows below;

    /** The rows {@code h_index}; {@code below} has those of owned vertices. */
    LayerInput(FrozenModel model, PartitionGraph graph, Sources sources, int index, LevelRows below) {
        this.model = model;
        this.graph = graph;
        this.sources = sources;
        this.index = index;
        this.below = below;
    }

    int width() {
        return model.width(index);
    }

    /** Writes the present row of a vertex with a value to {@code target[at .. at + width)}. */
    void copy(int u, float[] target, int at) {
        if (!graph.owned(u)) {
            System.arraycopy(sources.haloRow(u, index), 0, target, at, width());
        } else {
            below.copy(u, target, at);
        }
    }
}
