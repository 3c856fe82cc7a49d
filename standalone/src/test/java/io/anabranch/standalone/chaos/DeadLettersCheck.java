package io.anabranch.standalone.chaos;

import com.google.protobuf.ByteString;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The dead letters are exactly the records and the late facts that had to become some, once each, with their reason and bytes.
 *
 * @param exactlyOnce false: more often is allowed, less is not
 */
record DeadLettersCheck(boolean exactlyOnce) {

    private static final String CHECK = "dead letters";

    /** What must become a dead letter. */
    private record Owed(String reason, ByteString value) {}

    void check(EventLog log, LateUpdates late, List<LogRecord> letters, Findings findings) {
        Map<String, Owed> owed = new TreeMap<>();
        log.refused()
                .forEach(refused -> owed.put(
                        "events/" + refused.entry().partition() + "/" + refused.offset(),
                        new Owed(
                                refused.reason(),
                                ByteString.copyFrom(refused.entry().draft().value()))));
        late.letters().forEach((place, fact) -> owed.put("updates/" + place, new Owed("LATE", fact.toByteString())));
        findings.compared(CHECK, owed.size());
        if (!late.letters().isEmpty()) {
            findings.compared("late facts", late.letters().size());
        }
        Set<String> seen = new HashSet<>();
        for (LogRecord letter : letters) {
            String topic = String.valueOf(letter.headers().get("__streams.errors.topic"));
            String place = topic.substring(topic.lastIndexOf('.') + 1) + "/"
                    + letter.headers().get("__streams.errors.partition") + "/"
                    + letter.headers().get("__streams.errors.offset");
            Owed refused = owed.get(place);
            if (refused == null) {
                findings.add(CHECK, "%s became a dead letter for no reason of ours", place);
                continue;
            }
            if (!seen.add(place) && exactlyOnce) {
                findings.add(CHECK, "%s became a dead letter twice", place);
            }
            String reason = letter.headers().get("anabranch.reason");
            if (!refused.reason().equals(reason)) {
                findings.add(CHECK, "%s has the reason %s, not %s", place, reason, refused.reason());
            }
            if (!refused.value().equals(letter.value())) {
                findings.add(CHECK, "%s has other bytes than were sent", place);
            }
        }
        owed.keySet().removeAll(seen);
        owed.forEach((place, refused) -> findings.add(CHECK, "%s (%s) is missing", place, refused.reason()));
    }
}
