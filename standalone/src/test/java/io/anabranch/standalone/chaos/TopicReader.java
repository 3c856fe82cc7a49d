package io.anabranch.standalone.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what a system that is at rest has committed. */
final class TopicReader {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private TopicReader() {}

    /**
     * All topics from their beginning to their present end.
     *
     * @throws IllegalStateException when they cannot be read to the end in three minutes
     */
    static Recording record(String bootstrapServers, String prefix) {
        Recording recording = Recording.empty();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", bootstrapServers,
                        "isolation.level", "read_committed",
                        "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            for (String topic : Recording.topics()) {
                read(consumer, prefix + "." + topic, topic, recording);
            }
        }
        return recording;
    }

    private static void read(
            KafkaConsumer<byte[], byte[]> consumer, String fullName, String topic, Recording recording) {
        List<TopicPartition> partitions = new ArrayList<>();
        consumer.partitionsFor(fullName).forEach(p -> partitions.add(new TopicPartition(fullName, p.partition())));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!partitions.stream().allMatch(p -> consumer.position(p) >= ends.getOrDefault(p, 0L))) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("The topic %s cannot be read to its end.".formatted(fullName));
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                recording.add(topic, LogRecord.of(record));
            }
        }
    }
}
