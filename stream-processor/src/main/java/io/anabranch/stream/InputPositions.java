package io.anabranch.stream;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Where the application has come in its input topics, looked at before it starts. Kafka would skip what retention has removed
 * and say so in a log line; here a partition that misses an update or a halo record would serve wrong embeddings for ever.
 * So the sources have no reset policy: a new application is given the beginning of every topic as its position, and one that
 * has missed something is refused, now or when it reads.
 */
final class InputPositions {

    private static final Logger LOG = Logger.getLogger(InputPositions.class);

    private final Admin admin;
    private final StreamConfig config;

    InputPositions(Admin admin, StreamConfig config) {
        this.admin = admin;
        this.config = config;
    }

    /**
     * Checks every partition of the input topics.
     *
     * @throws TopicGapException if records are gone that have not been read
     */
    void prepare() throws InterruptedException, ExecutionException {
        String application = config.streams().applicationId();
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (String topic : List.of(
                config.topics().events(),
                config.topics().updates(),
                config.topics().halo())) {
            for (int partition = 0; partition < config.partitions(); partition++) {
                asked.put(new TopicPartition(topic, partition), OffsetSpec.earliest());
            }
        }
        Map<TopicPartition, ListOffsetsResultInfo> beginnings =
                admin.listOffsets(asked).all().get();
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(application)
                .partitionsToOffsetAndMetadata()
                .get();
        Map<TopicPartition, OffsetAndMetadata> initial = new TreeMap<>(InputPositions::compare);
        beginnings.forEach((partition, beginning) -> {
            OffsetAndMetadata position = committed.get(partition);
            OptionalLong start = start(
                    partition,
                    partition.topic().equals(config.topics().events()),
                    beginning.offset(),
                    position == null ? OptionalLong.empty() : OptionalLong.of(position.offset()));
            start.ifPresent(offset -> initial.put(partition, new OffsetAndMetadata(offset)));
        });
        if (!initial.isEmpty()) {
            LOG.infof("%s reads from the beginning: %s", application, initial.keySet());
            admin.alterConsumerGroupOffsets(application, initial).all().get();
        }
    }

    /**
     * Where to start; empty where the committed position stands.
     *
     * @param events whether others write the topic, so that it may have had a life before this application
     */
    static OptionalLong start(TopicPartition partition, boolean events, long beginning, OptionalLong committed) {
        if (committed.isPresent()) {
            if (committed.getAsLong() < beginning) {
                throw new TopicGapException(
                        "The records %d to %d of %s are gone before they were read.%nMaybe its retention is shorter than the outage was; docs/operations.md (\"A gap in a topic\") says what can be done."
                                .formatted(committed.getAsLong(), beginning - 1, partition));
            }
            return OptionalLong.empty();
        }
        if (!events && beginning > 0) {
            throw new TopicGapException(
                    "%s begins at offset %d, but nothing is known of what was read before.%nMaybe the application id is new, or Kafka has forgotten the group's offsets (offsets.retention.minutes); docs/operations.md (\"A gap in a topic\") says what can be done."
                            .formatted(partition, beginning));
        }
        return OptionalLong.of(beginning);
    }

    private static int compare(TopicPartition a, TopicPartition b) {
        int topics = a.topic().compareTo(b.topic());
        return topics != 0 ? topics : Integer.compare(a.partition(), b.partition());
    }
}
