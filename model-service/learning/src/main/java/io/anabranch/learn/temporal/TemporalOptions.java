package io.anabranch.learn.temporal;

import io.anabranch.learn.recurrent.Activations;
import io.anabranch.learn.recurrent.HiddenNoise;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How future links are learnt.
 *
 * @param cell what reads each vertex's events; null leaves the encoder out, and the model knows features and the times since last events alone
 * @param noise on the cell's state in training
 * @param disturbance of the log that is read in training, drawn anew each epoch; its seed does not matter
 * @param activations where the cell's gradients find what a step computed; recomputed ones need a reversible cell
 * @param graph the graph encoder whose layer 0 reads what the cell shows; null for none
 * @param width the cell's output
 * @param hidden units of the head
 * @param rank numbers of each of the head's products
 * @param window events to a step of the optimiser, at least: gradients reach back to the window's first event, states come from all before
 * @param historicalShare of the training's negatives, in [0, 1]; the others are random
 * @param dropout of the head's hidden units
 * @param learningRate of Adam
 * @param weightDecay decoupled
 * @param maxEpochs passes over the training part
 * @param patience epochs without a better average precision of the validation part after which the training ends
 * @param seed of everything random
 */
public record TemporalOptions(
        @Nullable CellSource cell,
        HiddenNoise noise,
        Disturbance disturbance,
        Activations activations,
        @Nullable GraphOptions graph,
        int width,
        int hidden,
        int rank,
        int window,
        double historicalShare,
        double dropout,
        double learningRate,
        double weightDecay,
        int maxEpochs,
        int patience,
        long seed) {

    public TemporalOptions {
        if (graph != null && !disturbance.isNone()) {
            throw new IllegalArgumentException(
                    "A graph encoder cannot read a disturbed log (%s); allowed: Disturbance.none()."
                            .formatted(disturbance));
        }
        require("width", width, width > 0, "positive");
        require("hidden", hidden, hidden > 0, "positive");
        require("rank", rank, rank > 0, "positive");
        require("window", window, window > 0, "positive");
        require("historical share", historicalShare, historicalShare >= 0 && historicalShare <= 1, "in [0, 1]");
        require("dropout", dropout, dropout >= 0 && dropout < 1, "in [0, 1)");
        require("learning rate", learningRate, learningRate > 0 && learningRate < Double.POSITIVE_INFINITY, "positive");
        require("weight decay", weightDecay, weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY, "0 or more");
        require("number of epochs", maxEpochs, maxEpochs > 0, "positive");
        require("patience", patience, patience > 0, "positive");
    }

    /** The defaults, without an encoder. */
    public static TemporalOptions defaults() {
        return new TemporalOptions(
                null,
                HiddenNoise.none(),
                Disturbance.none(),
                Activations.STORED,
                null,
                64,
                64,
                32,
                2_000,
                0.5,
                0.1,
                2e-3,
                0,
                30,
                5,
                1);
    }

    public TemporalOptions withCell(@Nullable CellSource value) {
        return with(changed -> changed.cell = value);
    }

    public TemporalOptions withNoise(HiddenNoise value) {
        return with(changed -> changed.noise = value);
    }

    public TemporalOptions withDisturbance(Disturbance value) {
        return with(changed -> changed.disturbance = value);
    }

    public TemporalOptions withActivations(Activations value) {
        return with(changed -> changed.activations = value);
    }

    public TemporalOptions withGraph(@Nullable GraphOptions value) {
        return with(changed -> changed.graph = value);
    }

    public TemporalOptions withWidths(int cellWidth, int hiddenWidth, int productRank) {
        return with(changed -> {
            changed.width = cellWidth;
            changed.hidden = hiddenWidth;
            changed.rank = productRank;
        });
    }

    public TemporalOptions withWindow(int events) {
        return with(changed -> changed.window = events);
    }

    public TemporalOptions withHistoricalShare(double share) {
        return with(changed -> changed.historicalShare = share);
    }

    public TemporalOptions withRegularisation(double dropoutRate, double decay) {
        return with(changed -> {
            changed.dropout = dropoutRate;
            changed.weightDecay = decay;
        });
    }

    public TemporalOptions withEpochs(int most, int patient, double rate) {
        return with(changed -> {
            changed.maxEpochs = most;
            changed.patience = patient;
            changed.learningRate = rate;
        });
    }

    public TemporalOptions withSeed(long value) {
        return with(changed -> changed.seed = value);
    }

    private TemporalOptions with(Consumer<Fields> change) {
        Fields fields = new Fields(this);
        change.accept(fields);
        return fields.options();
    }

    /** The components, to be changed one by one. */
    private static final class Fields {

        private @Nullable CellSource cell;
        private HiddenNoise noise;
        private Disturbance disturbance;
        private Activations activations;
        private @Nullable GraphOptions graph;
        private int width;
        private int hidden;
        private int rank;
        private int window;
        private double historicalShare;
        private double dropout;
        private double learningRate;
        private double weightDecay;
        private int maxEpochs;
        private int patience;
        private long seed;

        Fields(TemporalOptions options) {
            cell = options.cell;
            noise = options.noise;
            disturbance = options.disturbance;
            activations = options.activations;
            graph = options.graph;
            width = options.width;
            hidden = options.hidden;
            rank = options.rank;
            window = options.window;
            historicalShare = options.historicalShare;
            dropout = options.dropout;
            learningRate = options.learningRate;
            weightDecay = options.weightDecay;
            maxEpochs = options.maxEpochs;
            patience = options.patience;
            seed = options.seed;
        }

        TemporalOptions options() {
            return new TemporalOptions(
                    cell,
                    noise,
                    disturbance,
                    activations,
                    graph,
                    width,
                    hidden,
                    rank,
                    window,
                    historicalShare,
                    dropout,
                    learningRate,
                    weightDecay,
                    maxEpochs,
                    patience,
                    seed);
        }
    }

    private static void require(String name, double value, boolean holds, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException("The %s (%s) must be %s.".formatted(name, value, allowed));
        }
    }
}
