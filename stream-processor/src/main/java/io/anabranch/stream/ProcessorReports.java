package io.anabranch.stream;

import io.anabranch.processor.v1.ProcessorReport;
import io.anabranch.processor.v1.ProcessorState;
import io.anabranch.processor.v1.Restore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells how this stream processor is doing, on the topic of the processors: when something has changed, at most every second, and every ten
 * seconds otherwise. A clean stop takes the report back; whoever is killed leaves the last one, with its time. On a thread and by a producer of
 * its own: a report must come out while the stream threads restore or wait, and is part of no transaction.
 */
final class ProcessorReports implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(ProcessorReports.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final Duration CLOSE = Duration.ofSeconds(2);

    private final StreamConfig config;
    private final Supplier<StreamStatus> status;
    private final Thread thread;
    private volatile boolean closed;
    private @Nullable StreamStatus told;
    private long toldNanos;

    /** @param status must be safe from any thread, and cheap */
    ProcessorReports(StreamConfig config, Supplier<StreamStatus> status) {
        this.config = config;
        this.status = status;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("anabranch-reports-" + config.streams().instanceId())
                .unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try (Producer<byte[], byte[]> producer = producer()) {
            while (!closed) {
                look(producer, System.nanoTime(), System.currentTimeMillis());
                LockSupport.parkNanos(LOOK.toNanos());
            }
            send(producer, null);
            producer.close(CLOSE);
        } catch (KafkaException e) {
            LOG.warnf("Nobody hears any more how this stream processor is doing: %s", e.getMessage());
        }
    }

    private Producer<byte[], byte[]> producer() {
        Map<String, Object> properties = config.kafka().properties();
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, config.streams().instanceId() + "-reports");
        // Where Kafka is away the next report says more than this one.
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "5000");
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000");
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "10000");
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Sends a report if one is due. */
    void look(Producer<byte[], byte[]> producer, long nanos, long timeMs) {
        StreamStatus now = status.get();
        if (told == null || !now.equals(told) || nanos - toldNanos >= HEARTBEAT.toNanos()) {
            told = now;
            toldNanos = nanos;
            send(producer, report(config.streams().instanceId(), now, timeMs));
        }
    }

    private void send(Producer<byte[], byte[]> producer, @Nullable ProcessorReport report) {
        byte[] key = config.streams().instanceId().getBytes(StandardCharsets.UTF_8);
        byte[] value = report == null ? null : report.toByteArray();
        producer.send(new ProducerRecord<>(config.topics().processors(), 0, key, value), (sent, failure) -> {
            if (failure != null) {
                LOG.debugf("A report was not sent: %s", failure.getMessage());
            }
        });
    }

    static ProcessorReport report(String instanceId, StreamStatus status, long timeMs) {
        ProcessorReport.Builder report = ProcessorReport.newBuilder()
                .setInstanceId(instanceId)
                .setState(state(status.phase()))
                .setReportedMs(timeMs)
                .addAllPending(status.pending())
                .setLiveModels(status.liveModels())
                .addAllActivePartitions(status.active())
                .addAllStandbyPartitions(status.standby());
        for (RestoreStatus restore : status.restores()) {
            report.addRestoring(Restore.newBuilder()
                    .setTopic(restore.topic())
                    .setPartition(restore.partition())
                    .setRestored(restore.restored())
                    .setTotal(restore.total()));
        }
        return report.build();
    }

    private static ProcessorState state(StreamStatus.Phase phase) {
        return switch (phase) {
            case STARTING -> ProcessorState.PROCESSOR_STATE_STARTING;
            case RESTORING -> ProcessorState.PROCESSOR_STATE_RESTORING;
            case RUNNING -> ProcessorState.PROCESSOR_STATE_RUNNING;
            case FAILED -> ProcessorState.PROCESSOR_STATE_FAILED;
            case STOPPED -> ProcessorState.PROCESSOR_STATE_STOPPING;
        };
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            boolean unused = thread.join(CLOSE.multipliedBy(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
