package io.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.stream.frozen.FrozenModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.Test;

class ModelsFeedTest {

    private static final TopicPartition MODELS = new TopicPartition("anabranch.models", 0);
    private static final StreamConfig CONFIG = StreamConfig.from(Map.of(StreamConfig.FEATURES_DIMENSION, "2"));

    private static MockConsumer<byte[], byte[]> consumer(List<KeyValue<byte[], byte[]>> records, long end) {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
        consumer.updatePartitions(MODELS.topic(), List.of(new PartitionInfo(MODELS.topic(), 0, null, null, null)));
        consumer.updateBeginningOffsets(Map.of(MODELS, 0L));
        consumer.updateEndOffsets(Map.of(MODELS, end));
        consumer.schedulePollTask(() -> {
            for (int i = 0; i < records.size(); i++) {
                consumer.addRecord(
                        new ConsumerRecord<>(MODELS.topic(), 0, i, records.get(i).key, records.get(i).value));
            }
        });
        return consumer;
    }

    private static List<Long> versions(ModelsFeed feed) {
        return feed.get().live().stream().map(FrozenModel::version).toList();
    }

    @Test
    void hasCaughtUpWhenItHasReadWhatWasThere() throws InterruptedException {
        List<KeyValue<byte[], byte[]>> records = TestModels.records(TestModels.sumOfNeighbors(3), 40);
        try (ModelsFeed feed =
                new ModelsFeed(CONFIG, StreamMetrics.none(), () -> {}, () -> consumer(records, records.size()))) {
            assertThat(feed.get().live()).isEmpty();
            feed.start();
            assertThat(feed.awaitCaughtUp(Duration.ofSeconds(20))).isTrue();
            assertThat(versions(feed)).containsExactly(3L);
        }
    }

    @Test
    void anEmptyTopicIsCaughtUp() throws InterruptedException {
        try (ModelsFeed feed = new ModelsFeed(CONFIG, StreamMetrics.none(), () -> {}, () -> consumer(List.of(), 0))) {
            feed.start();
            assertThat(feed.awaitCaughtUp(Duration.ofSeconds(20))).isTrue();
            assertThat(feed.get().live()).isEmpty();
        }
    }

    @Test
    void hasNotCaughtUpBefore() throws InterruptedException {
        try (ModelsFeed feed = new ModelsFeed(CONFIG, StreamMetrics.none(), () -> {}, () -> consumer(List.of(), 5))) {
            feed.start();
            assertThat(feed.awaitCaughtUp(Duration.ofMillis(300))).isFalse();
        }
    }

    @Test
    void goesOnAfterAFailureOfKafka() throws InterruptedException {
        List<KeyValue<byte[], byte[]>> records = TestModels.records(TestModels.sumOfNeighbors(3), 40);
        AtomicInteger attempts = new AtomicInteger();
        try (ModelsFeed feed =
                new ModelsFeed(CONFIG, StreamMetrics.none(), () -> {}, () -> attempt(attempts, records))) {
            feed.start();
            assertThat(feed.awaitCaughtUp(Duration.ofSeconds(20))).isTrue();
            assertThat(versions(feed)).containsExactly(3L);
            assertThat(attempts).hasValue(2);
        }
    }

    private static Consumer<byte[], byte[]> attempt(AtomicInteger attempts, List<KeyValue<byte[], byte[]>> records) {
        if (attempts.incrementAndGet() == 1) {
            throw new KafkaException("no broker");
        }
        return consumer(records, records.size());
    }
}
