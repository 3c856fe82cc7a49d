package io.anabranch.cli;

import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.v1.Aggregation;
import io.anabranch.v1.StartTrainingRequest;
import io.anabranch.v1.TrainingJob;
import io.anabranch.v1.TrainingOptions;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "train",
        description = "Train a model on the live graph, publish it, and wait until it answers predictions.")
final class TrainCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private Hyperparameters hyperparameters = new Hyperparameters();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (ServiceClient client = connection.connect()) {
            TrainingJob job = TrainingRun.follow(
                    client, hyperparameters.request(), spec.commandLine().getErr(), output.json());
            if (output.json()) {
                OutputOptions.print(out, job);
            } else {
                out.print(TrainingRun.table(job));
            }
        }
        return ExitCode.OK;
    }

    /** What the options say, left to the service's defaults where they say nothing. */
    static final class Hyperparameters {

        enum Layers {
            GCN,
            SAGE_MEAN,
            SAGE_SUM,
            SAGE_MAX,
            SAGE_MIN,
            SAGE_POOL,
            GIN,
            GAT
        }

        enum Encoding {
            IDENTITY,
            ROW_NORMALIZED,
            STANDARDIZED
        }

        enum Sums {
            AUTO,
            DIRECT,
            SHARED
        }

        @Option(names = "--model", paramLabel = "NAME", defaultValue = "", description = "Name of the model.")
        private String model = "";

        @Option(
                names = "--task",
                paramLabel = "TASK",
                defaultValue = "",
                description = "Labelled task, or link (default: the only labelled one).")
        private String task = "";

        @Option(names = "--convolution", description = "One of ${COMPLETION-CANDIDATES}.")
        private @Nullable Layers convolution;

        @Option(names = "--encoding", description = "Feature encoding: one of ${COMPLETION-CANDIDATES}.")
        private @Nullable Encoding encoding;

        @Option(
                names = "--layers",
                paramLabel = "N|auto",
                converter = LayerCount.class,
                description = "Layers; auto: as many as a probe of the graph says.")
        private int layers;

        @Option(names = "--heads", paramLabel = "N", description = "Attention heads of GAT.")
        private int heads;

        @Mixin
        private DepthFlags depth = new DepthFlags();

        @Mixin
        private HistoryFlags history = new HistoryFlags();

        @Option(names = "--hidden-width", paramLabel = "N", description = "Width between layers.")
        private int hiddenWidth;

        @Option(
                names = "--embedding-width",
                paramLabel = "N",
                description = "Width of the embedding, before a linear head (default: the logits are the embedding).")
        private int embeddingWidth;

        @Option(names = "--learning-rate", paramLabel = "X", description = "Step size of Adam.")
        private float learningRate;

        @Option(names = "--weight-decay", paramLabel = "X", description = "Weight decay.")
        private @Nullable Float weightDecay;

        @Option(names = "--dropout", paramLabel = "X", description = "Share of values dropped while training.")
        private @Nullable Float dropout;

        @Option(names = "--epochs", paramLabel = "N", description = "Most epochs.")
        private int epochs;

        @Option(names = "--patience", paramLabel = "N", description = "Epochs without improvement before stopping.")
        private int patience;

        @Option(
                names = "--prune",
                paramLabel = "X",
                description = "Share of parameters and operations to remove after the training.")
        private float prune;

        @Option(names = "--aggregation", description = "Sums over neighbours: one of ${COMPLETION-CANDIDATES}.")
        private @Nullable Sums aggregation;

        @Option(names = "--seed", paramLabel = "N", description = "Seed of everything random.")
        private @Nullable Long seed;

        StartTrainingRequest request() {
            TrainingOptions.Builder options = TrainingOptions.newBuilder()
                    .setLayers(Math.max(0, layers))
                    .setPrune(prune)
                    .setAutoLayers(layers == LayerCount.AUTO)
                    .setHeads(heads)
                    .setDepth(depth.options())
                    .setHistory(history.options())
                    .setHiddenWidth(hiddenWidth)
                    .setEmbeddingWidth(embeddingWidth)
                    .setLearningRate(learningRate)
                    .setMaxEpochs(epochs)
                    .setPatience(patience);
            if (convolution != null) {
                options.setConvolution(Convolution.valueOf("CONVOLUTION_" + convolution));
            }
            if (encoding != null) {
                options.setFeatureEncoding(FeatureEncoding.valueOf("FEATURE_ENCODING_" + encoding));
            }
            if (aggregation != null) {
                options.setAggregation(Aggregation.valueOf("AGGREGATION_" + aggregation));
            }
            if (weightDecay != null) {
                options.setWeightDecay(weightDecay);
            }
            if (dropout != null) {
                options.setDropout(dropout);
            }
            if (seed != null) {
                options.setSeed(seed);
            }
            return StartTrainingRequest.newBuilder()
                    .setModelName(model)
                    .setTask(task)
                    .setOptions(options)
                    .build();
        }
    }
}
