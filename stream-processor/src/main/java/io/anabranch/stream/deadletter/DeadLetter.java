package io.anabranch.stream.deadletter;

import io.anabranch.stream.ingest.Ingested.Rejected;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A record of the dead-letters topic: the rejected record's key, value and headers, and why it was rejected. Where a partition refused an
 * update as too late, topic and offset are those of the update, and the value is the event as ingest normalised it.
 *
 * <p>The header names that begin with {@code __streams.errors} are those that Kafka Streams itself uses since 4.2, as text:
 * {@code exception} (class), {@code message}, {@code stacktrace} (only where decoding threw), {@code topic},
 * {@code partition}, {@code offset}. Ours: {@code anabranch.reason} (a {@code RejectionReason}), {@code anabranch.event-id}
 * (where one could be read) and {@code anabranch.truncated} ({@code value=<original bytes>} and the like), which says what
 * was cut to keep the record sendable.
 *
 * @param key original key, at most {@link #MAX_KEY_BYTES}
 * @param value original value, at most {@link #MAX_VALUE_BYTES}; null where the original had none
 * @param headers the original ones, where they have no more than {@link #MAX_HEADER_BYTES} in all, then ours
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way out, compared by nobody
public record DeadLetter(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {

    public static final int MAX_KEY_BYTES = 64 * 1024;
    public static final int MAX_VALUE_BYTES = 1024 * 1024;
    public static final int MAX_HEADER_BYTES = 64 * 1024;

    public static final String REASON = "anabranch.reason";
    public static final String EVENT_ID = "anabranch.event-id";
    public static final String TRUNCATED = "anabranch.truncated";
    public static final String EXCEPTION = "__streams.errors.exception";
    public static final String MESSAGE = "__streams.errors.message";
    public static final String STACKTRACE = "__streams.errors.stacktrace";
    public static final String TOPIC = "__streams.errors.topic";
    public static final String PARTITION = "__streams.errors.partition";
    public static final String OFFSET = "__streams.errors.offset";

    private static final int MAX_EVENT_ID_CHARACTERS = 256;
    private static final int MAX_STACKTRACE_CHARACTERS = 8 * 1024;

    /** The dead letter of a rejected record. */
    public static DeadLetter of(Original original, Rejected rejected) {
        RecordHeaders headers = new RecordHeaders();
        StringBuilder truncated = new StringBuilder();
        byte[] key = truncate(original.key(), MAX_KEY_BYTES, "key", truncated);
        byte[] value = truncate(original.value(), MAX_VALUE_BYTES, "value", truncated);
        copyHeaders(original.headers(), headers, truncated);

        put(headers, REASON, rejected.reason().name());
        if (rejected.eventId() != null) {
            put(headers, EVENT_ID, shorten(rejected.eventId(), MAX_EVENT_ID_CHARACTERS));
        }
        Exception cause = rejected.cause();
        put(headers, EXCEPTION, (cause == null ? Rejected.class : cause.getClass()).getName());
        put(headers, MESSAGE, rejected.detail());
        if (cause != null) {
            put(headers, STACKTRACE, stackTrace(cause));
        }
        put(headers, TOPIC, original.topic());
        put(headers, PARTITION, Integer.toString(original.partition()));
        put(headers, OFFSET, Long.toString(original.offset()));
        if (!truncated.isEmpty()) {
            put(headers, TRUNCATED, truncated.toString());
        }
        return new DeadLetter(key, value, headers);
    }

    /** The rejected record and where it lies. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Original(
            String topic,
            int partition,
            long offset,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers headers) {}

    private static byte @Nullable [] truncate(
            byte @Nullable [] bytes, int limit, String part, StringBuilder truncated) {
        if (bytes == null || bytes.length <= limit) {
            return bytes;
        }
        say(truncated, part, bytes.length);
        return Arrays.copyOf(bytes, limit);
    }

    private static void copyHeaders(Headers from, RecordHeaders to, StringBuilder truncated) {
        long bytes = 0;
        for (Header header : from) {
            bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        if (bytes > MAX_HEADER_BYTES) {
            say(truncated, "headers", bytes);
        } else {
            from.forEach(to::add);
        }
    }

    private static void say(StringBuilder truncated, String part, long bytes) {
        truncated
                .append(truncated.isEmpty() ? "" : ", ")
                .append(part)
                .append('=')
                .append(bytes);
    }

    private static void put(Headers headers, String name, String text) {
        headers.remove(name);
        headers.add(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String stackTrace(Exception cause) {
        StringWriter text = new StringWriter();
        cause.printStackTrace(new PrintWriter(text, true));
        return shorten(text.toString(), MAX_STACKTRACE_CHARACTERS);
    }

    private static String shorten(String text, int limit) {
        return text.length() <= limit ? text : text.substring(0, limit) + "…";
    }
}
