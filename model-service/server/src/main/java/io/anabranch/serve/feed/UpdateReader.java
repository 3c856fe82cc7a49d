package io.anabranch.serve.feed;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.learn.history.EventLog;
import io.anabranch.learn.train.TrainingException;
import io.anabranch.serve.Problem;
import io.anabranch.serve.train.PastEvents;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Reads the topic of updates from its first record to where it ends when asked, committed records only, with a consumer of its own each time. */
final class UpdateReader implements PastEvents {

    private static final Logger LOG = Logger.getLogger(UpdateReader.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration REQUEST = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final KafkaAccess kafka;
    private final String topic;
    private final List<TopicPartition> partitions;

    UpdateReader(KafkaAccess kafka, String topic, int partitions) {
        this.kafka = kafka;
        this.topic = topic;
        this.partitions = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
    }

    @Override
    public EventLog read(Runnable check) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(kafka.readerProperties("anabranch-server-past-" + topic))) {
            consumer.assign(partitions);
            requireWhole(consumer.beginningOffsets(partitions, REQUEST));
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, REQUEST);
            consumer.seekToBeginning(partitions);
            EventLog log = new EventLog();
            read(consumer, ends, log, check);
            LOG.infof("Read %d edge events from topic %s.", log.events(), topic);
            return log;
        } catch (KafkaException e) {
            throw unread(e.getMessage());
        }
    }

    private void read(
            KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, EventLog log, Runnable check) {
        long progress = System.nanoTime();
        while (partitions.stream()
                .anyMatch(partition -> consumer.position(partition, REQUEST) < ends.getOrDefault(partition, 0L))) {
            check.run();
            var batch = consumer.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : batch) {
                take(record, log);
            }
            if (!batch.isEmpty()) {
                progress = System.nanoTime();
            } else if (System.nanoTime() - progress > PATIENCE.toNanos()) {
                throw unread("nothing came for %s".formatted(PATIENCE));
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record, EventLog log) {
        byte[] value = record.value();
        try {
            if (value != null) {
                UpdateEvents.take(value, log);
            }
        } catch (InvalidProtocolBufferException e) {
            LOG.errorf(
                    "Left out: the record at offset %d of %s-%d is not of the vocabulary: %s",
                    record.offset(), topic, record.partition(), e.getMessage());
        }
    }

    private static void requireWhole(Map<TopicPartition, Long> beginnings) {
        beginnings.forEach((partition, offset) -> {
            if (offset > 0) {
                throw new TrainingException(
                        "The partition (%s) begins at offset (%d): events before are gone, and histories would begin in their midst."
                                .formatted(partition, offset));
            }
        });
    }

    private RuntimeException unread(@Nullable String why) {
        return new Problem.Unready("The topic %s cannot be read now: %s".formatted(topic, why), RETRY).exception();
    }
}
