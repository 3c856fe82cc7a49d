package io.anabranch.learn.train;

import io.anabranch.learn.gnn.FeatureEncoder;
import io.anabranch.learn.gnn.FeatureRows;
import io.anabranch.learn.gnn.MessageGraph;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSpec;

/**
 * All that a run needs: who sends messages to whom while training, the encoded features, the objective.
 *
 * @param encoder by which {@code features} were encoded
 * @param linearHead whether a linear map lies between embedding and logits
 */
record TrainingProblem(
        MessageGraph messages,
        FeatureRows features,
        FeatureEncoder encoder,
        Objective objective,
        ModelSpec spec,
        boolean linearHead) {

    static TrainingProblem of(MessageGraph messages, FeatureRows raw, Objective objective, TrainingOptions options) {
        FeatureEncoder encoder = FeatureEncoder.fitted(options.featureEncoding(), raw);
        boolean linearHead = objective.alwaysLinear() || (options.embeddingWidth() > 0 && objective.logits() > 0);
        return new TrainingProblem(
                messages,
                encoder.encode(raw),
                encoder,
                objective,
                spec(raw.dimension(), objective, linearHead, options),
                linearHead);
    }

    /** The same task without the graph: a GCN in which nobody sends is a multi-layer perceptron. */
    TrainingProblem withoutGraph() {
        ModelSpec.Builder perceptron = spec.toBuilder();
        perceptron.getLayersBuilderList().forEach(layer -> layer.setConvolution(Convolution.CONVOLUTION_GCN));
        return new TrainingProblem(
                messages.withoutEdges(), features, encoder, objective, perceptron.build(), linearHead);
    }

    int embeddingWidth() {
        return spec.getLayers(spec.getLayersCount() - 1).getOutputWidth();
    }

    private static ModelSpec spec(int dimension, Objective objective, boolean linearHead, TrainingOptions options) {
        ModelSpec.Builder spec = ModelSpec.newBuilder()
                .setName(options.modelName())
                .setFeatureDimension(dimension)
                .setFeatureEncoding(options.featureEncoding())
                .setDepthConnection(DepthConnection.DEPTH_CONNECTION_PLAIN)
                .addHeads(objective.head());
        int width = dimension;
        for (int i = 1; i <= options.layers(); i++) {
            boolean last = i == options.layers();
            int next = last ? lastWidth(objective, linearHead, options) : options.hiddenWidth();
            spec.addLayers(Layer.newBuilder()
                    .setConvolution(options.convolution())
                    .setInputWidth(width)
                    .setOutputWidth(next)
                    .setActivation(last ? Activation.ACTIVATION_IDENTITY : Activation.ACTIVATION_RELU));
            width = next;
        }
        return spec.build();
    }

    private static int lastWidth(Objective objective, boolean linearHead, TrainingOptions options) {
        if (options.embeddingWidth() > 0) {
            return options.embeddingWidth();
        }
        return linearHead || objective.logits() == 0 ? options.hiddenWidth() : objective.logits();
    }
}
