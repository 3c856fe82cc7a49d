package io.anabranch.stream;

import io.anabranch.stream.propagation.LiveModels;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;

/**
 * Follows the models topic on a thread of its own, from the beginning, committed records only. What it knows is published as
 * one immutable {@link LiveModels}; any thread may read it.
 *
 * <p>Outside the topology, because every partition needs every model and restarts must not depend on how the models topic
 * interleaves with the updates.
 */
final class ModelsFeed implements Supplier<LiveModels>, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(ModelsFeed.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration FAILURE_PAUSE = Duration.ofSeconds(1);

    private final String topic;
    private final ModelAssembly assembly;
    private final StreamMetrics metrics;
    private final Runnable onChange;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final CountDownLatch caughtUp = new CountDownLatch(1);
    private final Thread thread;
    private volatile LiveModels models = LiveModels.NONE;
    private volatile boolean closed;

    /** @param onChange called after each change of the live models, by the feed's thread */
    ModelsFeed(StreamConfig config, StreamMetrics metrics, Runnable onChange) {
        this(config, metrics, onChange, () -> {
            Map<String, Object> properties = config.kafka().properties();
            properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
            properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
            properties.put(ConsumerConfig.CLIENT_ID_CONFIG, config.streams().instanceId() + "-models");
            return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        });
    }

    ModelsFeed(
            StreamConfig config,
            StreamMetrics metrics,
            Runnable onChange,
            Supplier<Consumer<byte[], byte[]>> consumers) {
        this.topic = config.topics().models();
        this.assembly = new ModelAssembly(
                config.ingest().featureDimension(), config.ingest().histories(), metrics);
        this.metrics = metrics;
        this.onChange = onChange;
        this.consumers = consumers;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("anabranch-models-" + config.streams().instanceId())
                .unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Waits until everything that was on the topic at the start has been read; false if that took too long. */
    boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
        return caughtUp.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public LiveModels get() {
        return models;
    }

    private void run() {
        Map<TopicPartition, Long> positions = new HashMap<>();
        while (!closed) {
            try (Consumer<byte[], byte[]> consumer = consumers.get()) {
                follow(consumer, positions);
            } catch (WakeupException | InterruptException e) {
                LOG.debugf("The models feed was woken: %s", e.getMessage());
            } catch (KafkaException e) {
                LOG.errorf(e, "The models topic %s cannot be followed; trying again", topic);
                pause();
            }
        }
    }

    private void follow(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> positions) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        positions.forEach(consumer::seek);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (!closed) {
            boolean changed = false;
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                changed |= assembly.accept(record.key(), record.value());
            }
            if (changed) {
                publish();
            }
            for (TopicPartition partition : partitions) {
                positions.put(partition, consumer.position(partition));
            }
            if (caughtUp.getCount() > 0
                    && partitions.stream()
                            .allMatch(partition ->
                                    positions.getOrDefault(partition, 0L) >= ends.getOrDefault(partition, 0L))) {
                caughtUp.countDown();
            }
        }
    }

    private void publish() {
        models = assembly.current();
        metrics.liveModels(models.live().size());
        onChange.run();
    }

    private void pause() {
        try {
            Thread.sleep(FAILURE_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            if (thread.isAlive() && !thread.join(Duration.ofSeconds(5))) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
