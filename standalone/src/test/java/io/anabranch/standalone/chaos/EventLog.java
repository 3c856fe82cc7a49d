package io.anabranch.standalone.chaos;

import io.anabranch.event.v1.GraphEvent;
import io.anabranch.standalone.chaos.Ledger.Entry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The events topic beside the ledger. Each acknowledged entry must be in the log once, where the acknowledgement said, with the
 * bytes that were sent; an entry without one may be there once; nothing else may.
 */
final class EventLog {

    private static final String CHECK = "events";

    private final List<Accepted> accepted = new ArrayList<>();
    private final List<Refused> refused = new ArrayList<>();

    private EventLog() {}

    /** An event that must take effect, in the order of its log. */
    record Accepted(int partition, long offset, GraphEvent event, long timestampMs) {}

    /** A record that must become a dead letter. */
    record Refused(Entry entry, String reason, long offset) {}

    static EventLog of(Ledger ledger, List<LogRecord> records, Findings findings) {
        EventLog log = new EventLog();
        List<Entry> entries = ledger.entries();
        Map<Integer, LogRecord> found = new HashMap<>();
        for (LogRecord record : records) {
            Entry entry = entry(record, entries);
            if (entry == null) {
                findings.add(CHECK, "partition %d offset %d was never sent", record.partition(), record.offset());
            } else if (found.putIfAbsent(entry.number(), record) != null) {
                findings.add(CHECK, "entry %d is in the log twice", entry.number());
            } else {
                compare(entry, record, findings);
                log.take(entry, record.offset(), record.timestamp());
            }
        }
        for (Entry entry : entries) {
            if (entry.acknowledged() && !found.containsKey(entry.number())) {
                findings.add(CHECK, "entry %d was acknowledged and is not in the log", entry.number());
                // Its effect is still owed.
                log.take(entry, entry.offset(), 0);
            }
        }
        findings.compared(CHECK, entries.size());
        return log;
    }

    private static @Nullable Entry entry(LogRecord record, List<Entry> entries) {
        String number = record.headers().get(Ledger.NUMBER_HEADER);
        return number == null || Integer.parseInt(number) >= entries.size()
                ? null
                : entries.get(Integer.parseInt(number));
    }

    private static void compare(Entry entry, LogRecord record, Findings findings) {
        boolean place =
                !entry.acknowledged() || entry.partition() == record.partition() && entry.offset() == record.offset();
        if (!place) {
            findings.add(
                    CHECK,
                    "entry %d was acknowledged at %d/%d and lies at %d/%d",
                    entry.number(),
                    entry.partition(),
                    entry.offset(),
                    record.partition(),
                    record.offset());
        }
        if (record.value() == null
                || !record.value()
                        .asReadOnlyByteBuffer()
                        .equals(ByteBuffer.wrap(entry.draft().value()))) {
            findings.add(CHECK, "entry %d has other bytes than were sent", entry.number());
        }
    }

    private void take(Entry entry, long offset, long timestampMs) {
        if (entry.draft().rejection() == null) {
            accepted.add(new Accepted(
                    entry.partition(),
                    offset,
                    Objects.requireNonNull(entry.draft().event()),
                    timestampMs));
        } else {
            refused.add(new Refused(entry, entry.draft().rejection(), offset));
        }
    }

    /** Events that must take effect; those of one partition in the order of its log. */
    List<Accepted> accepted() {
        return accepted;
    }

    /** Offset of the last record of each events partition that must take effect. */
    Map<Integer, Long> lastAccepted() {
        Map<Integer, Long> last = new HashMap<>();
        accepted.forEach(event -> last.merge(event.partition, event.offset, Math::max));
        return last;
    }

    List<Refused> refused() {
        return refused;
    }
}
