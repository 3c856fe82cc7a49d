package io.anabranch.learn.temporal;

import io.anabranch.learn.recurrent.Activations;
import io.anabranch.learn.recurrent.HiddenNoise;
import org.jspecify.annotations.Nullable;

/**
 * How future links are learnt.
 *
 * @param cell what reads each vertex's events; null leaves the encoder out, and the model knows features and the times since last events alone
 * @param noise on the cell's state in training
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
                null, HiddenNoise.none(), Activations.STORED, null, 64, 64, 32, 2_000, 0.5, 0.1, 2e-3, 0, 30, 5, 1);
    }

    public TemporalOptions withCell(@Nullable CellSource value) {
        return new TemporalOptions(
                value,
                noise,
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

    public TemporalOptions withNoise(HiddenNoise value) {
        return new TemporalOptions(
                cell,
                value,
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

    public TemporalOptions withActivations(Activations value) {
        return new TemporalOptions(
                cell,
                noise,
                value,
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

    public TemporalOptions withGraph(@Nullable GraphOptions value) {
        return new TemporalOptions(
                cell,
                noise,
                activations,
                value,
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

    public TemporalOptions withWidths(int cellWidth, int hiddenWidth, int productRank) {
        return new TemporalOptions(
                cell,
                noise,
                activations,
                graph,
                cellWidth,
                hiddenWidth,
                productRank,
                window,
                historicalShare,
                dropout,
                learningRate,
                weightDecay,
                maxEpochs,
                patience,
                seed);
    }

    public TemporalOptions withWindow(int events) {
        return new TemporalOptions(
                cell,
                noise,
                activations,
                graph,
                width,
                hidden,
                rank,
                events,
                historicalShare,
                dropout,
                learningRate,
                weightDecay,
                maxEpochs,
                patience,
                seed);
    }

    public TemporalOptions withHistoricalShare(double share) {
        return new TemporalOptions(
                cell,
                noise,
                activations,
                graph,
                width,
                hidden,
                rank,
                window,
                share,
                dropout,
                learningRate,
                weightDecay,
                maxEpochs,
                patience,
                seed);
    }

    public TemporalOptions withRegularisation(double dropoutRate, double decay) {
        return new TemporalOptions(
                cell,
                noise,
                activations,
                graph,
                width,
                hidden,
                rank,
                window,
                historicalShare,
                dropoutRate,
                learningRate,
                decay,
                maxEpochs,
                patience,
                seed);
    }

    public TemporalOptions withEpochs(int most, int patient, double rate) {
        return new TemporalOptions(
                cell,
                noise,
                activations,
                graph,
                width,
                hidden,
                rank,
                window,
                historicalShare,
                dropout,
                rate,
                weightDecay,
                most,
                patient,
                seed);
    }

    public TemporalOptions withSeed(long value) {
        return new TemporalOptions(
                cell,
                noise,
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
                value);
    }

    private static void require(String name, double value, boolean holds, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException("The %s (%s) must be %s.".formatted(name, value, allowed));
        }
    }
}
