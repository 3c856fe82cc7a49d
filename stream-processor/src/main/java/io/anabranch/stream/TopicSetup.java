package io.anabranch.stream;

import io.anabranch.stream.TopicPlan.PlannedTopic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Creates the topics that are missing and checks those that exist. A wrong number of partitions would send vertices to
 * owners that do not know them, so it ends the start.
 */
final class TopicSetup {

    private static final Logger LOG = Logger.getLogger(TopicSetup.class);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final Admin admin;
    private final StreamConfig config;
    private final TopicPlan plan;

    TopicSetup(Admin admin, StreamConfig config) {
        this.admin = admin;
        this.config = config;
        this.plan = TopicPlan.of(config);
    }

    /**
     * Returns once every topic exists as planned.
     *
     * @throws TopicMismatchException if one exists otherwise
     * @throws KafkaUnreachableException if Kafka does not answer within the startup timeout
     */
    void run() throws InterruptedException {
        List<String> names = plan.topics().stream().map(PlannedTopic::name).toList();
        long deadline = System.nanoTime() + config.kafka().startupTimeout().toNanos();
        while (true) {
            try {
                create(admin.listTopics().names().get().stream().toList());
                check(admin.describeTopics(names).allTopicNames().get());
                checkSettings(names);
                return;
            } catch (ExecutionException e) {
                // A topic that was created a moment ago may be unknown to the broker that is asked.
                if (!(e.getCause() instanceof RetriableException) || System.nanoTime() > deadline) {
                    throw new KafkaUnreachableException(
                            "The topics could not be created or read at %s: %s"
                                    .formatted(config.kafka().bootstrapServers(), e.getCause()),
                            e);
                }
                LOG.infof("Waiting for the topics at %s: %s", config.kafka().bootstrapServers(), e.getCause());
                Thread.sleep(RETRY);
            }
        }
    }

    private void create(List<String> existing) throws InterruptedException, ExecutionException {
        List<NewTopic> missing = new ArrayList<>();
        for (PlannedTopic topic : plan.topics()) {
            if (!existing.contains(topic.name())) {
                missing.add(new NewTopic(topic.name(), Optional.of(topic.partitions()), Optional.of((short)
                                config.replicationFactor()))
                        .configs(topic.settings()));
            }
        }
        for (Map.Entry<String, KafkaFuture<Void>> creation :
                admin.createTopics(missing).values().entrySet()) {
            try {
                creation.getValue().get();
                LOG.infof("Created the topic %s", creation.getKey());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
                LOG.debugf("Another process created the topic %s", creation.getKey());
            }
        }
    }

    private void check(Map<String, TopicDescription> found) {
        for (PlannedTopic topic : plan.topics()) {
            TopicDescription description = found.get(topic.name());
            if (description == null) {
                throw new UnknownTopicOrPartitionException(topic.name());
            }
            checkPartitions(topic, description.partitions().size());
        }
    }

    static void checkPartitions(PlannedTopic topic, int found) {
        if (found == topic.partitions()) {
            return;
        }
        String expectation = topic.fixed() ? "this topic always has" : StreamConfig.PARTITIONS + " says";
        throw new TopicMismatchException(
                "The topic %s has %d partitions, but %s %d.%nMaybe it was created with another configuration; a graph cannot change its number of partitions in place."
                        .formatted(topic.name(), found, expectation, topic.partitions()));
    }

    private void checkSettings(List<String> names) throws InterruptedException, ExecutionException {
        List<ConfigResource> resources = names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        Map<ConfigResource, Config> found =
                admin.describeConfigs(resources).all().get();
        for (PlannedTopic topic : plan.topics()) {
            Config settings = found.get(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()));
            if (settings == null) {
                continue;
            }
            checkPolicy(topic, value(settings, "cleanup.policy"));
            for (String name : List.of("max.message.bytes", "retention.ms", "message.timestamp.type")) {
                String planned = topic.settings().get(name);
                String actual = value(settings, name);
                if (planned != null && actual != null && !planned.equals(actual)) {
                    LOG.warnf(
                            "The topic %s has %s=%s; it would be created with %s", topic.name(), name, actual, planned);
                }
            }
        }
    }

    static void checkPolicy(PlannedTopic topic, @Nullable String found) {
        String expected = topic.compacted() ? "compact" : "delete";
        if (found != null && !found.equals(expected)) {
            throw new TopicMismatchException("The topic %s has cleanup.policy %s, but must have %s.%nMaybe %s."
                    .formatted(
                            topic.name(),
                            found,
                            expected,
                            topic.compacted()
                                    ? "it was created by a producer; it holds one record per key for ever"
                                    : "it was created by hand; every record counts here, not only the last of a key"));
        }
    }

    private static @Nullable String value(Config settings, String name) {
        ConfigEntry entry = settings.get(name);
        return entry == null ? null : entry.value();
    }
}
