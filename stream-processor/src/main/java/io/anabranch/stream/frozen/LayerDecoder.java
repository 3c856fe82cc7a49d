package io.anabranch.stream.frozen;

import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.HeadCombination;
import io.anabranch.model.v1.Layer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One layer of a snapshot to its frozen form, checking what its kind allows. An isomorphism layer has its {@link #outer} map beside. */
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

    /**
     * The layer that aggregates; see {@link #outer} too.
     *
     * @param width what it reads: the output of the layer before, or the rows of its stage
     */
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
            case CONVOLUTION_GIN -> Aggregation.SUM;
            case CONVOLUTION_SAGE_POOL -> Aggregation.MAX;
            case CONVOLUTION_UNSPECIFIED, UNRECOGNIZED ->
                throw tensors.unknown("convolution of layer " + index, layer.getConvolutionValue());
        };
        checkRelations();
        checkInnerWidth();
        var activation = tensors.activation("layer " + index, layer.getActivation(), layer.getActivationValue());
        var shape = new LayerShape(aggregation, activation, layer.getInputWidth(), layer.getOutputWidth());
        if (aggregation == Aggregation.ATTENTION) {
            return attention(shape);
        }
        checkNoAttention();
        return switch (layer.getConvolution()) {
            case CONVOLUTION_GIN -> isomorphism();
            case CONVOLUTION_SAGE_POOL -> pooling(shape);
            default -> layer.getRelationsCount() == 0 ? plain(shape) : relational(shape);
        };
    }

    /** What a vertex makes of the output of the frozen layer; null: nothing else. */
    @Nullable
    RowMap outer() throws InvalidModelException {
        if (layer.getConvolution() != Convolution.CONVOLUTION_GIN) {
            return null;
        }
        int inner = layer.getInnerWidth();
        int out = layer.getOutputWidth();
        return new RowMap(
                inner,
                out,
                tensors.get(prefix + ".outer", inner, out),
                tensors.get(prefix + ".outer_bias", out),
                tensors.activation("layer " + index, layer.getActivation(), layer.getActivationValue()));
    }

    /** {@code relu(((1 + epsilon) h[v] + sum w h[u]) W + b)}: a sum whose own part has the same weights. */
    private FrozenLayer isomorphism() throws InvalidModelException {
        int in = layer.getInputWidth();
        int inner = layer.getInnerWidth();
        float[] neighbor = tensors.get(prefix + ".neighbor", in, inner);
        double own = 1.0 + tensors.get(prefix + ".epsilon", 1)[0];
        float[] self = new float[neighbor.length];
        for (int i = 0; i < self.length; i++) {
            self[i] = (float) (own * neighbor[i]);
        }
        return new FrozenLayer(
                Aggregation.SUM, Activation.RELU, in, inner, self, neighbor, tensors.get(prefix + ".bias", inner));
    }

    private FrozenLayer pooling(LayerShape shape) throws InvalidModelException {
        int in = shape.inputWidth();
        int inner = layer.getInnerWidth();
        int out = shape.outputWidth();
        var pool = new RowMap(
                in,
                inner,
                tensors.get(prefix + ".pool", in, inner),
                tensors.get(prefix + ".pool_bias", inner),
                Activation.RELU);
        return FrozenLayer.pooling(
                shape,
                pool,
                tensors.get(prefix + ".self", in, out),
                tensors.get(prefix + ".neighbor", inner, out),
                tensors.get(prefix + ".bias", out));
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

    private void checkInnerWidth() throws InvalidModelException {
        boolean has = layer.getConvolution() == Convolution.CONVOLUTION_GIN
                || layer.getConvolution() == Convolution.CONVOLUTION_SAGE_POOL;
        int width = layer.getInnerWidth();
        if (has && (width <= 0 || width > MAX_WIDTH)) {
            throw tensors.invalid("the inner width of layer %d (%s) must be in 1..%d"
                    .formatted(index, Integer.toUnsignedString(width), MAX_WIDTH));
        }
        if (!has && width != 0) {
            throw tensors.invalid(
                    "layer %d is %s, but has an inner width, which only CONVOLUTION_GIN and CONVOLUTION_SAGE_POOL have"
                            .formatted(index, layer.getConvolution()));
        }
    }

    private void checkRelations() throws InvalidModelException {
        if (layer.getRelationsCount() == 0) {
            return;
        }
        switch (layer.getConvolution()) {
            case CONVOLUTION_SAGE_SUM, CONVOLUTION_SAGE_MEAN, CONVOLUTION_SAGE_MAX, CONVOLUTION_SAGE_MIN -> {}
            default ->
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
