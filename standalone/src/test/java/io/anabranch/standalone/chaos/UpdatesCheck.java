package io.anabranch.standalone.chaos;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.update.v1.UpdateRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The updates topic: every accepted event stands there as often as it has facts, in the partitions that own them, and once more for each edge whose source another
 * partition owns. Most events
 * change nothing when applied twice, so this is where a second processing shows.
 *
 * @param exactlyOnce false: more often is allowed, less is not
 */
record UpdatesCheck(int partitions, boolean exactlyOnce) {

    private static final String CHECK = "updates";

    void check(EventLog log, List<LogRecord> updates, Findings findings) {
        Map<String, Integer> owed = new HashMap<>();
        for (EventLog.Accepted accepted : log.accepted()) {
            int records = Facts.of(accepted.event()).size()
                    + Facts.steps(accepted.event(), partitions).size();
            owed.merge(accepted.event().getEventId(), records, Integer::sum);
        }
        Map<String, Integer> written = new HashMap<>();
        for (LogRecord record : updates) {
            UpdateRecord update = update(record);
            if (update.hasClock()) {
                continue;
            }
            GraphEvent fact = event(update);
            written.merge(fact.getEventId(), 1, Integer::sum);
            int owner = Owners.of(update.hasSourceStep() ? Facts.source(fact) : Facts.vertex(fact), partitions);
            if (record.partition() != owner) {
                findings.add(
                        CHECK,
                        "%s lies in partition %d, its owner is %d",
                        fact.getEventId(),
                        record.partition(),
                        owner);
            }
        }
        owed.forEach((id, count) -> {
            int actual = written.getOrDefault(id, 0);
            if (actual < count || exactlyOnce && actual > count) {
                findings.add(CHECK, "%s stands in the log %d times, not %d", id, actual, count);
            }
        });
        for (String id : written.keySet()) {
            if (!owed.containsKey(id)) {
                findings.add(CHECK, "%s was never accepted", id);
            }
        }
        findings.compared(CHECK, written.size());
    }

    /** What a record says that is no clock. */
    static GraphEvent event(UpdateRecord update) {
        return update.hasSourceStep() ? update.getSourceStep() : update.getFact();
    }

    static UpdateRecord update(LogRecord record) {
        try {
            return UpdateRecord.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(
                    "The update at %d/%d cannot be read.".formatted(record.partition(), record.offset()), e);
        }
    }
}
