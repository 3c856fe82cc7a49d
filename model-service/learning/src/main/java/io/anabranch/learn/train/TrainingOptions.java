package io.anabranch.learn.train;

import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.choice.PlanPolicy;
import io.anabranch.graph.hag.choice.PlanSettings;
import io.anabranch.learn.gnn.TrainableLayers;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How to train. The defaults are the recipe of the two-layer GCN (Kipf and Welling, ICLR 2017: dropout 0.5 on features and
 * hidden layer, Adam with rate 0.01, weight decay 5e-4 on the first layer, row-normalised sparse features, 200 epochs) with
 * two differences that graphs other than citations of papers need: hidden width 32 in place of 16, and row-normalised
 * features are brought to norm 1 while training, so that rows of many words are not fainter than rows of few.
 *
 * @param modelName the model of which this becomes a version
 * @param convolution one of {@link TrainableLayers#CONVOLUTIONS}
 * @param layers 1 to 64 convolutions; {@link #AUTO}: as many as a probe of the graph says, of which the report has the figures
 * @param hiddenWidth of all layers but the last; of a stage, of all its rows, and of what GIN and SAGE-pool have inside
 * @param embeddingWidth of the last layer or of the readout of all hops, then followed by a linear head; 0: the last layer gives the logits (where the
 *     task has classes), or is as wide as the hidden layers (links, regression). Where the last rows are a stage's, these are the embedding
 * @param weightDecay L2 penalty on the weights, not on biases. A plain GCN: the first layer's alone, as published. All others: all
 *     layers' and the head's
 * @param dropout of each layer's input while training
 * @param patience epochs without a better validation part after which training stops; at least {@code maxEpochs}: never
 * @param featureEncoding unspecified: row-normalised for sparse features without negative values (words of a text),
 *     standardised for all others
 * @param classWeighting of multi-class tasks
 * @param aggregation how sums over neighbours are computed. It changes their rounding at most, and time: DIRECT repeats to the bit, AUTO
 *     may take another plan from run to run
 * @param depth how the layers are connected
 * @param heads of GAT: 1 to 64
 * @param prune share of parameters and of FLOPs that is removed after the training, whose weights then are trained on; 0: none, less than 1
 * @param history whether what vertices did is read; then layers must be given and prune is 0
 */
public record TrainingOptions(
        String modelName,
        Convolution convolution,
        int layers,
        int hiddenWidth,
        int embeddingWidth,
        double learningRate,
        double weightDecay,
        double dropout,
        int maxEpochs,
        int patience,
        long seed,
        FeatureEncoding featureEncoding,
        ClassWeighting classWeighting,
        PlanPolicy aggregation,
        DepthOptions depth,
        int heads,
        double prune,
        HistoryOptions history) {

    /** As number of layers: a probe of the graph chooses it. */
    public static final int AUTO = 0;

    static final int MAX_LAYERS = 64;
    static final int MAX_WIDTH = 4096;
    private static final List<FeatureEncoding> ENCODINGS = List.of(
            FeatureEncoding.FEATURE_ENCODING_UNSPECIFIED,
            FeatureEncoding.FEATURE_ENCODING_IDENTITY,
            FeatureEncoding.FEATURE_ENCODING_ROW_NORMALIZED,
            FeatureEncoding.FEATURE_ENCODING_STANDARDIZED);

    public TrainingOptions {
        if (modelName.isBlank()) {
            throw new TrainingException("The option (model name) must not be empty.");
        }
        requireOneOf("convolution", convolution, TrainableLayers.CONVOLUTIONS);
        requireOneOf("feature encoding", featureEncoding, ENCODINGS);
        requireBetween("layers", layers, AUTO, MAX_LAYERS);
        if (layers != AUTO && depth.stageWidths().size() > layers) {
            throw wrong("stage widths", depth.stageWidths(), "one for each layer (%d) at most".formatted(layers));
        }
        requireBetween("hidden width", hiddenWidth, 1, MAX_WIDTH);
        requireBetween("embedding width", embeddingWidth, 0, MAX_WIDTH);
        requireBetween("heads", heads, 1, 64);
        requireBetween("max epochs", maxEpochs, 1, 100_000);
        requireBetween("patience", patience, 1, 100_000);
        if (!(learningRate > 0 && learningRate <= 10)) {
            throw wrong("learning rate", learningRate, "more than 0, at most 10");
        }
        if (!(weightDecay >= 0 && weightDecay <= 10)) {
            throw wrong("weight decay", weightDecay, "0 to 10");
        }
        if (!(prune >= 0 && prune < 1)) {
            throw wrong("prune", prune, "0 or more, less than 1");
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw wrong("dropout", dropout, "0 or more, less than 1");
        }
        if (!history.none() && layers == AUTO) {
            // The probe looks at features alone.
            throw wrong("layers", "auto", "a number, where histories are read");
        }
        if (!history.none() && prune > 0) {
            throw wrong("prune", prune, "0, where histories are read");
        }
    }

    public static TrainingOptions defaults() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these values. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.modelName = modelName;
        builder.convolution = convolution;
        builder.layers = layers;
        builder.hiddenWidth = hiddenWidth;
        builder.embeddingWidth = embeddingWidth;
        builder.learningRate = learningRate;
        builder.weightDecay = weightDecay;
        builder.dropout = dropout;
        builder.maxEpochs = maxEpochs;
        builder.patience = patience;
        builder.seed = seed;
        builder.featureEncoding = featureEncoding;
        builder.classWeighting = classWeighting;
        builder.aggregation = aggregation;
        builder.depth = depth;
        builder.heads = heads;
        builder.prune = prune;
        builder.history = history;
        return builder;
    }

    /** How the sums of a training are planned: every epoch passes each layer forward, backward, and once more to validate. */
    public PlanSettings planSettings() {
        return PlanSettings.of(aggregation, 3L * Math.max(1, layers) * maxEpochs);
    }

    /** Which rows a training sums over: GCN adds each vertex to its own. */
    public HagOptions.Mode summedRows() {
        return convolution == Convolution.CONVOLUTION_GCN ? HagOptions.Mode.CLOSED : HagOptions.Mode.OPEN;
    }

    /** As the provenance of a model names them. */
    public Map<String, String> hyperParameters() {
        Map<String, String> named = new TreeMap<>();
        named.put("convolution", convolution.name());
        named.put("layers", Integer.toString(layers));
        named.put("hidden_width", Integer.toString(hiddenWidth));
        named.put("embedding_width", Integer.toString(embeddingWidth));
        named.put("learning_rate", Double.toString(learningRate));
        named.put("weight_decay", Double.toString(weightDecay));
        named.put("dropout", Double.toString(dropout));
        named.put("max_epochs", Integer.toString(maxEpochs));
        named.put("patience", Integer.toString(patience));
        named.put("feature_encoding", featureEncoding.name());
        named.put("class_weighting", classWeighting.name());
        if (prune > 0) {
            named.put("prune", Double.toString(prune));
        }
        named.put("aggregation", aggregation.name());
        depth.name(named, layers);
        if (convolution == Convolution.CONVOLUTION_GAT) {
            named.put("heads", Integer.toString(heads));
        }
        history.name(named);
        return named;
    }

    static void requireBetween(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw wrong(option, value, "%d to %d".formatted(least, most));
        }
    }

    static <T> void requireOneOf(String option, T value, Collection<T> allowed) {
        if (!allowed.contains(value)) {
            throw wrong(option, value, "one of " + Arrays.toString(allowed.toArray()));
        }
    }

    static TrainingException wrong(String option, Object value, String allowed) {
        return new TrainingException("The option (%s) cannot be (%s); allowed: %s.".formatted(option, value, allowed));
    }

    /** Holds the defaults until they are replaced. Values are checked by {@link #build()}. */
    public static final class Builder {
        private String modelName = "default";
        private Convolution convolution = Convolution.CONVOLUTION_GCN;
        private int layers = 2;
        private int hiddenWidth = 32;
        private int embeddingWidth = 0;
        private double learningRate = 0.01;
        private double weightDecay = 5e-4;
        private double dropout = 0.5;
        private int maxEpochs = 200;
        private int patience = 100;
        private long seed = 1;
        private FeatureEncoding featureEncoding = FeatureEncoding.FEATURE_ENCODING_UNSPECIFIED;
        private ClassWeighting classWeighting = ClassWeighting.AUTOMATIC;
        private PlanPolicy aggregation = PlanPolicy.AUTO;
        private DepthOptions depth = DepthOptions.PLAIN;
        private int heads = 4;
        private double prune = 0;
        private HistoryOptions history = HistoryOptions.NONE;

        private Builder() {}

        public Builder modelName(String value) {
            modelName = value;
            return this;
        }

        public Builder convolution(Convolution value) {
            convolution = value;
            return this;
        }

        public Builder layers(int value) {
            layers = value;
            return this;
        }

        public Builder hiddenWidth(int value) {
            hiddenWidth = value;
            return this;
        }

        public Builder embeddingWidth(int value) {
            embeddingWidth = value;
            return this;
        }

        public Builder learningRate(double value) {
            learningRate = value;
            return this;
        }

        public Builder weightDecay(double value) {
            weightDecay = value;
            return this;
        }

        public Builder dropout(double value) {
            dropout = value;
            return this;
        }

        public Builder maxEpochs(int value) {
            maxEpochs = value;
            return this;
        }

        public Builder patience(int value) {
            patience = value;
            return this;
        }

        public Builder seed(long value) {
            seed = value;
            return this;
        }

        public Builder featureEncoding(FeatureEncoding value) {
            featureEncoding = value;
            return this;
        }

        public Builder classWeighting(ClassWeighting value) {
            classWeighting = value;
            return this;
        }

        public Builder aggregation(PlanPolicy value) {
            aggregation = value;
            return this;
        }

        public Builder depth(DepthOptions value) {
            depth = value;
            return this;
        }

        public Builder prune(double value) {
            prune = value;
            return this;
        }

        public Builder history(HistoryOptions value) {
            history = value;
            return this;
        }

        public Builder heads(int value) {
            heads = value;
            return this;
        }

        /** Throws {@link TrainingException} naming the option, its value and what is allowed. */
        public TrainingOptions build() {
            return new TrainingOptions(
                    modelName,
                    convolution,
                    layers,
                    hiddenWidth,
                    embeddingWidth,
                    learningRate,
                    weightDecay,
                    dropout,
                    maxEpochs,
                    patience,
                    seed,
                    featureEncoding,
                    classWeighting,
                    aggregation,
                    depth,
                    heads,
                    prune,
                    history);
        }
    }
}
