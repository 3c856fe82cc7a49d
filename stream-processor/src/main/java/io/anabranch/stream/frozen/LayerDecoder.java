package io.anabranch.stream.frozen;

import io.anabranch.model.v1.HeadCombination;
import io.anabranch.model.v1.Layer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One layer of a snapshot to its frozen form, checking what its kind allows. */
final class LayerDecoder {
    /** Far above any sensible layer; keeps a broken snapshot from asking for all memory. */
    static final int MAX_WIDTH = 1 << 20;

    private static final float DEFAULT_NEGATIVE_SLOPE = 0.2f;

    private final SnapshotTensors tensors;
    private final int index;
    private final Layer layer;
    private final String prefix;

    /** @param index of the layer, from 1 */
    LayerDecoder(SnapshotTensors tensors, int index, Layer layer) {
        this.tensors = tensors;
        this.index = index;
        this.layer = layer;
        prefix = "layer." + index;
    }

    /** @param width what the layer below gives */
    FrozenLayer decode(int width) throws InvalidModelException {
        if (layer.getInputWidth() != width) {
            throw tensors.invalid("layer %d takes %d numbers, but the one before gives %d"
                    .formatted(index, layer.getInputWidth(), width));
        }
        if (layer.getOutputWidth() <= 0 || layer.getOutputWidth() > MAX_WIDTH) {
            throw tensors.invalid(
                    "the width of layer %d (%d) must be in 1..%d".formatted(index, layer.getOutputWidth(), MAX_WIDTH));
        }
        var aggregation = switch (layer.getConvolution()) {
            case CONVOLUTION_GCN -> Aggregation.GCN;
            case CONVOLUTION_SAGE_MEAN -> Aggregation.MEAN;
            case CONVOLUTION_SAGE_SUM -> Aggregation.SUM;
            case CONVOLUTION_SAGE_MAX -> Aggregation.MAX;
            case CONVOLUTION_SAGE_MIN -> Aggregation.MIN;
            case CONVOLUTION_GAT -> Aggregation.ATTENTION;
            case CONVOLUTION_GIN, CONVOLUTION_SAGE_POOL ->
                throw tensors.invalid(
                        "layer %d is %s, which is not served yet".formatted(index, layer.getConvolution()));
            case CONVOLUTION_UNSPECIFIED, UNRECOGNIZED ->
                throw tensors.unknown("convolution of layer " + index, layer.getConvolutionValue());
        };
        var activation = switch (layer.getActivation()) {
            case ACTIVATION_UNSPECIFIED, ACTIVATION_IDENTITY -> Activation.IDENTITY;
            case ACTIVATION_RELU -> Activation.RELU;
            case ACTIVATION_TANH, ACTIVATION_ELU ->
                throw tensors.invalid(
                        "layer %d is %s, which is not served yet".formatted(index, layer.getActivation()));
            case UNRECOGNIZED -> throw tensors.unknown("activation of layer " + index, layer.getActivationValue());
        };
        checkRelations(aggregation);
        var shape = new LayerShape(aggregation, activation, layer.getInputWidth(), layer.getOutputWidth());
        if (aggregation == Aggregation.ATTENTION) {
            return attention(shape);
        }
        checkNoAttention();
        return layer.getRelationsCount() == 0 ? plain(shape) : relational(shape);
    }

    private FrozenLayer plain(LayerShape shape) throws InvalidModelException {
        int in = shape.inputWidth();
        int out = shape.outputWidth();
        float @Nullable [] self =
                shape.aggregation() == Aggregation.GCN ? null : tensors.get(prefix + ".self", in, out);
        return new FrozenLayer(
                shape.aggregation(),
                shape.activation(),
                in,
                out,
                self,
                tensors.get(prefix + ".neighbor", in, out),
                tensors.get(prefix + ".bias", out));
    }

    private FrozenLayer relational(LayerShape shape) throws InvalidModelException {
        int in = shape.inputWidth();
        int out = shape.outputWidth();
        List<float[]> neighbor = new ArrayList<>();
        for (String relation : layer.getRelationsList()) {
            String suffix = relation.isEmpty() ? "" : "." + relation;
            neighbor.add(tensors.get(prefix + ".neighbor" + suffix, in, out));
        }
        return FrozenLayer.relational(
                shape,
                layer.getRelationsList(),
                tensors.get(prefix + ".self", in, out),
                neighbor,
                tensors.get(prefix + ".bias", out));
    }

    private FrozenLayer attention(LayerShape shape) throws InvalidModelException {
        var heads = heads(shape.outputWidth());
        int columns = heads.heads() * heads.width();
        var attention = new Attention(
                heads,
                shape.inputWidth(),
                tensors.get(prefix + ".neighbor", shape.inputWidth(), columns),
                tensors.get(prefix + ".attention_source", heads.heads(), heads.width()),
                tensors.get(prefix + ".attention_target", heads.heads(), heads.width()));
        return FrozenLayer.attention(shape, attention, tensors.get(prefix + ".bias", shape.outputWidth()));
    }

    private Attention.HeadShape heads(int outputWidth) throws InvalidModelException {
        int count = layer.getHeads() == 0 ? 1 : layer.getHeads();
        boolean averaged = switch (layer.getHeadCombination()) {
            case HEAD_COMBINATION_UNSPECIFIED, HEAD_COMBINATION_CONCATENATED -> false;
            case HEAD_COMBINATION_AVERAGED -> true;
            case UNRECOGNIZED ->
                throw tensors.unknown("head combination of layer " + index, layer.getHeadCombinationValue());
        };
        if (count < 0 || count > MAX_WIDTH / (averaged ? outputWidth : 1)) {
            throw tensors.invalid("layer %d has %s heads; heads times their width must be in 1..%d"
                    .formatted(index, Integer.toUnsignedString(count), MAX_WIDTH));
        }
        if (!averaged && outputWidth % count != 0) {
            throw tensors.invalid("layer %d concatenates %d heads, which must divide its width (%d)"
                    .formatted(index, count, outputWidth));
        }
        float slope = layer.hasNegativeSlope() ? layer.getNegativeSlope() : DEFAULT_NEGATIVE_SLOPE;
        if (!(slope >= 0 && slope <= 1)) {
            throw tensors.invalid("the negative slope of layer %d (%s) must be in 0..1".formatted(index, slope));
        }
        return new Attention.HeadShape(count, averaged ? outputWidth : outputWidth / count, averaged, slope);
    }

    private void checkNoAttention() throws InvalidModelException {
        if (layer.getHeads() != 0
                || layer.getHeadCombination() != HeadCombination.HEAD_COMBINATION_UNSPECIFIED
                || layer.hasNegativeSlope()) {
            throw tensors.invalid(
                    "layer %d is %s, but has heads, a head combination or a negative slope, which only CONVOLUTION_GAT has"
                            .formatted(index, layer.getConvolution()));
        }
    }

    private void checkRelations(Aggregation aggregation) throws InvalidModelException {
        if (layer.getRelationsCount() == 0) {
            return;
        }
        if (aggregation == Aggregation.GCN || aggregation == Aggregation.ATTENTION) {
            throw tensors.invalid(
                    "layer %d is %s, which has one set of weights for all edge types, but lists relations; CONVOLUTION_SAGE_SUM, _MEAN, _MAX and _MIN may have them"
                            .formatted(index, layer.getConvolution()));
        }
        var seen = new HashSet<String>();
        for (String relation : layer.getRelationsList()) {
            if (!seen.add(relation)) {
                throw tensors.invalid("layer %d lists the relation '%s' twice".formatted(index, relation));
            }
        }
    }
}
