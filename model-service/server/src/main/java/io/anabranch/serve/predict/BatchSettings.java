package io.anabranch.serve.predict;

import java.time.Duration;

/**
 * How queries that compare all embeddings share passes.
 *
 * @param maxSize most queries of a pass; 1: each has its own
 * @param maxDelay longest time that a query waits for a pass before one begins beside those under way
 * @param maxQueries most queries that wait or are in a pass; one more is refused
 */
public record BatchSettings(int maxSize, Duration maxDelay, int maxQueries) {

    public static final BatchSettings DEFAULT = new BatchSettings(64, Duration.ofMillis(50), 500);
}
