package io.anabranch.learn.temporal;

import io.anabranch.graph.Part;
import io.anabranch.learn.train.Metrics;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import java.util.List;

/**
 * Judges scorers by the same events and the same negatives of one or several samplers: one pair of each beside each event for average precision
 * and AUC, {@code rivals} targets of each for the mean reciprocal rank.
 */
public final class LinkEvaluation {

    /** Which events count. */
    public enum Setting {
        ALL,
        /** Both ends had events in the training part. */
        TRANSDUCTIVE,
        /** At least one end had none. */
        INDUCTIVE
    }

    private final EventHistory history;
    private final ChronologicalSplit split;
    private final int samplers;
    private final int rivals;
    private final LinkQueries queries = new LinkQueries();

    private LinkEvaluation(EventHistory history, ChronologicalSplit split, int samplers, int rivals) {
        this.history = history;
        this.split = split;
        this.samplers = samplers;
        this.rivals = rivals;
    }

    /** The events of a part with the samplers' negatives; no rivals (0) leave the rank out. */
    public static LinkEvaluation of(
            EventHistory history, ChronologicalSplit split, Part part, List<NegativeSampler> negatives, int rivals) {
        LinkEvaluation evaluation = new LinkEvaluation(history, split, negatives.size(), rivals);
        for (int e = split.first(part); e < split.end(part); e++) {
            evaluation.queries.add(e, history.source(e), history.target(e));
            for (NegativeSampler sampler : negatives) {
                sampler.addPair(e, 0, evaluation.queries);
                if (rivals > 0) {
                    sampler.addRivals(e, rivals, evaluation.queries);
                }
            }
        }
        return evaluation;
    }

    /** What a scorer must score: for each event itself, then by sampler its negative and its rivals. */
    public LinkQueries queries() {
        return queries;
    }

    /**
     * What scores of {@link #queries} are worth against the negatives of one sampler.
     *
     * @param sampler from 0, in the order given
     */
    public LinkFigures figures(float[] scores, int sampler, Setting setting) {
        if (scores.length != queries.size()) {
            throw new IllegalArgumentException(
                    "There are (%d) scores of (%d) candidates.".formatted(scores.length, queries.size()));
        }
        if (sampler < 0 || sampler >= samplers) {
            throw new IllegalArgumentException(
                    "The sampler (%d) must be one of %d, counted from 0.".formatted(sampler, samplers));
        }
        FloatArrayList positive = new FloatArrayList();
        FloatArrayList rival = new FloatArrayList();
        FloatArrayList both = new FloatArrayList();
        for (int first = 0; first < scores.length; first += 1 + samplers * (1 + rivals)) {
            if (counts(queries.event(first), setting)) {
                int negative = first + 1 + sampler * (1 + rivals);
                positive.add(scores[first]);
                both.add(scores[first]);
                both.add(scores[negative]);
                rival.addElements(rival.size(), scores, negative + 1, rivals);
            }
        }
        boolean[] happened = new boolean[both.size()];
        for (int i = 0; i < happened.length; i += 2) {
            happened[i] = true;
        }
        return new LinkFigures(
                positive.size(),
                Metrics.averagePrecision(both.toFloatArray(), happened),
                Metrics.rocAuc(both.toFloatArray(), happened),
                rivals == 0 ? Double.NaN : Metrics.meanReciprocalRank(positive.toFloatArray(), rival.toFloatArray()));
    }

    private boolean counts(int event, Setting setting) {
        boolean inductive = split.isNew(history.source(event)) || split.isNew(history.target(event));
        return switch (setting) {
            case ALL -> true;
            case TRANSDUCTIVE -> !inductive;
            case INDUCTIVE -> inductive;
        };
    }
}
