package io.anabranch.standalone.chaos;

import io.anabranch.event.v1.EdgeDelete;
import io.anabranch.event.v1.EdgeErase;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.update.v1.UpdateRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Which facts of the updates topic are too late, as docs/wire-format.md says it: the time of a partition is the greatest of all
 * facts and clocks before, and a fact that lies behind it by more than the bound is refused. A function of the log alone, so it
 * is certain afterwards, whatever crashed meanwhile.
 */
final class LateUpdates {

    /** No bound. */
    static final long ANY = Long.MAX_VALUE;

    /** The n-th time that an event says a fact about a register. */
    private record Occurrence(String eventId, String register, int n) {}

    private final Set<Occurrence> late = new HashSet<>();
    private final Map<String, GraphEvent> letters = new TreeMap<>();

    private LateUpdates() {}

    static LateUpdates of(List<LogRecord> updates, long latenessMs) {
        LateUpdates result = new LateUpdates();
        if (latenessMs == ANY) {
            return result;
        }
        Counter counter = new Counter();
        forEach(updates, latenessMs, (record, update, late) -> {
            Occurrence occurrence = update.hasFact() ? counter.next(update.getFact()) : null;
            if (late && occurrence != null) {
                result.late.add(occurrence);
            }
            if (late) {
                result.letters.put(record.partition() + "/" + record.offset(), UpdatesCheck.event(update));
            }
        });
        return result;
    }

    /** The facts and the steps of sources that are in time, those of one partition in their order. */
    static void forEachInTime(List<LogRecord> updates, long latenessMs, Consumer<UpdateRecord> reader) {
        forEach(updates, latenessMs, (record, update, late) -> {
            if (!late && !update.hasClock()) {
                reader.accept(update);
            }
        });
    }

    private interface Judged {
        void read(LogRecord record, UpdateRecord update, boolean late);
    }

    private static void forEach(List<LogRecord> updates, long latenessMs, Judged reader) {
        Map<Integer, Long> clocks = new HashMap<>();
        List<LogRecord> inOrder = new ArrayList<>(updates);
        inOrder.sort(Comparator.comparingInt(LogRecord::partition).thenComparingLong(LogRecord::offset));
        for (LogRecord record : inOrder) {
            UpdateRecord update = UpdatesCheck.update(record);
            long clock = clocks.getOrDefault(record.partition(), Long.MIN_VALUE);
            GraphEvent event = UpdatesCheck.event(update);
            long time = update.hasClock()
                    ? update.getClock().getTimeMs()
                    : event.hasEventTimeMs() ? event.getEventTimeMs() : Long.MIN_VALUE;
            clocks.put(record.partition(), Math.max(clock, time));
            boolean late =
                    latenessMs != ANY && event.hasEventTimeMs() && clock != Long.MIN_VALUE && time < clock - latenessMs;
            reader.read(record, update, late);
        }
    }

    /** What must be in the dead letters, by partition and offset in the updates topic. */
    Map<String, GraphEvent> letters() {
        return letters;
    }

    /** The facts of these events that are in time, each with its event's timestamp, those of one register in their order. */
    void forEachInTime(List<EventLog.Accepted> events, FactWriter writer) {
        Counter counter = new Counter();
        for (EventLog.Accepted accepted : events) {
            for (Facts.Fact fact : Facts.of(accepted.event())) {
                if (!late.contains(counter.next(fact.event()))) {
                    writer.write(fact.event(), accepted.timestampMs());
                }
            }
        }
    }

    interface FactWriter {
        void write(GraphEvent fact, long timestampMs);
    }

    /** All events of a register have one route, so they come in the same order in both logs. */
    private static final class Counter {
        private final Map<Occurrence, Integer> seen = new HashMap<>();

        Occurrence next(GraphEvent fact) {
            Occurrence first = new Occurrence(fact.getEventId(), register(fact), 0);
            int n = seen.merge(first, 1, Integer::sum);
            return new Occurrence(first.eventId, first.register, n);
        }
    }

    private static String register(GraphEvent fact) {
        return switch (fact.getEventCase()) {
            case EDGE_UPSERT -> {
                EdgeUpsert edge = fact.getEdgeUpsert();
                yield String.join("|", "edge", edge.getSource(), edge.getTarget(), edge.getType());
            }
            case EDGE_DELETE -> {
                EdgeDelete edge = fact.getEdgeDelete();
                yield String.join("|", "edge", edge.getSource(), edge.getTarget(), edge.getType());
            }
            case EDGE_ERASE -> {
                EdgeErase edge = fact.getEdgeErase();
                yield String.join("|", "edge", edge.getSource(), edge.getTarget(), edge.getType());
            }
            case LABEL_UPSERT ->
                String.join(
                        "|",
                        "label",
                        Facts.vertex(fact),
                        fact.getLabelUpsert().getLabel().getTask());
            case LABEL_DELETE ->
                String.join(
                        "|", "label", Facts.vertex(fact), fact.getLabelDelete().getTask());
            default -> "node|" + Facts.vertex(fact);
        };
    }
}
