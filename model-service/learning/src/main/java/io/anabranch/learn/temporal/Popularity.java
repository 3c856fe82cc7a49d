package io.anabranch.learn.temporal;

/** Popularity of the target without learning: how many events it had before, within a window of time or ever. */
public final class Popularity implements LinkScorer {

    private final EventHistory history;
    private final VertexSequences sequences;
    private final double window;

    private Popularity(VertexSequences sequences, double window) {
        this.history = sequences.history();
        this.sequences = sequences;
        this.window = window;
    }

    public static Popularity total(VertexSequences sequences) {
        return new Popularity(sequences, Double.POSITIVE_INFINITY);
    }

    /** Counts the events of this many seconds. */
    public static Popularity recent(VertexSequences sequences, double window) {
        if (!(window > 0)) {
            throw new IllegalArgumentException("The window (%s s) must be positive.".formatted(window));
        }
        return new Popularity(sequences, window);
    }

    @Override
    public float[] scores(LinkQueries queries) {
        float[] scores = new float[queries.size()];
        for (int i = 0; i < scores.length; i++) {
            double time = history.time(queries.event(i));
            int target = queries.target(i);
            scores[i] = sequences.before(target, time) - sequences.before(target, time - window);
        }
        return scores;
    }
}
