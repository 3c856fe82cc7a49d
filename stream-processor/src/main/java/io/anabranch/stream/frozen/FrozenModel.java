package io.anabranch.stream.frozen;

import io.anabranch.model.v1.ModelSnapshot;
import java.util.List;

/** One model version, ready to serve. Immutable; safe to share between threads. Layers count from 1, as in {@code h_l}. */
public final class FrozenModel {
    private final long version;
    private final String name;
    private final int featureDimension;
    private final FeatureEncoding encoding;
    private final List<FrozenLayer> layers;
    private final boolean inDegreeMatters;

    FrozenModel(long version, String name, int featureDimension, FeatureEncoding encoding, List<FrozenLayer> layers) {
        this.version = version;
        this.name = name;
        this.featureDimension = featureDimension;
        this.encoding = encoding;
        this.layers = List.copyOf(layers);
        inDegreeMatters = layers.stream().anyMatch(layer -> layer.aggregation() == Aggregation.GCN);
    }

    /**
     * Decodes and checks a snapshot.
     *
     * @throws InvalidModelException naming the tensor, layer or kind that is missing, misshapen, unknown or not finite
     */
    public static FrozenModel decode(ModelSnapshot snapshot) throws InvalidModelException {
        return new SnapshotDecoder(snapshot).decode();
    }

    public long version() {
        return version;
    }

    public String name() {
        return name;
    }

    /** Width of the features it was trained on, and of {@code h_0}. */
    public int featureDimension() {
        return featureDimension;
    }

    /** Number of layers L. */
    public int layers() {
        return layers.size();
    }

    /** The layer that makes {@code h_l}, l = 1..L. */
    public FrozenLayer layer(int l) {
        return layers.get(l - 1);
    }

    /** Width of {@code h_l}, l = 0..L. */
    public int width(int l) {
        return l == 0 ? featureDimension : layer(l).outputWidth();
    }

    /** Width of an embedding, {@code h_L}. */
    public int embeddingWidth() {
        return width(layers());
    }

    /** Whether a change of a vertex's in-degree alone changes its messages (some layer is GCN). */
    public boolean inDegreeMatters() {
        return inDegreeMatters;
    }

    public FeatureEncoding encoding() {
        return encoding;
    }

    @Override
    public String toString() {
        return "%s, version %d, %d layers".formatted(name, version, layers.size());
    }
}
