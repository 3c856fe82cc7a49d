package io.anabranch.stream.frozen;

import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Tensor;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Snapshot to frozen model, checking everything that the kernels rely on. */
final class SnapshotDecoder {
    /** Far above any sensible layer; keeps a broken snapshot from asking for all memory. */
    private static final int MAX_WIDTH = 1 << 20;

    private final ModelSnapshot snapshot;
    private final Map<String, Tensor> tensors = new HashMap<>();

    SnapshotDecoder(ModelSnapshot snapshot) {
        this.snapshot = snapshot;
    }

    FrozenModel decode() throws InvalidModelException {
        var spec = snapshot.getSpec();
        if (snapshot.getVersion() <= 0) {
            throw invalid("the version must be positive");
        }
        for (var tensor : snapshot.getTensorsList()) {
            if (tensors.put(tensor.getName(), tensor) != null) {
                throw invalid("the tensor %s is there twice".formatted(tensor.getName()));
            }
        }
        checkWidth("features", spec.getFeatureDimension());
        if (spec.getLayersCount() == 0) {
            throw invalid("it has no layers");
        }
        switch (spec.getDepthConnection()) {
            case DEPTH_CONNECTION_UNSPECIFIED, DEPTH_CONNECTION_PLAIN -> {}
            case UNRECOGNIZED -> throw unknown("depth connection", spec.getDepthConnectionValue());
        }
        var layers = new ArrayList<FrozenLayer>();
        int width = spec.getFeatureDimension();
        for (int i = 1; i <= spec.getLayersCount(); i++) {
            var layer = layer(i, spec.getLayers(i - 1), width);
            layers.add(layer);
            width = layer.outputWidth();
        }
        return new FrozenModel(
                snapshot.getVersion(), spec.getName(), spec.getFeatureDimension(), encoding(spec), List.copyOf(layers));
    }

    private FrozenLayer layer(int index, Layer layer, int width) throws InvalidModelException {
        if (layer.getInputWidth() != width) {
            throw invalid("layer %d takes %d numbers, but the one before gives %d"
                    .formatted(index, layer.getInputWidth(), width));
        }
        checkWidth("layer " + index, layer.getOutputWidth());
        var aggregation = switch (layer.getConvolution()) {
            case CONVOLUTION_GCN -> Aggregation.GCN;
            case CONVOLUTION_SAGE_MEAN -> Aggregation.MEAN;
            case CONVOLUTION_SAGE_SUM -> Aggregation.SUM;
            case CONVOLUTION_UNSPECIFIED, UNRECOGNIZED ->
                throw unknown("convolution of layer " + index, layer.getConvolutionValue());
        };
        var activation = switch (layer.getActivation()) {
            case ACTIVATION_UNSPECIFIED, ACTIVATION_IDENTITY -> Activation.IDENTITY;
            case ACTIVATION_RELU -> Activation.RELU;
            case UNRECOGNIZED -> throw unknown("activation of layer " + index, layer.getActivationValue());
        };
        int in = layer.getInputWidth();
        int out = layer.getOutputWidth();
        String prefix = "layer." + index;
        float @Nullable [] self = aggregation == Aggregation.GCN ? null : tensor(prefix + ".self", in, out);
        return new FrozenLayer(
                aggregation,
                activation,
                in,
                out,
                self,
                tensor(prefix + ".neighbor", in, out),
                tensor(prefix + ".bias", out));
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
                        tensor("features.mean", width),
                        tensor("features.scale", width));
            case UNRECOGNIZED -> throw unknown("feature encoding", spec.getFeatureEncodingValue());
        };
    }

    private float[] tensor(String name, int... shape) throws InvalidModelException {
        var tensor = tensors.get(name);
        if (tensor == null) {
            throw invalid("the tensor %s is missing".formatted(name));
        }
        int[] given = tensor.getShapeList().stream().mapToInt(Integer::intValue).toArray();
        if (!Arrays.equals(given, shape)) {
            throw invalid("the tensor %s has shape %s, but %s is needed"
                    .formatted(name, Arrays.toString(given), Arrays.toString(shape)));
        }
        long size = Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
        if (tensor.getData().size() != size * Float.BYTES) {
            throw invalid("the tensor %s has %d bytes, but shape %s needs %d"
                    .formatted(name, tensor.getData().size(), Arrays.toString(shape), size * Float.BYTES));
        }
        float[] values = new float[(int) size];
        tensor.getData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw invalid("the tensor %s holds %s".formatted(name, value));
            }
        }
        return values;
    }

    private void checkWidth(String what, int width) throws InvalidModelException {
        if (width <= 0 || width > MAX_WIDTH) {
            throw invalid("the width of %s (%d) must be in 1..%d".formatted(what, width, MAX_WIDTH));
        }
    }

    private InvalidModelException unknown(String what, int number) {
        return invalid(
                "the %s (%d) is unknown\nMaybe the model was written by a newer release.".formatted(what, number));
    }

    private InvalidModelException invalid(String reason) {
        return new InvalidModelException("The model (%s, version %d) can't be served: %s."
                .formatted(snapshot.getSpec().getName(), snapshot.getVersion(), reason));
    }
}
