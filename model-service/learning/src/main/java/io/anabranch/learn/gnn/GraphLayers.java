package io.anabranch.learn.gnn;

import io.anabranch.learn.model.AttentionHeads;
import io.anabranch.learn.model.TensorNames;
import io.anabranch.learn.nn.ParameterSource;
import io.anabranch.model.v1.Layer;

/** The convolution of each kind of layer, with its parameters under the names of the model format. */
final class GraphLayers {

    private static final double DEFAULT_NEGATIVE_SLOPE = 0.2;

    private GraphLayers() {}

    /** @param number from 1 */
    static GraphLayer of(int number, Layer layer, ParameterSource source) {
        int in = layer.getInputWidth();
        int out = layer.getOutputWidth();
        int inner = layer.getInnerWidth();
        return switch (layer.getConvolution()) {
            case CONVOLUTION_GCN ->
                new GcnLayer(
                        source.parameter(TensorNames.neighbor(number), in, out),
                        source.parameter(TensorNames.bias(number), 1, out));
            case CONVOLUTION_SAGE_MEAN, CONVOLUTION_SAGE_SUM ->
                new SageLayer(
                        layer.getConvolution(),
                        source.parameter(TensorNames.self(number), in, out),
                        source.parameter(TensorNames.neighbor(number), in, out),
                        source.parameter(TensorNames.bias(number), 1, out));
            case CONVOLUTION_SAGE_MAX, CONVOLUTION_SAGE_MIN ->
                new SageExtremumLayer(
                        layer.getConvolution(),
                        source.parameter(TensorNames.self(number), in, out),
                        source.parameter(TensorNames.neighbor(number), in, out),
                        source.parameter(TensorNames.bias(number), 1, out));
            case CONVOLUTION_GAT -> attention(number, layer, source);
            case CONVOLUTION_GIN ->
                new GinLayer(
                        source.parameter(TensorNames.neighbor(number), in, inner),
                        source.parameter(TensorNames.bias(number), 1, inner),
                        source.parameter(TensorNames.epsilon(number), 1, 1),
                        source.parameter(TensorNames.outer(number), inner, out),
                        source.parameter(TensorNames.outerBias(number), 1, out));
            case CONVOLUTION_SAGE_POOL ->
                new SagePoolLayer(
                        source.parameter(TensorNames.self(number), in, out),
                        source.parameter(TensorNames.pool(number), in, inner),
                        source.parameter(TensorNames.poolBias(number), 1, inner),
                        source.parameter(TensorNames.neighbor(number), inner, out),
                        source.parameter(TensorNames.bias(number), 1, out));
            case CONVOLUTION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException(
                        "The convolution (%s) of layer (%d) is unknown.".formatted(layer.getConvolution(), number));
        };
    }

    private static GatLayer attention(int number, Layer layer, ParameterSource source) {
        int count = AttentionHeads.count(layer);
        int width = AttentionHeads.width(layer);
        double slope = layer.hasNegativeSlope() ? layer.getNegativeSlope() : DEFAULT_NEGATIVE_SLOPE;
        return new GatLayer(
                new GatLayer.Heads(count, width, AttentionHeads.averaged(layer), slope),
                source.parameter(TensorNames.neighbor(number), layer.getInputWidth(), count * width),
                source.parameter(TensorNames.attentionSource(number), count, width),
                source.parameter(TensorNames.attentionTarget(number), count, width),
                source.parameter(TensorNames.bias(number), 1, layer.getOutputWidth()));
    }
}
