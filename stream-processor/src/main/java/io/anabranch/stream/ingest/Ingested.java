package io.anabranch.stream.ingest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of one record of the events topic. */
public sealed interface Ingested {

    /**
     * The event was taken.
     *
     * @param updates one or more, in the order in which they are to be written
     */
    record Accepted(List<Update> updates) implements Ingested {
        public Accepted {
            updates = List.copyOf(updates);
        }
    }

    /**
     * The event was refused.
     *
     * @param detail one sentence for a person, with the values that are wrong
     * @param eventId the producer's id of the event, where one could be read
     * @param cause what decoding failed with; null where the event could be decoded
     */
    record Rejected(
            RejectionReason reason,
            String detail,
            @Nullable String eventId,
            @Nullable Exception cause) implements Ingested {}
}
