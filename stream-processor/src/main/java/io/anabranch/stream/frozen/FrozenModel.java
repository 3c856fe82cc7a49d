package io.anabranch.stream.frozen;

import io.anabranch.model.v1.ModelSnapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One model version, ready to serve. Immutable; safe to share between threads. Layers count from 1, as in {@code h_l}.
 *
 * <p>Where a model is more than layers on top of each other, a level has a {@link LevelMap}: {@code h_l} is what a vertex makes of layer
 * l's output. Else {@code h_l} is that output, and {@code h_0} the encoded features, with what the history shows behind them where the model
 * reads it.
 */
public final class FrozenModel {
    private final long version;
    private final String name;
    private final int featureDimension;
    private final FeatureEncoding encoding;
    private final @Nullable HistoryEncoder history;
    private final List<FrozenLayer> layers;
    /** By level, from 0. */
    private final @Nullable LevelMap[] levels;

    private final @Nullable AllHops readout;
    private final boolean inDegreeMatters;

    /** A model of layers on top of each other. */
    FrozenModel(long version, String name, int featureDimension, FeatureEncoding encoding, List<FrozenLayer> layers) {
        this(version, name, featureDimension, encoding, null, layers, new @Nullable LevelMap[layers.size() + 1], null);
    }

    /**
     * A model in all its parts.
     *
     * @param levels by level, from 0 to the number of layers
     */
    FrozenModel(
            long version,
            String name,
            int featureDimension,
            FeatureEncoding encoding,
            @Nullable HistoryEncoder history,
            List<FrozenLayer> layers,
            @Nullable LevelMap[] levels,
            @Nullable AllHops readout) {
        this.version = version;
        this.name = name;
        this.featureDimension = featureDimension;
        this.encoding = encoding;
        this.history = history;
        this.layers = List.copyOf(layers);
        this.levels = levels.clone();
        this.readout = readout;
        inDegreeMatters = layers.stream().anyMatch(layer -> layer.aggregation() == Aggregation.GCN);
    }

    /**
     * Decodes and checks a snapshot.
     *
     * @throws InvalidModelException naming the tensor, layer, stage or kind that is missing, misshapen, unknown or not finite
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

    /** Width of the features it was trained on. */
    public int featureDimension() {
        return featureDimension;
    }

    /** How it reads what a vertex did; null: it doesn't. */
    public @Nullable HistoryEncoder history() {
        return history;
    }

    /** Width of what it starts from: the encoded features, and behind them what the history shows. */
    public int inputWidth() {
        return featureDimension + (history == null ? 0 : history.width());
    }

    /** Number of layers L. */
    public int layers() {
        return layers.size();
    }

    /** The layer from which {@code h_l} is made, l = 1..L. */
    public FrozenLayer layer(int l) {
        return layers.get(l - 1);
    }

    /** What a vertex makes of layer l's output, or at level 0 of the encoded features; null: just that. l = 0..L. */
    public @Nullable LevelMap level(int l) {
        return levels[l];
    }

    /** Width of {@code h_l}, l = 0..L. */
    public int width(int l) {
        var level = levels[l];
        if (level != null) {
            return level.width();
        }
        return l == 0 ? inputWidth() : layer(l).outputWidth();
    }

    /** The map that makes the embedding of all levels; null: the embedding is {@code h_L}. */
    public @Nullable AllHops readout() {
        return readout;
    }

    /** Width of an embedding. */
    public int embeddingWidth() {
        return readout == null ? width(layers()) : readout.width();
    }

    /** Whether a change of a vertex's in-degree alone changes its messages (some layer is GCN). */
    public boolean inDegreeMatters() {
        return inDegreeMatters;
    }

    public FeatureEncoding encoding() {
        return encoding;
    }

    /** A tile for the level maps and the readout of this model. */
    public DepthTile newTile() {
        int input = 0;
        int widest = readout == null ? 0 : readout.stride();
        for (int l = 0; l <= layers(); l++) {
            var level = levels[l];
            if (level != null) {
                input = Math.max(input, level.inputStride());
                widest = Math.max(widest, level.widest());
            }
            if (readout != null) {
                input = Math.max(input, Rows.stride(width(l)));
            }
        }
        return new DepthTile(input, widest);
    }

    @Override
    public String toString() {
        return "%s, version %d, %d layers".formatted(name, version, layers.size());
    }
}
