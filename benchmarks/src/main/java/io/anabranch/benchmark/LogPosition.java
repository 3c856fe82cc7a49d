package io.anabranch.benchmark;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Where the service's topics end, as a reader of committed records sees it: when that stands still, the input is drained. */
final class LogPosition implements AutoCloseable {

    private static final String CHANGELOG = "anabranch-stream-partition-state-changelog";
    private static final Set<String> TOPICS =
            Set.of("anabranch.updates", "anabranch.halo", "anabranch.graph", "anabranch.embeddings", CHANGELOG);
    private static final Duration QUIET = Duration.ofSeconds(2);

    private final Admin admin;

    LogPosition(String bootstrap) {
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
    }

    /** Returns the {@link System#nanoTime()} of the last change, once nothing has changed for two seconds. */
    long awaitQuiet() throws InterruptedException, ExecutionException {
        Map<TopicPartition, Long> position = ends();
        long changed = System.nanoTime();
        while (System.nanoTime() - changed < QUIET.toNanos()) {
            Thread.sleep(100);
            Map<TopicPartition, Long> now = ends();
            if (!now.equals(position)) {
                position = now;
                changed = System.nanoTime();
            }
        }
        return changed;
    }

    /** How many records each topic holds, by its name without the prefix; the marks of transactions count. */
    Map<String, Long> records() throws InterruptedException, ExecutionException {
        Map<String, Long> records = new TreeMap<>();
        ends().forEach((partition, end) -> records.merge(name(partition.topic()), end, Long::sum));
        return records;
    }

    /** How many bytes of log each topic has, as the broker keeps it: batches, compressed as they were sent. Segments that were deleted or compacted don't count. */
    Map<String, Long> bytes() throws InterruptedException, ExecutionException {
        Map<String, Long> bytes = new TreeMap<>();
        int broker = admin.describeCluster().nodes().get().iterator().next().id();
        admin.describeLogDirs(Set.of(broker))
                .allDescriptions()
                .get()
                .values()
                .forEach(dirs -> dirs.values()
                        .forEach(dir -> dir.replicaInfos().forEach((partition, info) -> {
                            if (TOPICS.contains(partition.topic())
                                    || partition.topic().equals(EndToEnd.EVENTS)) {
                                bytes.merge(name(partition.topic()), info.size(), Long::sum);
                            }
                        })));
        return bytes;
    }

    /** How many partitions of the updates the members have whose name in the group begins so. */
    int owned(String group, String instance) throws InterruptedException, ExecutionException {
        ConsumerGroupDescription description = Objects.requireNonNull(admin.describeConsumerGroups(Set.of(group))
                        .describedGroups()
                        .get(group))
                .get();
        return (int) description.members().stream()
                .filter(member -> member.groupInstanceId().orElse("").startsWith(instance + "-"))
                .flatMap(member -> member.assignment().topicPartitions().stream())
                .filter(partition -> partition.topic().equals("anabranch.updates"))
                .count();
    }

    private static String name(String topic) {
        return topic.equals(CHANGELOG) ? "changelog" : topic.substring(topic.indexOf('.') + 1);
    }

    private Map<TopicPartition, Long> ends() throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        // The changelog is made by the stream processor, at its leisure.
        Set<String> present = new HashSet<>(admin.listTopics().names().get());
        present.retainAll(TOPICS);
        admin.describeTopics(present)
                .allTopicNames()
                .get()
                .forEach((topic, description) -> description
                        .partitions()
                        .forEach(p -> wanted.put(new TopicPartition(topic, p.partition()), OffsetSpec.latest())));
        Map<TopicPartition, Long> ends = new HashMap<>();
        admin.listOffsets(wanted, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all()
                .get()
                .forEach((partition, info) -> ends.put(partition, info.offset()));
        return ends;
    }

    @Override
    public void close() {
        admin.close();
    }
}
