package io.anabranch.stream.deadletter;

import io.anabranch.event.v1.GraphEvent;
import io.anabranch.stream.ingest.EventDecoder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record of the dead-letters topic as it was read.
 *
 * @param offset place in the topic, which has one partition
 * @param timestampMs when the rejected record was accepted by its topic, milliseconds since 1970
 * @param key null where the rejected record had none
 * @param value null where the rejected record had none
 * @param headers texts by name, those of the rejected record too
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way out, compared by nobody
public record StoredLetter(
        long offset, long timestampMs, byte @Nullable [] key, byte @Nullable [] value, Map<String, String> headers) {

    /** Says, on a record that was sent again, of which dead letter it is. */
    public static final String REPLAY_OF = "anabranch.replay-of";

    public StoredLetter {
        headers = Map.copyOf(headers);
    }

    /** A {@code RejectionReason}. */
    public String reason() {
        return header(DeadLetter.REASON);
    }

    /** Empty where none could be read. */
    public String eventId() {
        return header(DeadLetter.EVENT_ID);
    }

    /** What was wrong, in words. */
    public String message() {
        return header(DeadLetter.MESSAGE);
    }

    /** Where the rejected record lies, as {@code topic:partition:offset}. */
    public String source() {
        return "%s:%s:%s".formatted(header(DeadLetter.TOPIC), header(DeadLetter.PARTITION), header(DeadLetter.OFFSET));
    }

    /** Offset of the dead letter that the rejected record was a replay of; empty if of none. */
    public String replayOf() {
        return header(REPLAY_OF);
    }

    /** What was cut from the record to keep it sendable; empty if nothing was. */
    public String truncated() {
        return header(DeadLetter.TRUNCATED);
    }

    /**
     * The event, null where the value is none. One without a time of its own has that of the rejected record, so that it can be published
     * later and does not count as newer than what has been said since.
     */
    public @Nullable GraphEvent event() {
        if (value == null
                || !truncated().isEmpty()
                || !(EventDecoder.decode(value) instanceof EventDecoder.Event(var event))) {
            return null;
        }
        return event.hasEventTimeMs()
                ? event
                : event.toBuilder().setEventTimeMs(timestampMs).build();
    }

    private String header(String name) {
        return headers.getOrDefault(name, "");
    }
}
