package io.anabranch.stream;

import io.anabranch.stream.TopicPlan.PlannedTopic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
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
public final class TopicSetup {

    private static final Logger LOG = Logger.getLogger(TopicSetup.class);
    private static final Duration RETRY = Duration.ofMillis(500);
    /** Settings whose difference is told, and does not end the start. */
    private static final List<String> TOLD =
            List.of("max.message.bytes", "retention.ms", "retention.bytes", "message.timestamp.type");

    private final Admin admin;
    private final KafkaAccess kafka;
    private final int replicationFactor;
    private final TopicPlan plan;
    private final Set<String> created = new HashSet<>();

    TopicSetup(Admin admin, StreamConfig config) {
        this(admin, config.kafka(), config.replicationFactor(), TopicPlan.of(config));
    }

    private TopicSetup(Admin admin, KafkaAccess kafka, int replicationFactor, TopicPlan plan) {
        this.admin = admin;
        this.kafka = kafka;
        this.replicationFactor = replicationFactor;
        this.plan = plan;
    }

    /**
     * Does what a start does, on its own, and says what is there instead of refusing it.
     *
     * @param replicationFactor of topics that are created
     * @param haloRetention as {@link StreamConfig#haloRetention()}
     * @param dryRun to create nothing
     * @return one finding for each topic, in the order of the data's flow
     * @throws KafkaUnreachableException if Kafka does not answer within the startup timeout, or refuses
     */
    public static List<TopicFinding> run(
            KafkaAccess kafka,
            Topics topics,
            int partitions,
            int replicationFactor,
            Duration haloRetention,
            boolean dryRun)
            throws InterruptedException {
        TopicPlan plan = TopicPlan.of(topics, partitions, haloRetention);
        try (Admin admin = kafka.admin("anabranch-topics")) {
            TopicSetup setup = new TopicSetup(admin, kafka, replicationFactor, plan);
            return setup.untilAnswered(() -> {
                if (!dryRun) {
                    setup.create();
                }
                return setup.look();
            });
        } catch (KafkaException e) {
            throw setupFailed(kafka, e);
        }
    }

    /**
     * Returns once every topic exists as planned.
     *
     * @throws TopicMismatchException if one exists otherwise
     * @throws KafkaUnreachableException if Kafka does not answer within the startup timeout
     */
    void run() throws InterruptedException {
        untilAnswered(() -> {
            create();
            check();
            return true;
        });
    }

    /** What Kafka is asked, perhaps several times. */
    private interface Question<T> {
        T ask() throws InterruptedException, ExecutionException;
    }

    private <T> T untilAnswered(Question<T> question) throws InterruptedException {
        long deadline = System.nanoTime() + kafka.startupTimeout().toNanos();
        while (true) {
            try {
                return question.ask();
            } catch (ExecutionException e) {
                // A topic that was created a moment ago may be unknown to the broker that is asked.
                if (!(e.getCause() instanceof RetriableException) || System.nanoTime() > deadline) {
                    throw setupFailed(kafka, e);
                }
                LOG.infof("Waiting for the topics at %s: %s", kafka.bootstrapServers(), e.getCause());
                Thread.sleep(RETRY);
            }
        }
    }

    private static KafkaUnreachableException setupFailed(KafkaAccess kafka, Exception e) {
        return new KafkaUnreachableException(
                "The topics could not be created or read at %s: %s"
                        .formatted(kafka.bootstrapServers(), e.getCause() == null ? e.getMessage() : e.getCause()),
                e);
    }

    private void create() throws InterruptedException, ExecutionException {
        Set<String> existing = admin.listTopics().names().get();
        List<NewTopic> missing = new ArrayList<>();
        for (PlannedTopic topic : plan.topics()) {
            if (!existing.contains(topic.name())) {
                missing.add(new NewTopic(
                                topic.name(), Optional.of(topic.partitions()), Optional.of((short) replicationFactor))
                        .configs(topic.settings()));
            }
        }
        for (Map.Entry<String, KafkaFuture<Void>> creation :
                admin.createTopics(missing).values().entrySet()) {
            try {
                creation.getValue().get();
                created.add(creation.getKey());
                LOG.infof("Created the topic %s", creation.getKey());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
                LOG.debugf("Another process created the topic %s", creation.getKey());
            }
        }
    }

