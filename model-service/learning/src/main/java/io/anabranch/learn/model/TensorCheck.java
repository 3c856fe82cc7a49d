package io.anabranch.learn.model;

import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.HiddenStart;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Stage;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Judges whether tensors are those of a (valid) spec: none missing, none more, every shape right, every value finite. */
final class TensorCheck {

    private final ModelSpec spec;
    private final Levels levels;
    private final ModelTensors tensors;
    private final Set<String> expected = new HashSet<>();

    private TensorCheck(ModelSpec spec, ModelTensors tensors) {
        this.spec = spec;
        this.levels = Levels.of(spec);
        this.tensors = tensors;
    }

    static void requireFit(ModelSpec spec, ModelTensors tensors) {
        TensorCheck check = new TensorCheck(spec, tensors);
        check.encoding();
        for (int i = 0; i < spec.getLayersCount(); i++) {
            check.layer(i + 1, spec.getLayers(i));
        }
        check.stages();
        check.history();
        check.readout();
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
        int inner = layer.getInnerWidth();
        boolean gin = layer.getConvolution() == Convolution.CONVOLUTION_GIN;
        require(TensorNames.bias(number), gin ? inner : out);
        switch (layer.getConvolution()) {
            case CONVOLUTION_GCN -> require(TensorNames.neighbor(number), in, out);
            case CONVOLUTION_SAGE_MEAN, CONVOLUTION_SAGE_SUM, CONVOLUTION_SAGE_MAX, CONVOLUTION_SAGE_MIN -> {
                require(TensorNames.self(number), in, out);
                for (String relation : layer.getRelationsCount() == 0 ? List.of("") : layer.getRelationsList()) {
                    require(TensorNames.neighbor(number, relation), in, out);
                }
            }
            case CONVOLUTION_GAT -> {
                int heads = AttentionHeads.count(layer);
                int width = AttentionHeads.width(layer);
                require(TensorNames.neighbor(number), in, heads * width);
                require(TensorNames.attentionSource(number), heads, width);
                require(TensorNames.attentionTarget(number), heads, width);
            }
            case CONVOLUTION_GIN -> {
                require(TensorNames.neighbor(number), in, inner);
                require(TensorNames.epsilon(number), 1);
                require(TensorNames.outer(number), inner, out);
                require(TensorNames.outerBias(number), out);
            }
            case CONVOLUTION_SAGE_POOL -> {
                require(TensorNames.self(number), in, out);
                require(TensorNames.pool(number), in, inner);
                require(TensorNames.poolBias(number), inner);
                require(TensorNames.neighbor(number), inner, out);
            }
            case CONVOLUTION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalStateException(
                        "The spec of model (%s) was not checked before its tensors.".formatted(spec.getName()));
        }
    }

    private void stages() {
        for (int k = 1; k <= levels.stages(); k++) {
            Stage stage = levels.stage(k);
            int width = stage.getWidth();
            require(TensorNames.entry(k), levels.entryWidth(k), width);
            require(TensorNames.entryBias(k), width);
            if (stage.getHiddenStart() == HiddenStart.HIDDEN_START_LEARNED) {
                require(TensorNames.hiddenStart(k), width, width);
                require(TensorNames.hiddenStartBias(k), width);
            }
            int gates = levels.gates();
            if (gates == 0) {
                continue;
            }
            boolean fromCell = spec.getDepthConnection() != DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE;
            if (fromCell || stage.getSharedCell()) {
                cell(TensorNames.stageCell(k), width, width, gates);
            }
            for (int i = levels.firstLayer(k); i <= levels.lastLayer(k) && !stage.getSharedCell(); i++) {
                cell(TensorNames.layerCell(i), spec.getLayers(i - 1).getOutputWidth(), width, gates);
            }
        }
    }

    private void history() {
        if (spec.hasHistory()) {
            int in = HistoryFormat.steps(spec.getHistory()).width();
            for (int half = 1; half <= HistoryFormat.HALVES; half++) {
                cell(
                        TensorNames.history(half),
                        in,
                        HistoryFormat.halfWidth(spec.getHistory()),
                        HistoryFormat.blocks(spec.getHistory()));
            }
        }
    }

    private void cell(String name, int in, int width, int gates) {
        require(TensorNames.cellInput(name), in, gates * width);
        require(TensorNames.cellRecurrent(name), width, gates * width);
        require(TensorNames.cellBias(name), gates * width);
    }

    private void readout() {
        if (Levels.allHops(spec)) {
            for (int l = 0; l <= levels.layers(); l++) {
                require(TensorNames.readout(l), levels.width(l), spec.getReadoutWidth());
            }
            require(TensorNames.READOUT_BIAS, spec.getReadoutWidth());
        }
    }

    private void head(Head head) {
        int embeddingWidth = levels.embeddingWidth();
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
