package io.anabranch.stream.ingest;

import io.anabranch.event.v1.GraphEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes, checks and normalises one record of the events topic. A function of the record and the rules; any thread.
 */
public final class EventIngest {

    private final IngestRules rules;
    private final EventRules eventRules;
    private final Normalizer normalizer;

    public EventIngest(IngestRules rules) {
        this.rules = rules;
        this.eventRules = new EventRules(rules);
        this.normalizer = new Normalizer(rules.timeToLive(), rules.histories());
    }

    /**
     * What becomes of a record.
     *
     * @param value the record's value, null for a Kafka tombstone
     * @param recordTimestampMs the record's timestamp: when Kafka accepted the event
     */
    public Ingested ingest(byte @Nullable [] value, long recordTimestampMs) {
        if (value == null) {
            return rejected(
                    Problem.of(
                            RejectionReason.NO_VALUE,
                            "The record has no value.%nMaybe a node was to be removed; a node_delete event does that."),
                    null);
        }
        if (value.length > rules.maxRecordBytes()) {
            return rejected(tooLarge("The value", value.length), null);
        }
        return switch (EventDecoder.decode(value)) {
            case EventDecoder.Undecodable undecodable ->
                new Ingested.Rejected(RejectionReason.NOT_DECODABLE, undecodable.detail(), null, undecodable.cause());
            case EventDecoder.Event decoded -> judge(decoded.event(), recordTimestampMs);
        };
    }

    private Ingested judge(GraphEvent event, long recordTimestampMs) {
        Problem problem = eventRules.check(event, recordTimestampMs);
        if (problem != null) {
            return rejected(problem, event);
        }
        List<Update> updates = normalizer.normalize(event, recordTimestampMs);
        for (Update update : updates) {
            // A JSON row of one-digit numbers doubles in size as protobuf.
            int size = update.event().getSerializedSize();
            if (size > rules.maxRecordBytes()) {
                return rejected(tooLarge("The normalised event", size), event);
            }
        }
        return new Ingested.Accepted(updates);
    }

    private Problem tooLarge(String what, int bytes) {
        return Problem.of(
                RejectionReason.RECORD_TOO_LARGE,
                "%s has %d bytes; at most %d are allowed (anabranch.ingest.max-record-bytes).",
                what,
                bytes,
                rules.maxRecordBytes());
    }

    private static Ingested.Rejected rejected(Problem problem, @Nullable GraphEvent event) {
        String eventId = event == null || event.getEventId().isEmpty() ? null : event.getEventId();
        return new Ingested.Rejected(problem.reason(), problem.detail(), eventId, null);
    }
}