    private List<TopicFinding> look() throws InterruptedException, ExecutionException {
        Set<String> existing = admin.listTopics().names().get();
        List<PlannedTopic> there = plan.topics().stream()
                .filter(topic -> existing.contains(topic.name()) || created.contains(topic.name()))
                .toList();
        Map<String, TopicDescription> descriptions = descriptions(there);
        Map<String, Config> settings = settings(there);
        List<TopicFinding> findings = new ArrayList<>();
        for (PlannedTopic topic : plan.topics()) {
            TopicDescription description = descriptions.get(topic.name());
            if (description == null) {
                findings.add(new TopicFinding(topic.name(), TopicFinding.State.MISSING, topic.partitions(), List.of()));
                continue;
            }
            List<String> differences = differences(topic, description, settings.get(topic.name()));
            findings.add(new TopicFinding(
                    topic.name(),
                    !differences.isEmpty()
                            ? TopicFinding.State.DIFFERENT
                            : created.contains(topic.name())
                                    ? TopicFinding.State.CREATED
                                    : TopicFinding.State.AS_PLANNED,
                    description.partitions().size(),
                    differences));
        }
        return findings;
    }

    private List<String> differences(PlannedTopic topic, TopicDescription description, @Nullable Config found) {
        List<String> differences = new ArrayList<>();
        addIfWrong(
                differences, partitionsProblem(topic, description.partitions().size()));
        int replicas = description.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(replicationFactor);
        if (replicas < replicationFactor) {
            differences.add("There are %d copies of it, not %d.".formatted(replicas, replicationFactor));
        }
        if (found != null) {
            addIfWrong(differences, policyProblem(topic, value(found, "cleanup.policy")));
            differences.addAll(toldDifferences(topic, found));
        }
        return differences;
    }

    private static void addIfWrong(List<String> differences, @Nullable String problem) {
        if (problem != null) {
            differences.add(problem);
        }
    }

    private void check() throws InterruptedException, ExecutionException {
        Map<String, TopicDescription> found = descriptions(plan.topics());
        for (PlannedTopic topic : plan.topics()) {
            TopicDescription description = found.get(topic.name());
            if (description == null) {
                throw new UnknownTopicOrPartitionException(topic.name());
            }
            checkPartitions(topic, description.partitions().size());
        }
        Map<String, Config> settings = settings(plan.topics());
        for (PlannedTopic topic : plan.topics()) {
            Config ofTopic = settings.get(topic.name());
            if (ofTopic != null) {
                checkPolicy(topic, value(ofTopic, "cleanup.policy"));
                toldDifferences(topic, ofTopic).forEach(difference -> LOG.warnf("%s: %s", topic.name(), difference));
            }
        }
    }

    private Map<String, TopicDescription> descriptions(List<PlannedTopic> topics)
            throws InterruptedException, ExecutionException {
        return admin.describeTopics(topics.stream().map(PlannedTopic::name).toList())
                .allTopicNames()
                .get();
    }

    private Map<String, Config> settings(List<PlannedTopic> topics) throws InterruptedException, ExecutionException {
        List<ConfigResource> resources = topics.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.name()))
                .toList();
        return admin.describeConfigs(resources).all().get().entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().name(), Map.Entry::getValue));
    }

    private static List<String> toldDifferences(PlannedTopic topic, Config found) {
        List<String> differences = new ArrayList<>();
        for (String name : TOLD) {
            String planned = topic.settings().get(name);
            String actual = value(found, name);
            if (planned != null && actual != null && !planned.equals(actual)) {
                differences.add("It has %s=%s; it would be created with %s.".formatted(name, actual, planned));
            }
        }
        return differences;
    }

    static void checkPartitions(PlannedTopic topic, int found) {
        String problem = partitionsProblem(topic, found);
        if (problem != null) {
            throw new TopicMismatchException(
                    "%s%nMaybe it was created with another configuration; a graph cannot change its number of partitions in place."
                            .formatted(problem));
        }
    }

    private static @Nullable String partitionsProblem(PlannedTopic topic, int found) {
        if (found == topic.partitions()) {
            return null;
        }
        String expectation = topic.fixed() ? "this topic always has" : StreamConfig.PARTITIONS + " says";
        return "The topic %s has %d partitions, but %s %d."
                .formatted(topic.name(), found, expectation, topic.partitions());
    }

    static void checkPolicy(PlannedTopic topic, @Nullable String found) {
        String problem = policyProblem(topic, found);
        if (problem != null) {
            throw new TopicMismatchException("%s%nMaybe %s."
                    .formatted(
                            problem,
                            topic.compacted()
                                    ? "it was created by a producer; it holds one record per key for ever"
                                    : "it was created by hand; every record counts here, not only the last of a key"));
        }
    }

    private static @Nullable String policyProblem(PlannedTopic topic, @Nullable String found) {
        String expected = topic.compacted() ? "compact" : "delete";
        return found == null || found.equals(expected)
                ? null
                : "The topic %s has cleanup.policy %s, but must have %s.".formatted(topic.name(), found, expected);
    }

    private static @Nullable String value(Config settings, String name) {
        ConfigEntry entry = settings.get(name);
        return entry == null ? null : entry.value();
    }
}
