package io.anabranch.learn.temporal;

/** Finds pairs that had no event at the time of an event. The same event and number give the same pair, whenever they are asked for. */
public interface NegativeSampler {

    /** Puts one pair beside the event: a negative to tell it from, as for average precision. Number 0, 1, … are different draws. */
    void addPair(int event, int number, LinkQueries queries);

    /** Puts {@code count} pairs with the event's source beside the event: negatives to rank it among, as for the mean reciprocal rank. */
    void addRivals(int event, int count, LinkQueries queries);
}
