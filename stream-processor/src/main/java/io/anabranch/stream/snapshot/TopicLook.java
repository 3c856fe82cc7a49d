package io.anabranch.stream.snapshot;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Questions to Kafka, whose failures have words. */
final class TopicLook {

    private TopicLook() {}

    /** @throws SnapshotRefusedException if there is no such topic */
    static TopicDescription describe(Admin admin, String topic) throws InterruptedException {
        try {
            Map<String, TopicDescription> found =
                    admin.describeTopics(List.of(topic)).allTopicNames().get();
            return found.values().iterator().next();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw new SnapshotRefusedException(
                        "There is no topic %s.%nMaybe the prefix or the application id is another, or no stream processor has run yet."
                                .formatted(topic),
                        e);
            }
            throw failed(topic, e);
        }
    }

    /** The offsets that the question asks for, in the order of the partitions; below zero where there is no such record. */
    static List<Long> offsets(Admin admin, List<TopicPartition> partitions, OffsetSpec which)
            throws InterruptedException {
        Map<TopicPartition, ListOffsetsResultInfo> found = get(
                admin.listOffsets(partitions.stream().collect(Collectors.toMap(p -> p, p -> which)))
                        .all(),
                partitions.toString());
        return partitions.stream()
                .map(p -> Objects.requireNonNull(found.get(p)).offset())
                .toList();
    }

    static <T> T get(KafkaFuture<T> answer, String about) throws InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw failed(about, e);
        }
    }

    private static SnapshotAccessException failed(String about, ExecutionException e) {
        return new SnapshotAccessException(
                "Kafka does not say what it knows of %s: %s".formatted(about, e.getCause()), e);
    }
}
