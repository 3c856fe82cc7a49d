package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import io.anabranch.stream.frozen.FrozenModel;
import org.jspecify.annotations.Nullable;

/** The rows {@code h_{l-1}} that one layer takes in, wherever they are kept: features, the layer below, or the halo. */
final class LayerInput {
    private final FrozenModel model;
    private final PartitionGraph graph;
    private final Sources sources;
    private final int index;
    private final @Nullable LayerPropagation below;

    /** The rows {@code h_index}; {@code below} is the layer that makes them, none for the features. */
    LayerInput(FrozenModel model, PartitionGraph graph, Sources sources, int index, @Nullable LayerPropagation below) {
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
        } else if (below != null) {
            below.copyValue(u, target, at);
        } else {
            graph.copyFeatures(u, target, at);
            model.encoding().encode(target, at, width());
        }
    }
}
