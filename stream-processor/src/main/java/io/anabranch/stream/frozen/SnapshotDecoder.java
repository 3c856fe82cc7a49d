package io.anabranch.stream.frozen;

import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Snapshot to frozen model, checking everything that the kernels rely on. */
final class SnapshotDecoder {
    private final ModelSnapshot snapshot;
    private final SnapshotTensors tensors;

    SnapshotDecoder(ModelSnapshot snapshot) throws InvalidModelException {
        this.snapshot = snapshot;
        tensors = new SnapshotTensors(snapshot);
    }

    FrozenModel decode() throws InvalidModelException {
        var spec = snapshot.getSpec();
        if (snapshot.getVersion() <= 0) {
            throw tensors.invalid("the version must be positive");
        }
        if (spec.getFeatureDimension() <= 0 || spec.getFeatureDimension() > LayerDecoder.MAX_WIDTH) {
            throw tensors.invalid("the width of features (%d) must be in 1..%d"
                    .formatted(spec.getFeatureDimension(), LayerDecoder.MAX_WIDTH));
        }
        if (spec.getLayersCount() == 0) {
            throw tensors.invalid("it has no layers");
        }
        var history = new HistoryDecoder(tensors, spec).decode();
        int input = spec.getFeatureDimension() + (history == null ? 0 : history.width());
        var depth = new DepthDecoder(tensors, spec, input);
        var layers = new ArrayList<FrozenLayer>();
        var levels = new @Nullable LevelMap[spec.getLayersCount() + 1];
        levels[0] = depth.levelZero();
        int width = levels[0] == null ? input : levels[0].width();
        for (int i = 1; i <= spec.getLayersCount(); i++) {
            depth.checkInput(i);
            var decoder = new LayerDecoder(tensors, i, spec.getLayers(i - 1));
            var layer = decoder.decode(width);
            layers.add(layer);
            var level = depth.level(i, layer.outputWidth(), decoder.outer());
            levels[i] = level;
            width = level == null ? layer.outputWidth() : level.width();
        }
        return new FrozenModel(
                snapshot.getVersion(),
                spec.getName(),
                spec.getFeatureDimension(),
                encoding(spec),
                history,
                List.copyOf(layers),
                levels,
                readout(spec, input, layers, levels));
    }

    private @Nullable AllHops readout(ModelSpec spec, int input, List<FrozenLayer> layers, @Nullable LevelMap[] levels)
            throws InvalidModelException {
        int width = spec.getReadoutWidth();
        switch (spec.getReadout()) {
            case READOUT_UNSPECIFIED, READOUT_LAST -> {
                if (width != 0) {
                    throw tensors.invalid(
                            "the readout is the last row, but has a width (%s), which only READOUT_ALL_HOPS has"
                                    .formatted(Integer.toUnsignedString(width)));
                }
                return null;
            }
            case READOUT_ALL_HOPS -> {}
            case UNRECOGNIZED -> throw tensors.unknown("readout", spec.getReadoutValue());
        }
        if (width <= 0 || width > LayerDecoder.MAX_WIDTH) {
            throw tensors.invalid("the width of the readout (%s) must be in 1..%d"
                    .formatted(Integer.toUnsignedString(width), LayerDecoder.MAX_WIDTH));
        }
        var maps = new ArrayList<RowMap>();
        for (int l = 0; l < levels.length; l++) {
            var level = levels[l];
            int in = input;
            if (level != null) {
                in = level.width();
            } else if (l > 0) {
                in = layers.get(l - 1).outputWidth();
            }
            float[] bias = l == 0 ? tensors.get("readout.bias", width) : new float[width];
            maps.add(new RowMap(in, width, tensors.get("readout." + l, in, width), bias, Activation.IDENTITY));
        }
        return new AllHops(maps);
    }

    private FeatureEncoding encoding(ModelSpec spec) throws InvalidModelException {
        int width = spec.getFeatureDimension();
        return switch (spec.getFeatureEncoding()) {
            case FEATURE_ENCODING_UNSPECIFIED, FEATURE_ENCODING_IDENTITY ->
                new FeatureEncoding(FeatureEncoding.Kind.IDENTITY, null, null);
            case FEATURE_ENCODING_ROW_NORMALIZED ->
                new FeatureEncoding(FeatureEncoding.Kind.ROW_NORMALIZED, null, null);
            case FEATURE_ENCODING_STANDARDIZED ->
                new FeatureEncoding(
                        FeatureEncoding.Kind.STANDARDIZED,
                        tensors.get("features.mean", width),
                        tensors.get("features.scale", width));
            case UNRECOGNIZED -> throw tensors.unknown("feature encoding", spec.getFeatureEncodingValue());
        };
    }
}
