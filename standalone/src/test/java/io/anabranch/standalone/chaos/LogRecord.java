package io.anabranch.standalone.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** A committed record as it lies in a topic, with value equality. */
record LogRecord(
        int partition,
        long offset,
        long timestamp,
        @Nullable ByteString key,
        @Nullable ByteString value,
        Map<String, String> headers) {

    static LogRecord of(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), new String(header.value(), UTF_8));
        }
        return new LogRecord(
                record.partition(),
                record.offset(),
                record.timestamp(),
                bytes(record.key()),
                bytes(record.value()),
                headers);
    }

    private static @Nullable ByteString bytes(byte @Nullable [] bytes) {
        return bytes == null ? null : ByteString.copyFrom(bytes);
    }
}
