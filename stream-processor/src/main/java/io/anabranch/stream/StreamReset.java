package io.anabranch.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Takes away everything that a stream processor has made of its updates, so that its next start makes it anew: the topics halo, graph and embeddings,
 * the changelogs, and how far updates and halo records were read. Events, updates, models and dead letters stay, and with them how far events were
 * read: whatever was read of them is in the updates.
 *
 * <p>The positions go first. Whoever starts before the topics are gone too reads all updates again, on the state that is there.
 */
public final class StreamReset implements AutoCloseable {

    private static final Duration RETRY = Duration.ofMillis(200);

    private final KafkaAccess kafka;
    private final Topics topics;
    private final String applicationId;
    private final Admin admin;

    /**
     * What a reset takes away.
     *
     * @param topics that there are, in full
     * @param group whose positions in updates and halo go
     */
    public record Plan(List<String> topics, String group) {
        public Plan {
            topics = List.copyOf(topics);
        }
    }

    public StreamReset(KafkaAccess kafka, Topics topics, String applicationId) {
        this.kafka = kafka;
        this.topics = topics;
        this.applicationId = applicationId;
        this.admin = kafka.admin("anabranch-reset");
    }

    /**
     * Checks that a reset loses nothing, and says what it takes away. Changes nothing.
     *
     * @throws ResetRefusedException if a stream processor is alive, or updates are not there from the first on
     * @throws KafkaUnreachableException if Kafka does not answer, or refuses
     */
    public Plan plan() throws InterruptedException {
        return asked(() -> {
            Set<String> existing = admin.listTopics().names().get();
            if (!existing.contains(topics.updates())) {
                throw new ResetRefusedException(
                        "There is no topic %s, from which everything would be built anew.%nMaybe the prefix is another."
                                .formatted(topics.updates()));
            }
            requireNobodyAlive();
            requireWholeUpdates();
            Set<String> made = new TreeSet<>(Set.of(topics.halo(), topics.graph(), topics.embeddings()));
            made.retainAll(existing);
            existing.stream()
                    .filter(topic -> topic.startsWith(applicationId + "-") && topic.endsWith("-changelog"))
                    .forEach(made::add);
            return new Plan(new ArrayList<>(made), applicationId);
        });
    }

    private void requireNobodyAlive() throws InterruptedException, ExecutionException {
        List<String> alive;
        try {
            alive = admin.describeConsumerGroups(List.of(applicationId)).all().get().values().stream()
                    .flatMap(group -> group.members().stream())
                    .map(StreamReset::name)
                    .sorted()
                    .toList();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return;
            }
            throw e;
        }
        if (!alive.isEmpty()) {
            throw new ResetRefusedException(
                    "The group %s has members that are alive: %s.%nMaybe stop every process first; one that was killed counts until its session times out (%s)."
                            .formatted(applicationId, String.join(", ", alive), StreamConfig.SESSION_TIMEOUT));
        }
    }

    private static String name(MemberDescription member) {
        return member.groupInstanceId().orElse(member.consumerId()) + " at " + member.host();
    }

    private void requireWholeUpdates() throws InterruptedException, ExecutionException {
        int partitions = admin.describeTopics(List.of(topics.updates()))
                .allTopicNames()
                .get()
                .values()
                .iterator()
                .next()
                .partitions()
                .size();
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (int p = 0; p < partitions; p++) {
            asked.put(new TopicPartition(topics.updates(), p), OffsetSpec.earliest());
        }
        Map<TopicPartition, ListOffsetsResultInfo> beginnings =
                admin.listOffsets(asked).all().get();
        String gaps = new TreeMap<>(beginnings.entrySet().stream()
                        .filter(beginning -> beginning.getValue().offset() > 0)
                        .collect(Collectors.toMap(
                                beginning -> beginning.getKey().toString(),
                                beginning -> beginning.getValue().offset())))
                .entrySet().stream()
                        .map(gap -> "%s begins at %d".formatted(gap.getKey(), gap.getValue()))
                        .collect(Collectors.joining(", "));
        if (!gaps.isEmpty()) {
            throw new ResetRefusedException(
                    "Updates are gone that the graph was made of: %s.%nMaybe take a snapshot first (./anabranch snapshot export) and import it into topics of another prefix."
                            .formatted(gaps));
        }
    }

    /**
     * Takes away what the plan names, and returns when Kafka has. A reset that was cut short may be run again.
     *
     * @throws KafkaUnreachableException if Kafka does not answer, or refuses; a part may be gone then
     */
    public void run(Plan plan) throws InterruptedException {
        asked(() -> {
            // First the positions: Kafka refuses those of a topic that is gone.
            Set<String> existing = admin.listTopics().names().get();
            Set<TopicPartition> read =
                    admin.listConsumerGroupOffsets(plan.group()).partitionsToOffsetAndMetadata().get().keySet().stream()
                            .filter(partition -> !partition.topic().equals(topics.events()))
                            .filter(partition -> existing.contains(partition.topic()))
                            .collect(Collectors.toSet());
            if (!read.isEmpty()) {
                admin.deleteConsumerGroupOffsets(plan.group(), read).all().get();
            }
            for (String topic : plan.topics()) {
                try {
                    admin.deleteTopics(List.of(topic)).all().get();
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                        throw e;
                    }
                }
            }
            awaitGone(plan.topics());
            return plan;
        });
    }

    private void awaitGone(List<String> deleted) throws InterruptedException, ExecutionException {
        long deadline = System.nanoTime() + kafka.startupTimeout().toNanos();
        while (admin.listTopics().names().get().stream().anyMatch(deleted::contains)) {
            if (System.nanoTime() > deadline) {
                throw new KafkaUnreachableException(
                        "Kafka at %s has not deleted %s within %s.%nMaybe delete.topic.enable is false there, or something makes them again."
                                .formatted(kafka.bootstrapServers(), deleted, kafka.startupTimeout()),
                        new IllegalStateException("The topics are still listed."));
            }
            Thread.sleep(RETRY);
        }
    }

    private interface Question<T> {
        T ask() throws InterruptedException, ExecutionException;
    }

    private <T> T asked(Question<T> question) throws InterruptedException {
        try {
            return question.ask();
        } catch (ExecutionException | KafkaException e) {
            throw new KafkaUnreachableException(
                    "The reset cannot go on at %s: %s"
                            .formatted(kafka.bootstrapServers(), e.getCause() == null ? e.getMessage() : e.getCause()),
                    e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
