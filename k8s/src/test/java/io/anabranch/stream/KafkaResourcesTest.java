package io.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.anabranch.k8s.Manifests;
import io.anabranch.k8s.Mutation;
import io.anabranch.k8s.Overlay;
import io.anabranch.k8s.Pod;
import io.anabranch.stream.TopicPlan.PlannedTopic;
import io.anabranch.stream.propagation.LiveModels;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The topics and rights of the manifests are those of the topology, in both directions. Here, since the plan of the topics is the package's own. */
class KafkaResourcesTest {

    private static final String CHANGELOGS = "anabranch-stream-*";

    @ParameterizedTest
    @EnumSource
    void theTopicsAreThosePlanned(Overlay overlay) {
        Manifests manifests = overlay.manifests();
        StreamConfig config = config(manifests);
        Map<String, PlannedTopic> planned = new TreeMap<>();
        TopicPlan.of(config).topics().forEach(topic -> planned.put(topic.name(), topic));
        Map<String, JsonNode> declared = new TreeMap<>();
        manifests
                .kind("KafkaTopic")
                .forEach(topic -> declared.put(topic.at("/metadata/name").asText(), topic.path("spec")));

        assertThat(declared.keySet()).isEqualTo(planned.keySet());
        planned.forEach((name, plan) -> {
            JsonNode spec = declared.getOrDefault(name, MissingNode.getInstance());
            assertThat(spec.path("partitions").asInt()).as(name).isEqualTo(plan.partitions());
            assertThat(spec.path("replicas").asInt()).as(name).isEqualTo(config.replicationFactor());
            Map<String, String> settings = new TreeMap<>();
            spec.path("config")
                    .properties()
                    .forEach(entry ->
                            settings.put(entry.getKey(), entry.getValue().asText()));
            assertThat(settings).as(name).isEqualTo(plan.settings());
        });
    }

    @ParameterizedTest
    @EnumSource
    void theStreamProcessorMayDoWhatItsTopologyDoes(Overlay overlay) {
        Manifests manifests = overlay.manifests();
        StreamConfig config = config(manifests);
        assertThat(rights(manifests, "anabranch-stream-processor", "topic")).isEqualTo(needed(config));
        assertThat(rights(manifests, "anabranch-stream-processor", "group"))
                .isEqualTo(Map.of(config.streams().applicationId(), Set.of("Read")));
        assertThat(rights(manifests, "anabranch-stream-processor", "transactionalId"))
                .isEqualTo(Map.of(config.streams().applicationId() + "-*", Set.of("Write")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/spec/authorization/acls/0/operations|[\"Read\"]",
                "/spec/authorization/acls/0/operations|[\"Read\",\"DescribeConfigs\",\"Write\"]",
                "/spec/authorization/acls/0/resource/name|\"anabranch.event\"",
                "/spec/authorization/acls/0|",
            })
    void aRightTooFewOrTooManyIsSeen(String pointer, @Nullable String value) {
        Manifests right = Overlay.PROD.manifests();
        Manifests wrong = new Mutation("KafkaUser", "anabranch-stream-processor", pointer, value).of(right);
        assertThat(rights(wrong, "anabranch-stream-processor", "topic"))
                .isNotEqualTo(needed(config(wrong)))
                .isNotEqualTo(rights(right, "anabranch-stream-processor", "topic"));
    }

    private static Map<String, Set<String>> needed(StreamConfig config) {
        Map<String, Set<String>> needed = new TreeMap<>();
        Topology topology = TopologyFactory.build(config, () -> LiveModels.NONE);
        topology.describe()
                .subtopologies()
                .forEach(part -> part.nodes().forEach(node -> {
                    switch (node) {
                        case TopologyDescription.Source source ->
                            source.topicSet().forEach(topic -> need(needed, topic, "Read"));
                        case TopologyDescription.Sink sink -> need(needed, sink.topic(), "Write");
                        default -> {}
                    }
                }));
        // Beside the topology: the reader of the models, the reports, and the check of every topic's settings at the
        // start.
        need(needed, config.topics().models(), "Read");
        need(needed, config.topics().processors(), "Write");
        TopicPlan.of(config).topics().forEach(topic -> need(needed, topic.name(), "DescribeConfigs"));
        // Kafka Streams makes its changelogs, checks, writes and restores them.
        for (String operation : List.of("Create", "Read", "Write", "DescribeConfigs")) {
            need(needed, CHANGELOGS, operation);
        }
        return needed;
    }

    /** Of the model service the use of each topic is listed here; that it is enough is what ManifestProcessesIT shows. */
    @ParameterizedTest
    @EnumSource
    void theModelServiceMayDoNoMoreThanItsFeedsAndProducersDo(Overlay overlay) {
        Manifests manifests = overlay.manifests();
        Topics topics = config(manifests).topics();
        assertThat(rights(manifests, "anabranch-model-service", "topic"))
                .isEqualTo(Map.of(
                        topics.events(), Set.of("Write"),
                        topics.updates(), Set.of("Describe"),
                        topics.halo(), Set.of("Describe"),
                        topics.deadLetters(), Set.of("Read"),
                        topics.graph(), Set.of("Read"),
                        topics.embeddings(), Set.of("Read"),
                        topics.models(), Set.of("Read", "Write"),
                        topics.processors(), Set.of("Read")));
        assertThat(rights(manifests, "anabranch-model-service", "group")).isEmpty();
        assertThat(rights(manifests, "anabranch-model-service", "transactionalId"))
                .isEqualTo(Map.of(topics.prefix() + "-model-log", Set.of("Write")));
    }

    @ParameterizedTest
    @EnumSource
    void nobodyHasRightsToAnythingElse(Overlay overlay) {
        Manifests manifests = overlay.manifests();
        manifests
                .kind("KafkaUser")
                .flatMap(user -> Manifests.each(user.at("/spec/authorization/acls")))
                .forEach(acl -> {
                    assertThat(acl.at("/resource/type").asText()).isIn("topic", "group", "transactionalId");
                    assertThat(acl.at("/resource/name").asText()).startsWith("anabranch");
                    assertThat(Manifests.each(acl.path("operations")).map(JsonNode::asText))
                            .doesNotContain("All");
                });
    }

    private static void need(Map<String, Set<String>> needed, String topic, String operation) {
        needed.computeIfAbsent(topic, name -> new TreeSet<>()).add(operation);
    }

    /** By the resource's name; a prefix ends with a star. */
    private static Map<String, Set<String>> rights(Manifests manifests, String user, String type) {
        Map<String, Set<String>> rights = new TreeMap<>();
        manifests
                .kind("KafkaUser")
                .filter(resource -> resource.at("/metadata/name").asText().equals(user))
                .flatMap(resource -> Manifests.each(resource.at("/spec/authorization/acls")))
                .filter(acl -> acl.at("/resource/type").asText().equals(type))
                .forEach(acl -> {
                    boolean prefix = acl.at("/resource/patternType").asText().equals("prefix");
                    Manifests.each(acl.path("operations"))
                            .forEach(operation -> need(
                                    rights,
                                    acl.at("/resource/name").asText() + (prefix ? "*" : ""),
                                    operation.asText()));
                });
        return rights;
    }

    private static StreamConfig config(Manifests manifests) {
        return StreamConfig.from(
                Pod.of(manifests, "StatefulSet", "stream-processor").configuration());
    }
}
