package io.anabranch.serve.wire;

import io.anabranch.graph.hag.choice.PlanPolicy;
import io.anabranch.learn.train.HistoryOptions;
import io.anabranch.learn.train.TrainingException;
import io.anabranch.learn.train.TrainingOptions;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.HistoryCell;
import io.anabranch.serve.Problem;
import io.anabranch.serve.train.TrainingOrder;
import io.anabranch.v1.StartTrainingRequest;

/** A training order from its message: zero and absent mean the defaults, of the trainer and of the service. */
final class OrderReader {

    private static final String DEFAULT_MODEL = "default";

    private OrderReader() {}

    /** @param aggregation where the message says nothing */
    static TrainingOrder read(StartTrainingRequest request, PlanPolicy aggregation) {
        String name = request.getModelName().isEmpty() ? DEFAULT_MODEL : request.getModelName();
        try {
            return new TrainingOrder(name, request.getTask(), options(name, request.getOptions(), aggregation));
        } catch (TrainingException e) {
            throw Problem.invalid("options", String.valueOf(e.getMessage()));
        }
    }

    private static TrainingOptions options(String name, io.anabranch.v1.TrainingOptions given, PlanPolicy aggregation) {
        TrainingOptions.Builder options = TrainingOptions.builder()
                .modelName(name)
                .aggregation(
                        switch (given.getAggregation()) {
                            case AGGREGATION_AUTO -> PlanPolicy.AUTO;
                            case AGGREGATION_DIRECT -> PlanPolicy.DIRECT;
                            case AGGREGATION_SHARED -> PlanPolicy.SHARED;
                            case AGGREGATION_UNSPECIFIED -> aggregation;
                            case UNRECOGNIZED ->
                                throw Problem.invalid(
                                        "options.aggregation",
                                        "Is %d, which is no aggregation.".formatted(given.getAggregationValue()));
                        });
        if (given.getConvolution() != Convolution.CONVOLUTION_UNSPECIFIED) {
            options.convolution(given.getConvolution());
        }
        if (given.getFeatureEncoding() != FeatureEncoding.FEATURE_ENCODING_UNSPECIFIED) {
            options.featureEncoding(given.getFeatureEncoding());
        }
        if (given.getLayers() != 0) {
            options.layers(given.getLayers());
        }
        if (given.getHeads() != 0) {
            options.heads(given.getHeads());
        }
        options.depth(DepthReader.read(given.getDepth()));
        options.history(history(given.getHistory()));
        if (given.getAutoLayers()) {
            if (given.getLayers() != 0) {
                throw Problem.invalid(
                        "options.layers", "Is %d, but auto_layers leaves it to a probe.".formatted(given.getLayers()));
            }
            options.layers(TrainingOptions.AUTO);
        }
        if (given.getHiddenWidth() != 0) {
            options.hiddenWidth(given.getHiddenWidth());
        }
        if (given.getEmbeddingWidth() != 0) {
            options.embeddingWidth(given.getEmbeddingWidth());
        }
        if (given.getLearningRate() != 0) {
            options.learningRate(DepthReader.shortest(given.getLearningRate()));
        }
        if (given.hasWeightDecay()) {
            options.weightDecay(DepthReader.shortest(given.getWeightDecay()));
        }
        if (given.hasDropout()) {
            options.dropout(DepthReader.shortest(given.getDropout()));
        }
        if (given.getMaxEpochs() != 0) {
            options.maxEpochs(given.getMaxEpochs());
        }
        if (given.getPatience() != 0) {
            options.patience(given.getPatience());
        }
        if (given.getPrune() != 0) {
            options.prune(DepthReader.shortest(given.getPrune()));
        }
        if (given.hasSeed()) {
            options.seed(given.getSeed());
        }
        return options.build();
    }

    private static HistoryOptions history(io.anabranch.v1.HistoryOptions given) {
        if (given.getCell() == HistoryCell.UNRECOGNIZED) {
            throw Problem.invalid(
                    "options.history.cell", "Is %d, which is no history cell.".formatted(given.getCellValue()));
        }
        if (given.getCell() == HistoryCell.HISTORY_CELL_UNSPECIFIED) {
            if (!given.equals(io.anabranch.v1.HistoryOptions.getDefaultInstance())) {
                throw Problem.invalid("options.history.cell", "Is missing, but other fields say how it is to be.");
            }
            return HistoryOptions.NONE;
        }
        HistoryOptions otherwise = HistoryOptions.of(given.getCell());
        return new HistoryOptions(
                given.getCell(),
                given.getWidth() == 0 ? otherwise.width() : given.getWidth(),
                given.hasForgetBits() ? given.getForgetBits() : otherwise.forgetBits(),
                given.hasIdentityWidth() ? given.getIdentityWidth() : otherwise.identityWidth(),
                DepthReader.shortest(given.getNoise()),
                given.getKeep());
    }
}
