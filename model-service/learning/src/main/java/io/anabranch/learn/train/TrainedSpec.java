package io.anabranch.learn.train;

import io.anabranch.learn.model.Levels;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.HeadCombination;
import io.anabranch.model.v1.HiddenStart;
import io.anabranch.model.v1.HistoryEncoder;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Readout;
import io.anabranch.model.v1.Stage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The structure that a training's options ask for. */
final class TrainedSpec {

    private final int inputWidth;
    private final Objective objective;
    private final boolean linearHead;
    private final TrainingOptions options;
    private final DepthOptions depth;

    private TrainedSpec(int inputWidth, Objective objective, boolean linearHead, TrainingOptions options) {
        this.inputWidth = inputWidth;
        this.objective = objective;
        this.linearHead = linearHead;
        this.options = options;
        this.depth = options.depth();
    }

    /** @param history how histories are read; null where they are not */
    static ModelSpec of(
            int dimension,
            FeatureEncoding encoding,
            @Nullable HistoryEncoder history,
            Objective objective,
            boolean linearHead,
            TrainingOptions options) {
        ModelSpec.Builder spec = ModelSpec.newBuilder()
                .setName(options.modelName())
                .setFeatureDimension(dimension)
                .setFeatureEncoding(encoding)
                .setDepthConnection(options.depth().connection())
                .setReadout(options.depth().allHops(options.layers()) ? Readout.READOUT_ALL_HOPS : Readout.READOUT_LAST)
                .addHeads(objective.head());
        if (history != null) {
            spec.setHistory(history);
        }
        TrainedSpec trained = new TrainedSpec(Levels.inputWidth(spec.build()), objective, linearHead, options);
        if (options.depth().allHops(options.layers())) {
            spec.setReadoutWidth(trained.lastWidth());
        }
        if (options.depth().plain()) {
            trained.addLayers(spec);
        } else {
            trained.addStages(spec);
        }
        return spec.build();
    }

    /** Whether a linear map lies between embedding and logits: a stage's rows are as wide as the stage, whatever the classes. */
    static boolean linearHead(Objective objective, TrainingOptions options) {
        boolean stageIsLast = !options.depth().plain() && !options.depth().allHops(options.layers());
        return objective.alwaysLinear() || ((options.embeddingWidth() > 0 || stageIsLast) && objective.logits() > 0);
    }

    private void addLayers(ModelSpec.Builder spec) {
        int width = inputWidth;
        for (int i = 1; i <= options.layers(); i++) {
            boolean last = i == options.layers() && !depth.allHops(options.layers());
            int next = last ? lastWidth() : options.hiddenWidth();
            spec.addLayers(layer(width, next)
                    .setActivation(last ? Activation.ACTIVATION_IDENTITY : Activation.ACTIVATION_RELU));
            width = next;
        }
    }

    private void addStages(ModelSpec.Builder spec) {
        List<Integer> widths = depth.stageWidths().isEmpty() ? List.of(options.hiddenWidth()) : depth.stageWidths();
        for (int k = 0; k < widths.size(); k++) {
            int width = widths.get(k);
            int layers = options.layers() / widths.size() + (k < options.layers() % widths.size() ? 1 : 0);
            spec.addStages(stage(layers, width));
            for (int i = 0; i < layers; i++) {
                spec.addLayers(layer(width, width).setActivation(activation()));
            }
        }
    }

    private Stage stage(int layers, int width) {
        Stage.Builder stage = Stage.newBuilder().setLayers(layers).setWidth(width);
        HiddenStart start =
                depth.learnedHiddenStart() ? HiddenStart.HIDDEN_START_LEARNED : HiddenStart.HIDDEN_START_ZERO;
        return switch (depth.connection()) {
            case DEPTH_CONNECTION_RESIDUAL ->
                stage.setEntryActivation(Activation.ACTIVATION_RELU).build();
            case DEPTH_CONNECTION_GRU, DEPTH_CONNECTION_LSTM ->
                stage.setSharedCell(depth.sharedCell()).build();
            case DEPTH_CONNECTION_MOMENTUM ->
                stage.setEntryActivation(Activation.ACTIVATION_RELU)
                        .setMomentum((float) depth.momentum())
                        .setHiddenStart(start)
                        .build();
            case DEPTH_CONNECTION_REVERSIBLE_GATE ->
                stage.setSharedCell(depth.sharedCell())
                        .setMaxForget((float) depth.maxForget())
                        .setHiddenStart(start)
                        .build();
            case DEPTH_CONNECTION_PLAIN, DEPTH_CONNECTION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalStateException("The connection (%s) has no stages.".formatted(depth.connection()));
        };
    }

    /** Gates read rectified rows with a slope below zero, as published; what is added to rows may take from them too. */
    private Activation activation() {
        return depth.connection() == DepthConnection.DEPTH_CONNECTION_RESIDUAL
                        || depth.connection() == DepthConnection.DEPTH_CONNECTION_MOMENTUM
                ? Activation.ACTIVATION_TANH
                : Activation.ACTIVATION_ELU;
    }

    private Layer.Builder layer(int in, int out) {
        Layer.Builder layer = Layer.newBuilder()
                .setConvolution(options.convolution())
                .setInputWidth(in)
                .setOutputWidth(out);
        return switch (options.convolution()) {
            case CONVOLUTION_GIN, CONVOLUTION_SAGE_POOL -> layer.setInnerWidth(options.hiddenWidth());
            case CONVOLUTION_GAT -> attention(layer, out);
            default -> layer;
        };
    }

    /** Heads side by side where they divide the width, else averaged. */
    private Layer.Builder attention(Layer.Builder layer, int out) {
        int heads = options.heads();
        return out % heads == 0
                ? layer.setHeads(heads)
                : layer.setHeads(heads).setHeadCombination(HeadCombination.HEAD_COMBINATION_AVERAGED);
    }

    private int lastWidth() {
        if (options.embeddingWidth() > 0) {
            return options.embeddingWidth();
        }
        return linearHead || objective.logits() == 0 ? options.hiddenWidth() : objective.logits();
    }
}
