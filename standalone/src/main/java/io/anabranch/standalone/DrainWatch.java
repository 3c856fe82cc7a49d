package io.anabranch.standalone;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Tells when the stream processor has nothing left to do: every record of its input topics is committed, and none of its
 * topics has grown since the question before. It asks Kafka alone, so it holds for a processor in any JVM.
 */
public final class DrainWatch implements AutoCloseable {

    private static final List<String> INPUTS = List.of("events", "updates", "halo");
    private static final List<String> OUTPUTS = List.of("graph", "embeddings", "dead-letters");

    /** Of 150 ms. A batch of a partition that lagged waits for five looks, 250 ms, after its last input was committed. */
    private static final int QUIET_ROUNDS = 8;

    /** Past the last record of a partition there may lie transaction markers, which nobody commits. */
    private static final int MOST_MARKERS = 64;

    private final Admin admin;
    private final KafkaConsumer<byte[], byte[]> reader;
    private final String applicationId;
    private final List<TopicPartition> inputs = new ArrayList<>();
    private final List<TopicPartition> outputs = new ArrayList<>();
    private Map<TopicPartition, Long> endsBefore = Map.of();

    public DrainWatch(String bootstrapServers, String applicationId, String prefix) {
        this.applicationId = applicationId;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
        this.reader = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        for (String name : INPUTS) {
            reader.partitionsFor(prefix + "." + name)
                    .forEach(p -> inputs.add(new TopicPartition(p.topic(), p.partition())));
        }
        for (String name : OUTPUTS) {
            reader.partitionsFor(prefix + "." + name)
                    .forEach(p -> outputs.add(new TopicPartition(p.topic(), p.partition())));
        }
    }

    /**
     * Waits until drained.
     *
     * @throws IllegalStateException when that takes longer than {@code patience}
     */
    public void awaitDrained(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        int quiet = 0;
        while (quiet < QUIET_ROUNDS) {
            quiet = drained() ? quiet + 1 : 0;
            if (quiet < QUIET_ROUNDS && System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "The stream processor still has work after %s: %s".formatted(patience, describeLag()));
            }
            Thread.sleep(150);
        }
    }

    /** Whether all input is processed and no topic has grown since the last call. */
    public boolean drained() throws InterruptedException {
        Map<TopicPartition, Long> ends = ends();
        boolean still = ends.equals(endsBefore);
        endsBefore = ends;
        return still && allCommitted(ends);
    }

    private boolean allCommitted(Map<TopicPartition, Long> ends) throws InterruptedException {
        Map<TopicPartition, Long> open = lag(ends);
        return open.isEmpty() || (open.values().stream().allMatch(n -> n <= MOST_MARKERS) && onlyMarkers(ends, open));
    }

    private boolean onlyMarkers(Map<TopicPartition, Long> ends, Map<TopicPartition, Long> open) {
        reader.assign(open.keySet());
        open.forEach((partition, lag) -> reader.seek(partition, ends.getOrDefault(partition, 0L) - lag));
        // The position moves past markers without returning a record, so reaching every end proves the point.
        for (int i = 0; i < 20; i++) {
            if (!reader.poll(Duration.ofMillis(50)).isEmpty()) {
                return false;
            }
            if (open.keySet().stream().allMatch(p -> reader.position(p) >= ends.getOrDefault(p, 0L))) {
                return true;
            }
        }
        return false;
    }

    private Map<TopicPartition, Long> ends() throws InterruptedException {
        Map<TopicPartition, OffsetSpec> question = new HashMap<>();
        inputs.forEach(p -> question.put(p, OffsetSpec.latest()));
        outputs.forEach(p -> question.put(p, OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        answer(admin.listOffsets(question, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                        .all())
                .forEach((p, info) -> ends.put(p, info.offset()));
        return ends;
    }

    /** Partitions of the input that are not committed to their end, with how much is missing. */
    private Map<TopicPartition, Long> lag(Map<TopicPartition, Long> ends) throws InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed =
                answer(admin.listConsumerGroupOffsets(applicationId).partitionsToOffsetAndMetadata());
        Map<TopicPartition, Long> lag = new HashMap<>();
        for (TopicPartition partition : inputs) {
            OffsetAndMetadata offset = committed.get(partition);
            long missing = ends.getOrDefault(partition, 0L) - (offset == null ? 0 : offset.offset());
            if (missing > 0) {
                lag.put(partition, missing);
            }
        }
        return lag;
    }

    private String describeLag() throws InterruptedException {
        Map<String, Long> named = new TreeMap<>();
        lag(ends()).forEach((partition, missing) -> named.put(partition.toString(), missing));
        return named.isEmpty() ? "its topics still grow" : named.toString();
    }

    private static <T> T answer(org.apache.kafka.common.KafkaFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("Kafka did not answer: %s".formatted(e.getCause()), e);
        }
    }

    @Override
    public void close() {
        reader.close();
        admin.close();
    }
}
