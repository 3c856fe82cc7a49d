package io.anabranch.standalone.chaos;

import io.anabranch.event.v1.GraphEvent;
import org.jspecify.annotations.Nullable;

/**
 * A record to be sent to the events topic, with what must become of it.
 *
 * @param value its bytes
 * @param event what the bytes say; null where they say nothing that may be accepted
 * @param rejection the reason with which it must become a dead letter; null: it must be accepted
 * @param route records with the same route go to the same events partition, in order. Everything that writes one register has one
 *     route, so that the order of equal times is that of one log
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way out, compared by nobody
record Draft(
        byte[] value, @Nullable GraphEvent event, @Nullable String rejection, String route) {

    Draft {
        if ((event == null) == (rejection == null)) {
            throw new IllegalArgumentException(
                    "A draft must have either an event (%s) or a rejection (%s).".formatted(event, rejection));
        }
    }

    static Draft accepted(GraphEvent event, String route) {
        return new Draft(event.toByteArray(), event, null, route);
    }

    static Draft rejected(byte[] value, String rejection) {
        return new Draft(value, null, rejection, rejection);
    }

    int partition(int partitions) {
        return Math.floorMod(route.hashCode(), partitions);
    }
}
