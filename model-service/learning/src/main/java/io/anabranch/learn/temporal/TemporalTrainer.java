package io.anabranch.learn.temporal;

import io.anabranch.graph.Part;
import io.anabranch.learn.autodiff.Losses;
import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.optim.Adam;
import io.anabranch.learn.optim.ParameterGroup;
import io.anabranch.learn.temporal.LinkEvaluation.Setting;
import io.anabranch.learn.tensor.AdamRule;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Learns to tell the training part's events from as many negatives of each kind, window after window in the order of time, every window a step of
 * Adam. Stops when the average precision of the validation part, the mean of random and of historical negatives, has not risen for a while, and
 * returns the best epoch. A function of history, split, features and options; the test part is not looked at.
 */
public final class TemporalTrainer {

    /** Kinds of negatives beside each event. */
    private static final int KINDS = 2;

    private final VertexSequences sequences;
    private final EventHistory history;
    private final ChronologicalSplit split;
    private final TemporalOptions options;

    /**
     * What an epoch was worth.
     *
     * @param number from 1
     * @param loss mean over the epoch's windows, under the weights of each
     * @param validation average precision of the validation part, the mean over both kinds of negatives
     */
    public record Epoch(int number, double loss, double validation) {}

    /** The model of the best epoch, which the caller owns, and all epochs. */
    public record Trained(TemporalLinkModel model, Epoch best, List<Epoch> epochs) {}

    public TemporalTrainer(VertexSequences sequences, ChronologicalSplit split, TemporalOptions options) {
        this.sequences = sequences;
        this.history = sequences.history();
        this.split = split;
        this.options = options;
    }

    /** Trains; tells the listener of every epoch. */
    public Trained train(VertexFeatures features, Consumer<Epoch> listener) {
        TemporalLinkModel model = TemporalLinkModel.create(sequences, split, features, options);
        LinkEvaluation validation = LinkEvaluation.of(
                history,
                split,
                Part.VALIDATION,
                List.of(
                        new RandomNegatives(history, options.seed()),
                        new HistoricalNegatives(sequences, options.seed())),
                0);
        List<EventWindow> windows = EventWindow.cut(sequences, 0, split.end(Part.TRAIN), options.window());
        RandomGenerator random = new SplittableRandom(options.seed());
        List<Epoch> epochs = new ArrayList<>();
        Epoch best = new Epoch(0, Double.NaN, Double.NEGATIVE_INFINITY);
        List<float[]> bestWeights = weights(model);
        AdamRule rule = AdamRule.of(options.learningRate()).withDecoupledDecay();
        try (TensorScope memory = TensorScope.open();
                Adam adam = new Adam(rule, List.of(new ParameterGroup(model.parameters(), options.weightDecay())))) {
            for (int number = 1;
                    number <= options.maxEpochs() && number - best.number() <= options.patience();
                    number++) {
                double loss = epoch(model, windows, adam, random, memory);
                Epoch epoch = new Epoch(number, loss, averagePrecision(model, validation));
                epochs.add(epoch);
                listener.accept(epoch);
                if (epoch.validation() > best.validation()) {
                    best = epoch;
                    bestWeights = weights(model);
                }
            }
        }
        load(model, bestWeights);
        return new Trained(model, best, epochs);
    }

    private double epoch(
            TemporalLinkModel model, List<EventWindow> windows, Adam adam, RandomGenerator random, TensorScope memory) {
        NegativeSampler randomNegatives = new RandomNegatives(history, random.nextLong());
        NegativeSampler historicalNegatives = new HistoricalNegatives(sequences, random.nextLong());
        Pass pass = Pass.training(random);
        TemporalLinkModel reader = model;
        List<EventWindow> read = windows;
        int events = split.end(Part.TRAIN);
        if (!options.disturbance().isNone()) {
            reader = model.reader(options.disturbance().withSeed(random.nextLong()));
            read = reader.windows(events - 1, options.window());
        }
        int end = read.getLast().to();
        VertexStates states = reader.freshStates();
        double sum = 0;
        int steps = 0;
        int next = 0;
        for (EventWindow window : read) {
            LinkQueries queries = new LinkQueries();
            for (; next < events && history.time(next) <= window.reach(end); next++) {
                queries.add(next, history.source(next), history.target(next));
                randomNegatives.addPair(next, 0, queries);
                historicalNegatives.addPair(next, 0, queries);
            }
            try (TensorScope step = memory.openChild()) {
                Tape tape = new Tape(step);
                if (queries.size() == 0) {
                    reader.pass(tape, window, states, pass);
                    continue;
                }
                Variable loss = loss(reader.logits(tape, window, states, queries, pass));
                adam.minimise(loss);
                sum += loss.scalar();
                steps++;
            }
        }
        return sum / steps;
    }

    /** Events weigh as much as all their negatives together. */
    private Variable loss(Variable logits) {
        int each = 1 + KINDS;
        float[] targets = new float[logits.rows()];
        float[] weights = new float[logits.rows()];
        for (int i = 0; i < targets.length; i += each) {
            targets[i] = 1;
            weights[i] = 1;
            weights[i + 1] = (float) (1 - options.historicalShare());
            weights[i + 2] = (float) options.historicalShare();
        }
        TensorScope scope = logits.tape().scope();
        return Losses.binaryCrossEntropy(
                logits, Tensor.of(scope, targets.length, 1, targets), Tensor.of(scope, weights.length, 1, weights));
    }

    private static double averagePrecision(TemporalLinkModel model, LinkEvaluation evaluation) {
        float[] scores = model.scores(evaluation.queries());
        double sum = 0;
        for (int kind = 0; kind < KINDS; kind++) {
            sum += evaluation.figures(scores, kind, Setting.ALL).averagePrecision();
        }
        return sum / KINDS;
    }

    private static List<float[]> weights(TemporalLinkModel model) {
        return model.parameters().stream().map(Parameter::values).toList();
    }

    private static void load(TemporalLinkModel model, List<float[]> weights) {
        List<Parameter> parameters = model.parameters();
        for (int i = 0; i < parameters.size(); i++) {
            parameters.get(i).load(weights.get(i));
        }
    }
}
