package io.anabranch.stream.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.stream.deadletter.DeadLetter.Original;
import io.anabranch.stream.ingest.Ingested.Rejected;
import io.anabranch.stream.ingest.RejectionReason;
import java.io.IOException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeadLetterTest {

    private static final Rejected NEGATIVE =
            new Rejected(RejectionReason.WEIGHT_NEGATIVE, "The weight -1 is negative.", "e1", null);

    private static DeadLetter letter(
            byte @Nullable [] key, byte @Nullable [] value, Headers headers, Rejected rejected) {
        return DeadLetter.of(new Original("anabranch.events", 3, 41, key, value, headers), rejected);
    }

    private static @Nullable String header(DeadLetter letter, String name) {
        Header header = letter.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), UTF_8);
    }

    @Test
    void saysWhatWhereAndWhy() {
        DeadLetter letter = letter("k".getBytes(UTF_8), "v".getBytes(UTF_8), new RecordHeaders(), NEGATIVE);
        assertThat(letter.key()).isEqualTo("k".getBytes(UTF_8));
        assertThat(letter.value()).isEqualTo("v".getBytes(UTF_8));
        assertThat(header(letter, "anabranch.reason")).isEqualTo("WEIGHT_NEGATIVE");
        assertThat(header(letter, "anabranch.event-id")).isEqualTo("e1");
        assertThat(header(letter, "__streams.errors.exception")).endsWith("Rejected");
        assertThat(header(letter, "__streams.errors.message")).isEqualTo("The weight -1 is negative.");
        assertThat(header(letter, "__streams.errors.topic")).isEqualTo("anabranch.events");
        assertThat(header(letter, "__streams.errors.partition")).isEqualTo("3");
        assertThat(header(letter, "__streams.errors.offset")).isEqualTo("41");
        assertThat(header(letter, "__streams.errors.stacktrace")).isNull();
        assertThat(header(letter, "anabranch.truncated")).isNull();
    }

    @Test
    void anExceptionComesWithItsStackTrace() {
        Rejected torn = new Rejected(RejectionReason.NOT_DECODABLE, "No event.", null, new IOException("torn"));
        DeadLetter letter = letter(null, new byte[1], new RecordHeaders(), torn);
        assertThat(letter.key()).isNull();
        assertThat(header(letter, "__streams.errors.exception")).isEqualTo("java.io.IOException");
        assertThat(header(letter, "__streams.errors.stacktrace"))
                .contains("torn")
                .contains("DeadLetterTest");
        assertThat(header(letter, "anabranch.event-id")).isNull();
    }

    @Test
    void aTombstoneStaysOne() {
        assertThat(letter(null, null, new RecordHeaders(), NEGATIVE).value()).isNull();
    }

    @Test
    void whatIsCutIsSaid() {
        byte[] value = new byte[DeadLetter.MAX_VALUE_BYTES + 1];
        byte[] key = new byte[DeadLetter.MAX_KEY_BYTES + 5];
        DeadLetter letter = letter(key, value, new RecordHeaders(), NEGATIVE);
        assertThat(letter.value()).hasSize(DeadLetter.MAX_VALUE_BYTES);
        assertThat(letter.key()).hasSize(DeadLetter.MAX_KEY_BYTES);
        assertThat(header(letter, "anabranch.truncated"))
                .isEqualTo("key=%d, value=%d".formatted(key.length, value.length));
    }

    @Test
    void theOriginalHeadersStayUnlessTheyAreHuge() {
        Headers small = new RecordHeaders().add("traceparent", "00-1-2-01".getBytes(UTF_8));
        assertThat(header(letter(null, null, small, NEGATIVE), "traceparent")).isEqualTo("00-1-2-01");
        Headers huge = new RecordHeaders().add("blob", new byte[DeadLetter.MAX_HEADER_BYTES]);
        DeadLetter letter = letter(null, null, huge, NEGATIVE);
        assertThat(header(letter, "blob")).isNull();
        assertThat(header(letter, "anabranch.truncated")).isEqualTo("headers=" + (DeadLetter.MAX_HEADER_BYTES + 4));
    }

    @Test
    void aDeadLetterThatFailsAgainHasEachHeaderOnce() {
        DeadLetter first = letter(null, null, new RecordHeaders(), NEGATIVE);
        DeadLetter second = letter(null, null, first.headers(), NEGATIVE);
        assertThat(second.headers().headers("anabranch.reason")).hasSize(1);
    }

    @Test
    void longTextsAreShortened() {
        Rejected rejected = new Rejected(
                RejectionReason.ID_TOO_LONG, "Too long.", "x".repeat(100_000), new IOException("y".repeat(100_000)));
        DeadLetter letter = letter(null, null, new RecordHeaders(), rejected);
        assertThat(header(letter, "anabranch.event-id")).hasSize(257);
        assertThat(header(letter, "__streams.errors.stacktrace")).hasSizeLessThan(9_000);
    }
}
