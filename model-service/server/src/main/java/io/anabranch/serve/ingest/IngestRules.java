package io.anabranch.serve.ingest;

import java.time.Duration;

/**
 * What an event must satisfy; the same rules as the stream processor's, so that what passes here is not a dead letter.
 *
 * @param featureDimension number of features of every row
 * @param maxRecordBytes greatest serialized size of an event
 * @param maxFutureSkew how far an event time may lie ahead of now
 */
public record IngestRules(
        int featureDimension,
        int maxRecordBytes,
        Duration maxFutureSkew,
        boolean allowSelfLoops,
        boolean allowNegativeWeights) {

    public IngestRules {
        if (featureDimension < 1) {
            throw new IllegalArgumentException(
                    "The feature dimension (%d) must be positive.".formatted(featureDimension));
        }
        if (maxRecordBytes < 1) {
            throw new IllegalArgumentException("The largest record (%d) must be positive.".formatted(maxRecordBytes));
        }
        if (maxFutureSkew.isNegative()) {
            throw new IllegalArgumentException("The future skew (%s) must not be negative.".formatted(maxFutureSkew));
        }
    }
}
