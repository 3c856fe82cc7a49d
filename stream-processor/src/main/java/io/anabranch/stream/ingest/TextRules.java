package io.anabranch.stream.ingest;

import org.jspecify.annotations.Nullable;

/** Rules for the texts of an event: length in UTF-8 bytes, and that UTF-8 can say them. */
final class TextRules {

    static final int NOT_UNICODE = -1;

    private TextRules() {}

    /** Null: fine. An id is 1 to 256 bytes long. */
    static @Nullable Problem id(String id, String role) {
        return id.isEmpty()
                ? Problem.of(RejectionReason.MISSING_ID, "The %s is missing.", role)
                : atMost(id, role, RejectionReason.ID_TOO_LONG);
    }

    /** Null: fine. At most 256 bytes long. */
    static @Nullable Problem atMost(String text, String role, RejectionReason tooLong) {
        int bytes = utf8Length(text);
        if (bytes == NOT_UNICODE) {
            return Problem.of(
                    RejectionReason.TEXT_NOT_UNICODE, "The %s has half a surrogate pair, which is no character.", role);
        }
        return bytes > IngestRules.MAX_TEXT_BYTES
                ? Problem.of(
                        tooLong,
                        "The %s has %d bytes; at most %d are allowed.",
                        role,
                        bytes,
                        IngestRules.MAX_TEXT_BYTES)
                : null;
    }

    /** Length in UTF-8 bytes, or {@link #NOT_UNICODE} for a text with an unpaired surrogate. */
    static int utf8Length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes += 1;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                return NOT_UNICODE;
            }
        }
        return bytes;
    }
}
