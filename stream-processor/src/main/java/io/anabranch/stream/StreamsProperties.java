package io.anabranch.stream;

import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.DefaultProductionExceptionHandler;
import org.apache.kafka.streams.errors.LogAndFailExceptionHandler;
import org.apache.kafka.streams.errors.LogAndFailProcessingExceptionHandler;

/** Configuration of Kafka Streams, a pure function of ours. */
final class StreamsProperties {

    private static final long HOOK_CACHE_BYTES = 1L << 20;
    private static final int LINGER_MS = 5;
    private static final int BATCH_BYTES = 64 * 1024;
    /** What a record adds to its value on the way: key, headers, framing. */
    private static final int RECORD_OVERHEAD_BYTES = 64 * 1024;

    /** A copy of the state that lags less than this takes a partition over at once. */
    private static final long RECOVERY_LAG_RECORDS = 10_000;

    /** How often it is looked whether a copy has caught up, on which a new process waits for its share: the least that Kafka Streams allows. */
    private static final Duration PROBING_INTERVAL = Duration.ofMinutes(1);

    private StreamsProperties() {}

    static Properties of(StreamConfig config, Commits commits) {
        StreamsSettings streams = config.streams();
        Properties properties = new Properties();
        properties.putAll(config.kafka().properties());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, streams.applicationId());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, streams.stateDir().toString());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, streams.threads());
        guarantee(properties, streams, commits);
        standbys(properties, streams);
        properties.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                streams.commitInterval().toMillis());
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, config.replicationFactor());
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        // A thread that waits for records runs no batch; this bounds how late it can be.
        properties.put(
                StreamsConfig.POLL_MS_CONFIG,
                Math.clamp(config.propagation().latencyTarget().toMillis() / 5, 1, 100));
        // The commit hook needs a cache to be emptied; it has one small entry a task.
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, HOOK_CACHE_BYTES);
        // Updates and halo records may meet in any order, so there is nothing to wait for.
        properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        properties.put(StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG), StreamConfig.MAX_MESSAGE_BYTES);
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SharedRocksMemory.class);

        // Bytes cannot fail to be deserialised, bad events are dead letters: whatever fails is a fault of ours or of
        // the
        // world, and stops the thread before it can do harm.
        properties.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndFailExceptionHandler.class);
        properties.put(
                StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, DefaultProductionExceptionHandler.class);
        properties.put(
                StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndFailProcessingExceptionHandler.class);
        clients(properties, streams);
        return properties;
    }

    private static void guarantee(Properties properties, StreamsSettings streams, Commits commits) {
        switch (streams.guarantee()) {
            case EXACTLY_ONCE ->
                properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
            case AT_LEAST_ONCE -> {
                properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
                commits.confirmed().listenTo(properties);
            }
        }
    }

    private static void standbys(Properties properties, StreamsSettings streams) {
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, streams.standbys());
        properties.put(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, RECOVERY_LAG_RECORDS);
        properties.put(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, PROBING_INTERVAL.toMillis());
    }

    private static void clients(Properties properties, StreamsSettings streams) {
        int session = Math.toIntExact(streams.sessionTimeout().toMillis());
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), streams.instanceId());
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), session);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), session / 4);
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
                Math.toIntExact(streams.transactionTimeout().toMillis()));
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), LINGER_MS);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                StreamConfig.MAX_MESSAGE_BYTES - RECORD_OVERHEAD_BYTES);
    }
}
