package io.anabranch.stream.frozen;

import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import java.util.ArrayList;
import java.util.List;

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
        switch (spec.getDepthConnection()) {
            case DEPTH_CONNECTION_UNSPECIFIED, DEPTH_CONNECTION_PLAIN -> {}
            case UNRECOGNIZED -> throw tensors.unknown("depth connection", spec.getDepthConnectionValue());
            default ->
                throw tensors.invalid("the depth connection %s is not served yet".formatted(spec.getDepthConnection()));
        }
        var layers = new ArrayList<FrozenLayer>();
        int width = spec.getFeatureDimension();
        for (int i = 1; i <= spec.getLayersCount(); i++) {
            var layer = new LayerDecoder(tensors, i, spec.getLayers(i - 1)).decode(width);
            layers.add(layer);
            width = layer.outputWidth();
        }
        return new FrozenModel(
                snapshot.getVersion(), spec.getName(), spec.getFeatureDimension(), encoding(spec), List.copyOf(layers));
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
