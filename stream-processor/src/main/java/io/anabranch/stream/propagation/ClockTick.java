package io.anabranch.stream.propagation;

/**
 * How far the ingest of one partition of the events topic has come: every update of an event below the position was sent
 * before this.
 *
 * @param timeMs greatest event time that this life of the ingest task has accepted, {@link #NO_TIME} if none; may fall when the
 *     task starts anew, so that readers take the maximum
 * @param eventsPartition partition of the events topic
 * @param eventsPosition next offset there
 */
public record ClockTick(long timeMs, int eventsPartition, long eventsPosition) {
    public static final long NO_TIME = Long.MIN_VALUE;

    public ClockTick {
        if (eventsPartition < 0) {
            throw new IllegalArgumentException(
                    "The events partition (%d) must not be negative.".formatted(eventsPartition));
        }
        if (eventsPosition < 0) {
            throw new IllegalArgumentException(
                    "The events position (%d) must not be negative.".formatted(eventsPosition));
        }
    }
}
