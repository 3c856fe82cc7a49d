package io.anabranch.serve.feed;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.processor.v1.ProcessorReport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The topic of the stream processors' reports: the last of each. Written by the feed's thread, read by any. */
final class ProcessorFeed implements RecordTarget {

    private final ConcurrentSkipListMap<String, ProcessorReport> reports = new ConcurrentSkipListMap<>();

    @Override
    public void accept(ConsumerRecord<byte[], byte[]> record, boolean live) throws InvalidProtocolBufferException {
        accept(record.key(), record.value());
    }

    void accept(byte @Nullable [] key, byte @Nullable [] value) throws InvalidProtocolBufferException {
        if (key == null) {
            throw new InvalidProtocolBufferException("A stream processor's report must have a key.");
        }
        String instanceId = new String(key, StandardCharsets.UTF_8);
        if (value == null) {
            reports.remove(instanceId);
            return;
        }
        ProcessorReport report = ProcessorReport.parseFrom(value);
        if (!report.getInstanceId().equals(instanceId)) {
            throw new InvalidProtocolBufferException("The report under the key %s is of the stream processor %s."
                    .formatted(instanceId, report.getInstanceId()));
        }
        reports.put(instanceId, report);
    }

    /** By instance id. */
    List<ProcessorReport> latest() {
        return List.copyOf(reports.values());
    }
}
