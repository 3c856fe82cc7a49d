package io.anabranch.serve.feed;

import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads one topic, all partitions, from the beginning, committed records only, on a thread of its own, and goes on
 * when the broker was away. Caught up: has read to where the topic ended at start.
 */
public final class TopicFeed implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(TopicFeed.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration REQUEST = Duration.ofSeconds(5);
    private static final Duration BACKOFF = Duration.ofSeconds(1);
    private static final long LAG_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

    private final KafkaAccess kafka;
    private final String topic;
    private final int partitions;
    private final RecordTarget target;
    private final Counter records;
    private final Counter rejected;
    private final Counter disconnects;
    private final Thread thread;

    // Written by the feed's thread only.
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private @Nullable Map<TopicPartition, Long> liveFrom;
    private volatile long[] positions;
    private volatile @Nullable String pending;
    private volatile boolean connected = true;
    private volatile long lag;

    private volatile boolean closed;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

    /** @param partitions how many the topic must have */
    TopicFeed(KafkaAccess kafka, String topic, int partitions, RecordTarget target, MeterRegistry meters) {
        this.kafka = kafka;
        this.topic = topic;
        this.partitions = partitions;
        this.target = target;
        this.positions = new long[partitions];
        this.pending = "topic %s is still to be read".formatted(topic);
        this.records = counter(meters, "anabranch.feed.records", "Records read");
        this.rejected = counter(meters, "anabranch.feed.rejected", "Records that are not of the vocabulary");
        this.disconnects = counter(meters, "anabranch.feed.disconnects", "Times that the broker was gone");
        Gauge.builder("anabranch.feed.lag", () -> lag)
                .description("Records that are not read yet")
                .tag("topic", topic)
                .register(meters);
        Gauge.builder("anabranch.feed.connected", () -> connected ? 1 : 0)
                .description("1 while the broker answers")
                .tag("topic", topic)
                .register(meters);
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("anabranch-feed-" + topic)
                .uncaughtExceptionHandler((t, e) -> {
                    LOG.errorf(e, "The feed of topic %s has died.", topic);
                    pending = "the feed of topic %s has died: %s".formatted(topic, e);
                })
                .unstarted(this::run);
    }

    private Counter counter(MeterRegistry meters, String name, String description) {
        return Counter.builder(name)
                .description(description)
                .tag("topic", topic)
                .register(meters);
    }

    public void start() {
        thread.start();
    }

    public String topic() {
        return topic;
    }

    /** What is missing until caught up; null: nothing. */
    public @Nullable String pending() {
        return pending;
    }

    public boolean caughtUp() {
        return pending == null;
    }

    /** False once the thread has ended, by a fault or by closing. */
    public boolean alive() {
        return thread.isAlive() || thread.getState() == Thread.State.NEW;
    }

    /** Whether the broker answered last. */
    public boolean connected() {
        return connected;
    }

    /** Records not read yet, as of the last second. */
    public long lag() {
        return lag;
    }

    /** Next offset of every partition. */
    public long[] positions() {
        return positions.clone();
    }

    private void run() {
        while (!closed) {
            try (KafkaConsumer<byte[], byte[]> fresh = new KafkaConsumer<>(properties())) {
                consumer = fresh;
                List<TopicPartition> assigned = await(fresh);
                if (!assigned.isEmpty()) {
                    consume(fresh, assigned);
                }
            } catch (WakeupException | InterruptException e) {
                LOG.debugf("The feed of topic %s ends: %s", topic, e.getClass().getSimpleName());
            } catch (KafkaException e) {
                lost(e.getMessage());
                LockSupport.parkNanos(BACKOFF.toNanos());
            }
        }
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = kafka.readerProperties("anabranch-server-" + topic);
        // What waits in a fetch is not fresh: take whatever is there.
        properties.put("fetch.min.bytes", "1");
        properties.put("reconnect.backoff.max.ms", "1000");
        return properties;
    }

    /** Waits until the topic is there with the right number of partitions. Empty: closed meanwhile. */
    private List<TopicPartition> await(KafkaConsumer<byte[], byte[]> from) {
        boolean told = false;
        while (!closed) {
            List<PartitionInfo> found = partitionsOf(from);
            if (found.size() == partitions) {
                return found.stream()
                        .map(p -> new TopicPartition(topic, p.partition()))
                        .toList();
            }
            String missing = found.isEmpty()
                    ? "topic %s is not there yet".formatted(topic)
                    : "topic %s has %d partitions, but anabranch.partitions asks for %d"
                            .formatted(topic, found.size(), partitions);
            if (!told) {
                LOG.warnf("Waiting: %s.", missing);
                told = true;
            }
            pending = missing;
            LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
        }
        return List.of();
    }

    private List<PartitionInfo> partitionsOf(KafkaConsumer<byte[], byte[]> from) {
        try {
            List<PartitionInfo> found = from.partitionsFor(topic, REQUEST);
            if (!connected) {
                back();
            }
            // Null is what some clients say of a topic that is not there.
            return found == null ? List.of() : found;
        } catch (TimeoutException e) {
            lost(e.getMessage());
            return List.of();
        }
    }

    private void consume(KafkaConsumer<byte[], byte[]> from, List<TopicPartition> assigned) {
        from.assign(assigned);
        from.seekToBeginning(assigned);
        next.forEach(from::seek);
        Map<TopicPartition, Long> live = liveFrom;
        if (live == null) {
            live = Map.copyOf(from.endOffsets(assigned, REQUEST));
            target.begin(partitions);
            liveFrom = live;
            pending = "topic %s is still to be read".formatted(topic);
        }
        long lagAt = System.nanoTime();
        while (!closed) {
            ConsumerRecords<byte[], byte[]> batch = from.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : batch) {
                TopicPartition partition = new TopicPartition(topic, record.partition());
                take(record, record.offset() >= live.getOrDefault(partition, 0L));
                next.put(partition, record.offset() + 1);
            }
            advance(from, assigned, live);
            if (System.nanoTime() - lagAt >= LAG_EVERY_NANOS) {
                measureLag(from, assigned);
                lagAt = System.nanoTime();
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record, boolean live) {
        try {
            records.increment();
            target.accept(record, live);
        } catch (InvalidProtocolBufferException e) {
            rejected.increment();
            LOG.errorf(
                    "Left out: the record at offset %d of %s-%d is not of the vocabulary: %s",
                    record.offset(), topic, record.partition(), e.getMessage());
        }
    }

    private void advance(
            KafkaConsumer<byte[], byte[]> from, List<TopicPartition> assigned, Map<TopicPartition, Long> live) {
        boolean there = true;
        try {
            long[] now = new long[partitions];
            for (TopicPartition partition : assigned) {
                now[partition.partition()] = from.position(partition, REQUEST);
                there &= now[partition.partition()] >= live.getOrDefault(partition, 0L);
            }
            positions = now;
        } catch (TimeoutException e) {
            lost(e.getMessage());
            return;
        }
        if (there && pending != null) {
            pending = null;
            LOG.infof("Topic %s is read to where it ended at start.", topic);
        }
    }

    private void measureLag(KafkaConsumer<byte[], byte[]> from, List<TopicPartition> assigned) {
        try {
            Map<TopicPartition, Long> ends = from.endOffsets(assigned, REQUEST);
            long behind = 0;
            for (TopicPartition partition : assigned) {
                behind += Math.max(0, ends.getOrDefault(partition, 0L) - positions[partition.partition()]);
            }
            lag = behind;
            if (!connected) {
                back();
            }
        } catch (TimeoutException e) {
            lost(e.getMessage());
        }
    }

    private void lost(@Nullable String why) {
        if (connected) {
            connected = false;
            disconnects.increment();
            LOG.warnf(
                    "Kafka at %s does not answer (topic %s): %s. Trying again until it does.",
                    kafka.bootstrapServers(), topic, why);
        }
    }

    private void back() {
        connected = true;
        LOG.infof("Kafka answers again (topic %s).", topic);
    }

    /** Asks the thread to end; {@link #close} waits until it has. */
    void stop() {
        closed = true;
        KafkaConsumer<byte[], byte[]> open = consumer;
        if (open != null) {
            open.wakeup();
        }
        LockSupport.unpark(thread);
    }

    @Override
    public void close() {
        stop();
        try {
            boolean unused = thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
