package io.anabranch.stream.ingest;

import java.time.Duration;

/**
 * What an event must satisfy beyond its form.
 *
 * @param featureDimension number of features that every row has
 * @param maxRecordBytes largest value of an events record, and largest normalised update
 * @param maxFutureSkew how far an event's time may lie after the timestamp of its Kafka record
 * @param allowSelfLoops whether an edge may lead from a node to itself
 * @param allowNegativeWeights whether an edge's weight may be negative
 */
public record IngestRules(
        int featureDimension,
        int maxRecordBytes,
        Duration maxFutureSkew,
        boolean allowSelfLoops,
        boolean allowNegativeWeights) {

    /** Longest id, type, task or class name, in UTF-8 bytes. */
    public static final int MAX_TEXT_BYTES = 256;

    public IngestRules {
        if (featureDimension < 1) {
            throw new IllegalArgumentException(
                    "The feature dimension (%d) must be positive.".formatted(featureDimension));
        }
        if (maxRecordBytes < 1) {
            throw new IllegalArgumentException(
                    "The largest record (%d bytes) must be positive.".formatted(maxRecordBytes));
        }
        if (maxFutureSkew.isNegative()) {
            throw new IllegalArgumentException("The future skew (%s) must not be negative.".formatted(maxFutureSkew));
        }
    }
}
