package io.anabranch.serve.feed;

import io.anabranch.serve.Problem;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Asks the broker where a topic ends. Thread-safe. */
final class TopicEnds implements AutoCloseable {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final KafkaAccess kafka;
    private final String topic;
    private final int partitions;
    private final SharedQuestion<long[]> question = new SharedQuestion<>(this::request);
    private @Nullable Admin admin;

    TopicEnds(KafkaAccess kafka, String topic, int partitions) {
        this.kafka = kafka;
        this.topic = topic;
        this.partitions = partitions;
    }

    /** Next offset of every partition, read after this call began; fails with {@link Problem.Unready} when the broker is away. */
    CompletableFuture<long[]> ask() {
        return question.ask();
    }

    private CompletableFuture<long[]> request() {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (int p = 0; p < partitions; p++) {
            asked.put(new TopicPartition(topic, p), OffsetSpec.latest());
        }
        CompletableFuture<long[]> answer = new CompletableFuture<>();
        var unused = open().listOffsets(asked).all().whenComplete((found, failure) -> {
            if (failure == null) {
                answer.complete(ends(found));
            } else {
                answer.completeExceptionally(new Problem.Unready(
                                "Kafka does not say where topic %s ends: %s".formatted(topic, failure.getMessage()),
                                RETRY)
                        .exception());
            }
        });
        return answer;
    }

    private long[] ends(Map<TopicPartition, ListOffsetsResultInfo> found) {
        long[] ends = new long[partitions];
        found.forEach((partition, info) -> ends[partition.partition()] = info.offset());
        return ends;
    }

    private synchronized Admin open() {
        Admin open = admin;
        if (open == null) {
            Map<String, Object> properties = kafka.properties("anabranch-server-ends-" + topic);
            properties.put("default.api.timeout.ms", "5000");
            properties.put("request.timeout.ms", "3000");
            open = Admin.create(properties);
            admin = open;
        }
        return open;
    }

    @Override
    public synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ofSeconds(2));
            admin = null;
        }
    }
}
