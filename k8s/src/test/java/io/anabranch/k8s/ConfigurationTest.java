package io.anabranch.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.anabranch.serve.ops.GuardSettings;
import io.anabranch.serve.ops.ServerConfig;
import io.anabranch.standalone.Settings;
import io.anabranch.standalone.StartFailure;
import io.anabranch.stream.StreamConfig;
import io.anabranch.stream.propagation.Guarantee;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the ConfigMaps and variables say, read by the applications' own readers. */
class ConfigurationTest {

    @ParameterizedTest
    @EnumSource
    void everyKeyIsOneOfTheApplications(Overlay overlay) {
        for (Pod pod : pods(overlay.manifests())) {
            assertThat(pod.configuration()).isNotEmpty();
            Settings.check(pod.configuration(), pod.name());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theApplicationsTakeTheValues(Overlay overlay) {
        Manifests manifests = overlay.manifests();
        Pod processor = Pod.of(manifests, "StatefulSet", "stream-processor");
        StreamConfig stream = StreamConfig.from(processor.configuration());
        ServerConfig server = ServerConfig.from(
                Pod.of(manifests, "Deployment", "model-service").configuration());

        assertThat(server.partitions()).isEqualTo(stream.partitions());
        assertThat(server.topics().prefix()).isEqualTo(stream.topics().prefix());
        assertThat(server.kafka().bootstrapServers()).isEqualTo(stream.kafka().bootstrapServers());
        assertThat(server.ingest().featureDimension()).isEqualTo(stream.ingest().featureDimension());
        assertThat(stream.streams().guarantee()).isEqualTo(Guarantee.EXACTLY_ONCE);
        assertThat(processor.environment()).containsEntry("ANABRANCH_STREAM_INSTANCE_ID", "stream-processor-0");
        assertThat(stream.streams().stateDir().startsWith("/var/lib/anabranch")).isTrue();
        assertThat(Manifests.named(processor.container().path("volumeMounts"), "state")
                        .path("mountPath")
                        .asText())
                .isEqualTo("/var/lib/anabranch");
    }

    @Test
    void inProductionCallersAreKnownAndStateHasACopy() {
        Manifests manifests = Overlay.PROD.manifests();
        Pod server = Pod.of(manifests, "Deployment", "model-service");
        assertThat(GuardSettings.from(server.configuration()).authenticates()).isTrue();
        assertThat(server.configuration()).doesNotContainKey("anabranch.security.insecure");
        StreamConfig stream = StreamConfig.from(
                Pod.of(manifests, "StatefulSet", "stream-processor").configuration());
        assertThat(stream.streams().standbys()).isEqualTo(1);
        assertThat(stream.replicationFactor()).isEqualTo(3);
    }

    /** More threads than tasks would do nothing; each partition has two tasks. */
    @ParameterizedTest
    @EnumSource
    void everyThreadHasSomethingToDo(Overlay overlay) {
        Manifests manifests = overlay.manifests();
        StreamConfig stream = StreamConfig.from(
                Pod.of(manifests, "StatefulSet", "stream-processor").configuration());
        int most = manifests
                .kind("ScaledObject")
                .map(scaler -> scaler.at("/spec/maxReplicaCount").asInt())
                .findFirst()
                .orElseGet(() -> manifests
                        .one("StatefulSet", "stream-processor")
                        .at("/spec/replicas")
                        .asInt());
        assertThat(most * stream.streams().threads()).isLessThanOrEqualTo(2 * stream.partitions());
        assertThat(Policies.leastReplicas(manifests, manifests.one("StatefulSet", "stream-processor")))
                .isGreaterThan(stream.streams().standbys());
    }

    /** What Kafka is asked about by KEDA is what the stream processor reads. */
    @Test
    void theScalerAsksForTheStreamsGroupAndInput() {
        Manifests manifests = Overlay.PROD.manifests();
        StreamConfig stream = StreamConfig.from(
                Pod.of(manifests, "StatefulSet", "stream-processor").configuration());
        String kafka = stream.kafka().bootstrapServers();
        List<JsonNode> triggers = Manifests.each(
                        manifests.one("ScaledObject", "stream-processor").at("/spec/triggers"))
                .map(trigger -> trigger.path("metadata"))
                .toList();
        assertThat(triggers)
                .extracting(trigger -> trigger.path("topic").asText())
                .containsExactly(stream.topics().events(), stream.topics().updates());
        assertThat(triggers).allSatisfy(trigger -> {
            assertThat(trigger.path("consumerGroup").asText())
                    .isEqualTo(stream.streams().applicationId());
            assertThat(trigger.path("bootstrapServers").asText()).isEqualTo(kafka.replace(":", ".anabranch.svc:"));
        });
    }

    /** The time that a stop may take is more than the parts of it that have a bound. */
    @ParameterizedTest
    @EnumSource
    void theGracePeriodIsLongEnough(Overlay overlay) {
        Manifests manifests = overlay.manifests();
        Pod server = Pod.of(manifests, "Deployment", "model-service");
        long delay = Duration.parse(server.configuration().get("anabranch.server.stop-delay"))
                .toSeconds();
        assertThat(delay).isPositive();
        // Calls under way have stop-timeout, which is not set here; then five readers, each up to 5 s, and three
        // clients.
        assertThat(server.configuration()).doesNotContainKey("anabranch.server.stop-timeout");
        assertThat(grace(server)).isGreaterThanOrEqualTo(delay + 10 + 35);
        // Kafka Streams 30 s, the models' reader 5 s, the client 5 s.
        assertThat(grace(Pod.of(manifests, "StatefulSet", "stream-processor"))).isGreaterThanOrEqualTo(45);
    }

    private static long grace(Pod pod) {
        return Pod.spec(pod.workload()).path("terminationGracePeriodSeconds").asLong();
    }

    /** A variable counts only if a key is asked for by that name: nothing would say that one is misspelt. */
    @ParameterizedTest
    @EnumSource
    void everyVariableIsReadByKeyOrByTheCommand(Overlay overlay) {
        Set<String> keys = new HashSet<>();
        Stream.of(StreamConfig.KEYS, ServerConfig.KEYS, GuardSettings.KEYS)
                .flatMap(List::stream)
                .map(key -> key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"))
                .forEach(keys::add);
        for (Pod pod : pods(overlay.manifests())) {
            String command = pod.container().path("args").toString();
            assertThat(pod.environment().keySet())
                    .allMatch(name -> keys.contains(name)
                            || command.contains("$(%s)".formatted(name))
                            || name.startsWith("ANABRANCH_KAFKA_CLIENT_")
                            // Of glibc.
                            || name.equals("MALLOC_ARENA_MAX"));
        }
    }

    @Test
    void aMisspeltKeyAndAWrongValueAreSeen() {
        Map<String, String> files = Map.of(
                "anabranch.properties",
                "anabranch.partition=4",
                "model-service.properties",
                "anabranch.limits.streams=0");
        files.forEach((file, line) -> {
            Map<String, String> wrong = new TreeMap<>(Pod.properties(line));
            assertThatThrownBy(() -> Settings.check(wrong, file))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining(wrong.keySet().iterator().next());
        });
    }

    private static List<Pod> pods(Manifests manifests) {
        return manifests
                .workloads()
                .map(workload -> Pod.of(manifests, workload))
                .toList();
    }
}
