package io.anabranch.standalone.chaos;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.embedding.v1.EmbeddingRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Follows the embeddings as a reader of committed records sees them, and tells how long each partition's stood still: from a
 * moment until the first embedding whose oldest event was accepted after it. Any thread may ask.
 */
final class EmbeddingWatch implements AutoCloseable {

    /** A committed embedding was newer than all before it. */
    private record Step(long seenMs, long acceptedMs) {}

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<List<Step>> steps = new ArrayList<>();
    private final Thread thread;

    EmbeddingWatch(String bootstrapServers, String topic, int partitions) {
        this.consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> all = new ArrayList<>();
        for (int p = 0; p < partitions; p++) {
            all.add(new TopicPartition(topic, p));
            steps.add(new ArrayList<>());
        }
        consumer.assign(all);
        consumer.seekToEnd(all);
        this.thread = Thread.ofPlatform().name("chaos-watch").start(this::run);
    }

    private void run() {
        try (consumer) {
            while (!Thread.currentThread().isInterrupted()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    saw(record);
                }
            }
        } catch (WakeupException e) {
            // Asked to end.
            return;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("An embedding cannot be read.", e);
        }
    }

    private void saw(ConsumerRecord<byte[], byte[]> record) throws InvalidProtocolBufferException {
        if (record.value() == null) {
            return;
        }
        EmbeddingRecord embedding = EmbeddingRecord.parseFrom(record.value());
        if (!embedding.hasEmbedding()) {
            return;
        }
        long accepted = embedding.getEmbedding().getFreshness().getAcceptedTimeMs();
        synchronized (steps) {
            List<Step> of = steps.get(record.partition());
            // The greatest time says that no event led to the record.
            if (accepted != Long.MAX_VALUE && (of.isEmpty() || of.getLast().acceptedMs < accepted)) {
                of.add(new Step(System.currentTimeMillis(), accepted));
            }
        }
    }

    /**
     * How long after {@code sinceMs} the last partition moved again, in milliseconds; negative: one has not moved yet.
     */
    long outageMs(long sinceMs) {
        long longest = 0;
        synchronized (steps) {
            for (List<Step> of : steps) {
                long moved = of.stream()
                        .filter(step -> step.acceptedMs > sinceMs)
                        .mapToLong(Step::seenMs)
                        .findFirst()
                        .orElse(-1);
                if (moved < 0) {
                    return -1;
                }
                longest = Math.max(longest, moved - sinceMs);
            }
        }
        return longest;
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
