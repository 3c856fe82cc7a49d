package io.anabranch.learn.model;

import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSpec;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Judges whether tensors are those of a (valid) spec: none missing, none more, every shape right, every value finite. */
final class TensorCheck {

    private final ModelSpec spec;
    private final ModelTensors tensors;
    private final Set<String> expected = new HashSet<>();

    private TensorCheck(ModelSpec spec, ModelTensors tensors) {
        this.spec = spec;
        this.tensors = tensors;
    }

    static void requireFit(ModelSpec spec, ModelTensors tensors) {
        TensorCheck check = new TensorCheck(spec, tensors);
        check.encoding();
        for (int i = 0; i < spec.getLayersCount(); i++) {
            check.layer(i + 1, spec.getLayers(i));
        }
        spec.getHeadsList().forEach(check::head);
        check.nothingElse();
        check.finite();
    }

    private void encoding() {
        if (spec.getFeatureEncoding() == FeatureEncoding.FEATURE_ENCODING_STANDARDIZED) {
            require(TensorNames.FEATURES_MEAN, spec.getFeatureDimension());
            require(TensorNames.FEATURES_SCALE, spec.getFeatureDimension());
        }
    }

    private void layer(int number, Layer layer) {
        int in = layer.getInputWidth();
        int out = layer.getOutputWidth();
        require(TensorNames.bias(number), out);
        switch (layer.getConvolution()) {
            case CONVOLUTION_GCN -> require(TensorNames.neighbor(number), in, out);
            case CONVOLUTION_SAGE_MEAN, CONVOLUTION_SAGE_SUM, CONVOLUTION_SAGE_MAX, CONVOLUTION_SAGE_MIN -> {
                require(TensorNames.self(number), in, out);
                for (String relation : layer.getRelationsCount() == 0 ? List.of("") : layer.getRelationsList()) {
                    require(TensorNames.neighbor(number, relation), in, out);
                }
            }
            case CONVOLUTION_GAT -> {
                int heads = AttentionCheck.heads(layer);
                int width = AttentionCheck.headWidth(layer);
                require(TensorNames.neighbor(number), in, heads * width);
                require(TensorNames.attentionSource(number), heads, width);
                require(TensorNames.attentionTarget(number), heads, width);
            }
            case CONVOLUTION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalStateException(
                        "The spec of model (%s) was not checked before its tensors.".formatted(spec.getName()));
        }
    }

    private void head(Head head) {
        int embeddingWidth = spec.getLayers(spec.getLayersCount() - 1).getOutputWidth();
        String weightName = TensorNames.headWeight(head.getTask());
        @Nullable WeightTensor weight = tensors.find(weightName);
        int logits = embeddingWidth;
        if (weight != null) {
            if (weight.rank() != 2) {
                throw new InvalidModelException("The tensor (%s) must be a matrix, not of shape %s."
                        .formatted(weightName, Arrays.toString(weight.shape())));
            }
            logits = weight.extent(1);
            require(weightName, embeddingWidth, logits);
            require(TensorNames.headBias(head.getTask()), logits);
        }
        int wanted = switch (head.getKind()) {
            case HEAD_KIND_MULTI_CLASS, HEAD_KIND_MULTI_LABEL -> head.getClassNamesCount();
            case HEAD_KIND_REGRESSION -> 1;
            case HEAD_KIND_LINK, HEAD_KIND_UNSPECIFIED, UNRECOGNIZED -> logits;
        };
        if (logits != wanted || logits == 0) {
            throw new InvalidModelException("The head of task (%s) has (%d) logits and needs (%d).%s"
                    .formatted(
                            head.getTask(),
                            logits,
                            Math.max(1, wanted),
                            weight == null ? "\nMaybe the tensor (%s) is missing.".formatted(weightName) : ""));
        }
    }

    private void require(String name, int... shape) {
        expected.add(name);
        WeightTensor tensor = tensors.find(name);
        if (tensor == null) {
            throw new InvalidModelException("The model (%s) needs a tensor (%s) of shape %s; there are only %s."
                    .formatted(spec.getName(), name, Arrays.toString(shape), tensors.names()));
        }
        if (!tensor.hasShape(shape)) {
            throw new InvalidModelException("The tensor (%s) has shape %s, the spec of model (%s) needs %s.%s"
                    .formatted(
                            name,
                            Arrays.toString(tensor.shape()),
                            spec.getName(),
                            Arrays.toString(shape),
                            transposed(tensor, shape)
                                    ? "\nMaybe it is transposed: a matrix here is [input, output]."
                                    : ""));
        }
    }

    private static boolean transposed(WeightTensor tensor, int[] shape) {
        return shape.length == 2 && tensor.hasShape(shape[1], shape[0]);
    }

    private void nothingElse() {
        for (String name : tensors.names()) {
            if (!expected.contains(name)) {
                throw new InvalidModelException("The spec of model (%s) has no place for tensor (%s); it needs %s."
                        .formatted(
                                spec.getName(), name, expected.stream().sorted().toList()));
            }
        }
    }

    private void finite() {
        for (WeightTensor tensor : tensors.list()) {
            for (int i = 0; i < tensor.size(); i++) {
                if (!Float.isFinite(tensor.value(i))) {
                    throw new InvalidModelException("The value (%s) at (%d) of tensor (%s) must be finite."
                            .formatted(tensor.value(i), i, tensor.name()));
                }
            }
        }
    }
}
