package io.anabranch.learn.temporal;

import io.anabranch.graph.Part;
import io.anabranch.learn.train.Metrics;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;

/**
 * Judges scorers by the same events and the same negatives: one pair beside each event for average precision and AUC, {@code rivals} targets
 * for the mean reciprocal rank.
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
    private final int rivals;
    private final LinkQueries queries = new LinkQueries();

    private LinkEvaluation(EventHistory history, ChronologicalSplit split, int rivals) {
        this.history = history;
        this.split = split;
        this.rivals = rivals;
    }

    /** The events of a part with the sampler's negatives; no rivals (0) leave the rank out. */
    public static LinkEvaluation of(
            EventHistory history, ChronologicalSplit split, Part part, NegativeSampler negatives, int rivals) {
        LinkEvaluation evaluation = new LinkEvaluation(history, split, rivals);
        for (int e = split.first(part); e < split.end(part); e++) {
            evaluation.queries.add(e, history.source(e), history.target(e));
            negatives.addPair(e, 0, evaluation.queries);
            if (rivals > 0) {
                negatives.addRivals(e, rivals, evaluation.queries);
            }
        }
        return evaluation;
    }

    /** What a scorer must score: for each event itself, its negative, its rivals. */
    public LinkQueries queries() {
        return queries;
    }

    /** What scores of {@link #queries} are worth. */
    public LinkFigures figures(float[] scores, Setting setting) {
        if (scores.length != queries.size()) {
            throw new IllegalArgumentException(
                    "There are (%d) scores of (%d) candidates.".formatted(scores.length, queries.size()));
        }
        int each = 2 + rivals;
        IntArrayList events = new IntArrayList();
        FloatArrayList positive = new FloatArrayList();
        FloatArrayList rival = new FloatArrayList();
        FloatArrayList both = new FloatArrayList();
        for (int first = 0; first < scores.length; first += each) {
            if (counts(queries.event(first), setting)) {
                events.add(queries.event(first));
                positive.add(scores[first]);
                both.add(scores[first]);
                both.add(scores[first + 1]);
                rival.addElements(rival.size(), scores, first + 2, rivals);
            }
        }
        boolean[] happened = new boolean[both.size()];
        for (int i = 0; i < happened.length; i += 2) {
            happened[i] = true;
        }
        return new LinkFigures(
                events.size(),
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
