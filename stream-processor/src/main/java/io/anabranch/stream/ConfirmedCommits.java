package io.anabranch.stream;

import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/**
 * Counts the commits of input positions that Kafka has confirmed. Only at_least_once needs it: there a commit that timed out
 * is tried again later and the task goes on as if nothing had happened, while under exactly-once the task starts anew.
 *
 * <p>Any thread; in practice each partition is counted by the thread that runs its task.
 */
final class ConfirmedCommits {

    /** Under this name the consumer's configuration holds the object that counts. */
    private static final String COUNTER = "anabranch.confirmed-commits";

    private final Map<TopicPartition, AtomicLong> counts = new ConcurrentHashMap<>();

    /** Has the main consumers report here. */
    void listenTo(Properties properties) {
        properties.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG),
                Interceptor.class.getName());
        properties.put(StreamsConfig.mainConsumerPrefix(COUNTER), this);
    }

    /** Commits of this partition's position that were confirmed so far. */
    long count(String topic, int partition) {
        AtomicLong count = counts.get(new TopicPartition(topic, partition));
        return count == null ? 0 : count.get();
    }

    private void confirmed(TopicPartition partition) {
        counts.computeIfAbsent(partition, key -> new AtomicLong()).incrementAndGet();
    }

    /** Made by the consumer. */
    public static final class Interceptor implements ConsumerInterceptor<byte[], byte[]> {

        private @Nullable ConfirmedCommits commits;

        @Override
        public void configure(Map<String, ?> configuration) {
            commits = (ConfirmedCommits) configuration.get(COUNTER);
        }

        @Override
        public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
            return records;
        }

        @Override
        public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
            if (commits != null) {
                offsets.keySet().forEach(commits::confirmed);
            }
        }

        @Override
        public void close() {
            // Nothing to close.
        }
    }
}
