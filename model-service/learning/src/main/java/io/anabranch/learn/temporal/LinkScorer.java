package io.anabranch.learn.temporal;

/** Judges candidate edges by what happened before. */
@FunctionalInterface
public interface LinkScorer {

    /** A number per candidate, greater for a likelier edge. A function of the events before each candidate's time. */
    float[] scores(LinkQueries queries);
}
