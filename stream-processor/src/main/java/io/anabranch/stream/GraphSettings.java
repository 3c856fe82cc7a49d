package io.anabranch.stream;

import io.anabranch.stream.propagation.LogClock;

/**
 * How the graph treats time.
 *
 * @param latenessMs how far an event may lie behind the greatest event time that its partition has read, in milliseconds, or
 *     {@link #ANY_LATENESS}
 */
record GraphSettings(long latenessMs) {

    /** No event is too late. */
    static final long ANY_LATENESS = LogClock.ANY_LATENESS;
}
