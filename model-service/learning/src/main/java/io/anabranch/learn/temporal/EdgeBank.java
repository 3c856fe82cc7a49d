package io.anabranch.learn.temporal;

/**
 * Memory without learning: 1 for a pair that had an event before, within a window of time or ever, else 0 (Poursafaei et al., "Towards better
 * evaluation for dynamic link prediction", NeurIPS 2022). Memory is up to date at every event, not once a batch.
 */
public final class EdgeBank implements LinkScorer {

    private final EventHistory history;
    private final PairHistory pairs;
    private final double window;

    private EdgeBank(EventHistory history, double window) {
        this.history = history;
        this.pairs = PairHistory.of(history);
        this.window = window;
    }

    public static EdgeBank unlimited(EventHistory history) {
        return new EdgeBank(history, Double.POSITIVE_INFINITY);
    }

    /** Forgets pairs whose last event is longer ago than this many seconds. */
    public static EdgeBank within(EventHistory history, double window) {
        if (!(window > 0)) {
            throw new IllegalArgumentException("The window (%s s) must be positive.".formatted(window));
        }
        return new EdgeBank(history, window);
    }

    @Override
    public float[] scores(LinkQueries queries) {
        float[] scores = new float[queries.size()];
        for (int i = 0; i < scores.length; i++) {
            double time = history.time(queries.event(i));
            double last = pairs.last(queries.source(i), queries.target(i), time);
            scores[i] = last > Double.NEGATIVE_INFINITY && time - last <= window ? 1 : 0;
        }
        return scores;
    }
}
