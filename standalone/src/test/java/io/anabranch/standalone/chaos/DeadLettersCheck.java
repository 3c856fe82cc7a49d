package io.anabranch.standalone.chaos;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The dead letters are exactly the records that had to become some, once each, with their reason and their bytes. */
final class DeadLettersCheck {

    private static final String CHECK = "dead letters";

    private DeadLettersCheck() {}

    static void check(EventLog log, List<LogRecord> letters, Findings findings) {
        Map<String, EventLog.Refused> owed = new TreeMap<>();
        log.refused().forEach(refused -> owed.put(refused.entry().partition() + "/" + refused.offset(), refused));
        findings.compared(CHECK, owed.size());
        for (LogRecord letter : letters) {
            String place = letter.headers().get("__streams.errors.partition") + "/"
                    + letter.headers().get("__streams.errors.offset");
            EventLog.Refused refused = owed.remove(place);
            if (refused == null) {
                findings.add(CHECK, "%s became a dead letter twice, or for no reason of ours", place);
                continue;
            }
            String reason = letter.headers().get("anabranch.reason");
            if (!refused.reason().equals(reason)) {
                findings.add(CHECK, "%s has the reason %s, not %s", place, reason, refused.reason());
            }
            ByteBuffer sent = ByteBuffer.wrap(refused.entry().draft().value());
            if (letter.value() == null || !letter.value().asReadOnlyByteBuffer().equals(sent)) {
                findings.add(CHECK, "%s has other bytes than were sent", place);
            }
        }
        owed.forEach((place, refused) -> findings.add(CHECK, "%s (%s) is missing", place, refused.reason()));
    }
}
