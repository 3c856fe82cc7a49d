package io.anabranch.stream.snapshot;

import java.time.Instant;

/** Where a stream processor that has not run yet is to begin to read events once a snapshot is there. */
public sealed interface EventsFrom {

    /** At the first event that may not be contained, if the snapshot was taken of the very topic that is there; otherwise at the beginning. */
    record Best() implements EventsFrom {}

    /** At the first event that may not be contained. */
    record Snapshot() implements EventsFrom {}

    /** At the beginning. */
    record Earliest() implements EventsFrom {}

    /** At the first event that Kafka took at this time or later. */
    record Time(Instant time) implements EventsFrom {}
}
