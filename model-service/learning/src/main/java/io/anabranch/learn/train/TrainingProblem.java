package io.anabranch.learn.train;

import io.anabranch.learn.gnn.FeatureEncoder;
import io.anabranch.learn.gnn.FeatureRows;
import io.anabranch.learn.gnn.MessageGraph;
import io.anabranch.learn.history.GraphHistories;
import io.anabranch.learn.history.HistoryFit;
import io.anabranch.learn.history.HistoryRows;
import io.anabranch.learn.model.Levels;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.TensorNames;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.HistoryEncoder;
import io.anabranch.model.v1.ModelSpec;
import org.jspecify.annotations.Nullable;

/**
 * All that a run needs: who sends messages to whom while training, the encoded features, the objective.
 *
 * @param features as the model will see them
 * @param featureScale by which the run multiplies them; the weights of the first layer absorb it, so the model knows
 *     nothing of it
 * @param histories what the vertices did; null where the model does not read it
 * @param encoder by which {@code features} were encoded
 * @param linearHead whether a linear map lies between embedding and logits
 */
record TrainingProblem(
        MessageGraph messages,
        FeatureRows features,
        float featureScale,
        @Nullable HistoryRows histories,
        FeatureEncoder encoder,
        Objective objective,
        ModelSpec spec,
        boolean linearHead) {

    /** What standardising makes dense must not be larger than this: 2 GiB. */
    private static final long MOST_DENSE_VALUES = 1L << 29;

    /** @param histories null where the options do not read them */
    static TrainingProblem of(
            MessageGraph messages,
            FeatureRows raw,
            @Nullable GraphHistories histories,
            Objective objective,
            TrainingOptions options) {
        HistoryEncoder history =
                histories == null ? null : HistoryFit.fitted(options.history().encoder(), histories);
        FeatureEncoding encoding = encoding(raw, options);
        FeatureEncoder encoder = FeatureEncoder.fitted(encoding, raw);
        boolean linearHead = TrainedSpec.linearHead(objective, options);
        FeatureRows features = encoder.encode(raw);
        return new TrainingProblem(
                messages.planned(options.planSettings()),
                features,
                featureScale(encoding, features),
                histories == null || history == null ? null : HistoryRows.of(histories, history),
                encoder,
                objective,
                TrainedSpec.of(raw.dimension(), encoding, history, objective, linearHead, options),
                linearHead);
    }

    /** The same for a model that was made of the one that it was made for. */
    TrainingProblem with(ModelSpec other) {
        return new TrainingProblem(messages, features, featureScale, histories, encoder, objective, other, linearHead);
    }

    /** The same task for a model that there is already: its structure, and features as it encodes them. */
    TrainingProblem continuing(ModelSpec model, ModelTensors tensors, FeatureRows raw) {
        Head head = objective.head();
        if (model.hasHistory() || histories != null) {
            throw new TrainingException(
                    "The model (%s) or the training of it reads histories; a training goes on with models and options that do not."
                            .formatted(model.getName()));
        }
        if (model.getHeadsCount() != 1 || !model.getHeads(0).equals(head)) {
            throw new TrainingException("The model (%s) has the heads %s; a training goes on with the one of task (%s)."
                    .formatted(
                            model.getName(),
                            model.getHeadsList().stream().map(Head::getTask).toList(),
                            head.getTask()));
        }
        FeatureEncoder known = FeatureEncoder.of(model, tensors);
        FeatureRows encoded = known.encode(raw);
        return new TrainingProblem(
                messages,
                encoded,
                featureScale(model.getFeatureEncoding(), encoded),
                null,
                known,
                objective,
                model,
                tensors.find(TensorNames.headWeight(head.getTask())) != null);
    }

    /** The same task from features alone: a GCN in which nobody sends is a multi-layer perceptron. */
    TrainingProblem withoutGraph() {
        ModelSpec.Builder perceptron = spec.toBuilder().clearHistory();
        perceptron
                .getLayersBuilderList()
                .forEach(layer -> layer.setConvolution(Convolution.CONVOLUTION_GCN)
                        .setInnerWidth(0)
                        .clearHeads()
                        .clearHeadCombination());
        if (Levels.plain(spec)) {
            perceptron.getLayersBuilder(0).setInputWidth(features.dimension());
        }
        return new TrainingProblem(
                messages.withoutEdges(),
                features,
                featureScale,
                null,
                encoder,
                objective,
                perceptron.build(),
                linearHead);
    }

    int embeddingWidth() {
        return Levels.of(spec).embeddingWidth();
    }

    private static FeatureEncoding encoding(FeatureRows raw, TrainingOptions options) {
        if (options.featureEncoding() != FeatureEncoding.FEATURE_ENCODING_UNSPECIFIED) {
            return options.featureEncoding();
        }
        boolean counts = raw instanceof FeatureRows.Sparse sparse
                && (sparse.nonNegative() || (long) raw.rows() * raw.dimension() > MOST_DENSE_VALUES);
        return counts ? FeatureEncoding.FEATURE_ENCODING_ROW_NORMALIZED : FeatureEncoding.FEATURE_ENCODING_STANDARDIZED;
    }

    /**
     * Brings normalised rows to Euclidean norm 1 in the quadratic mean. Their sum is 1, so a row of k words has norm
     * 1/√k: the more words, the weaker the signal of the first layer beside its weight decay, until nothing is learnt.
     */
    private static float featureScale(FeatureEncoding encoding, FeatureRows features) {
        double square = features.meanSquareNorm();
        boolean shrunk = encoding == FeatureEncoding.FEATURE_ENCODING_ROW_NORMALIZED && square > 0;
        return shrunk ? (float) (1 / Math.sqrt(square)) : 1;
    }
}
