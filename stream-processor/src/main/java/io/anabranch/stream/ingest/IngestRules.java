package io.anabranch.stream.ingest;

import java.time.Duration;
import java.util.Map;

/**
 * What an event must satisfy beyond its form.
 *
 * @param featureDimension number of features that every row has
 * @param maxRecordBytes largest value of an events record, and largest normalised update
 * @param maxFutureSkew how far an event's time may lie after the timestamp of its Kafka record
 * @param allowSelfLoops whether an edge may lead from a node to itself
 * @param allowNegativeWeights whether an edge's weight may be negative
 * @param timeToLive how long edges live, by type, 1 ms or more; those of other types live for ever, and those that say it themselves as long
 *     as they say
 * @param histories whether the histories of vertices are kept, for models that read them
 */
public record IngestRules(
        int featureDimension,
        int maxRecordBytes,
        Duration maxFutureSkew,
        boolean allowSelfLoops,
        boolean allowNegativeWeights,
        Map<String, Duration> timeToLive,
        boolean histories) {

    /** Longest id, type, task or class name, in UTF-8 bytes. */
    public static final int MAX_TEXT_BYTES = 256;

    /** No edge expires that does not say so, and there are no histories. */
    public IngestRules(
            int featureDimension,
            int maxRecordBytes,
            Duration maxFutureSkew,
            boolean allowSelfLoops,
            boolean allowNegativeWeights) {
        this(featureDimension, maxRecordBytes, maxFutureSkew, allowSelfLoops, allowNegativeWeights, Map.of(), false);
    }

    public IngestRules {
        timeToLive = Map.copyOf(timeToLive);
        timeToLive.forEach((type, duration) -> {
            if (duration.toMillis() < 1) {
                throw new IllegalArgumentException(
                        "The time to live (%s) of edges of type (%s) must be 1 ms or more.".formatted(duration, type));
            }
        });
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
