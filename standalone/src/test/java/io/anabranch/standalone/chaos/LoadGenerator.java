package io.anabranch.standalone.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.anabranch.v1.EventPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * An idempotent producer that writes down in the ledger what it sends and what Kafka acknowledges. It waits out absent brokers,
 * so in the end everything that it sent is acknowledged.
 *
 * <p>{@link #start} sends a mix of events at a steady rate from a thread of its own until {@link #stop}.
 */
final class LoadGenerator implements AutoCloseable {

    private static final int COUNTS_PER_SECOND = 5;

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final int partitions;
    private final Ledger ledger;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final Map<Integer, Long> acknowledged = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private @Nullable Thread thread;
    private volatile boolean stopped;

    LoadGenerator(String bootstrapServers, String topic, int partitions, Ledger ledger) {
        this.topic = topic;
        this.partitions = partitions;
        this.ledger = ledger;
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", bootstrapServers,
                        "enable.idempotence", "true",
                        "acks", "all",
                        "linger.ms", "5",
                        // Longer than any outage that the test makes.
                        "delivery.timeout.ms", "900000",
                        "request.timeout.ms", "10000",
                        "max.block.ms", "900000"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    void send(Draft draft) {
        int partition = draft.partition(partitions);
        int number = ledger.sending(draft, partition);
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, partition, null, draft.value());
        record.headers().add(Ledger.NUMBER_HEADER, Integer.toString(number).getBytes(UTF_8));
        producer.send(record, (metadata, problem) -> {
            if (problem == null) {
                ledger.acknowledged(number, metadata.offset());
                acknowledged.merge(partition, metadata.offset(), Math::max);
            } else {
                failure.compareAndSet(null, problem);
            }
        });
    }

    /** Returns when all that was sent is acknowledged. */
    void flush() {
        producer.flush();
    }

    /** Sends in the background. The rate is kept over an outage, as a burst behind it. */
    void start(EventMix mix, int eventsPerSecond) {
        Thread started = Thread.ofPlatform().name("chaos-load").unstarted(() -> run(mix, eventsPerSecond));
        thread = started;
        started.start();
    }

    private void run(EventMix mix, int eventsPerSecond) {
        long begin = System.nanoTime();
        long sent = 0;
        try {
            while (!stopped) {
                double seconds = (System.nanoTime() - begin) / 1e9;
                for (; sent < seconds * eventsPerSecond; sent++) {
                    send(mix.next(System.currentTimeMillis()));
                }
                if (count.get() < seconds * COUNTS_PER_SECOND) {
                    int next = count.incrementAndGet();
                    send(Probes.count(Probes.counterOf(next), next));
                }
                Thread.sleep(2);
            }
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The last acknowledged record of every events partition: what a reader may ask to see. */
    List<EventPosition> acknowledged() {
        List<EventPosition> positions = new ArrayList<>();
        acknowledged.forEach((partition, offset) -> positions.add(EventPosition.newBuilder()
                .setPartition(partition)
                .setOffset(offset)
                .build()));
        return positions;
    }

    /** Greatest count that a counter was brought to. */
    int greatestCount() {
        return count.get();
    }

    /** Ends the background load and waits for its acknowledgements. */
    void stop() throws InterruptedException {
        stopped = true;
        Thread running = thread;
        if (running != null) {
            running.join();
        }
        flush();
    }

    /** The first record that Kafka refused for good; null: none. */
    @Nullable
    Exception failure() {
        return failure.get();
    }

    /** Without waiting for acknowledgements: {@link #stop} does that. */
    @Override
    public void close() {
        stopped = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
        producer.close(Duration.ZERO);
    }
}
