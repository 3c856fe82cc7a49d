package io.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.anabranch.stream.TopicPlan.PlannedTopic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

/** Topics, Kafka Streams' configuration, restore progress and status: what needs no broker to be right. */
class RuntimePartsTest {

    private static final StreamConfig CONFIG = StreamConfig.from(Map.of(
            StreamConfig.FEATURES_DIMENSION,
            "2",
            StreamConfig.INSTANCE_ID,
            "pod-1",
            StreamConfig.CLIENT_PROPERTIES + "security.protocol",
            "SSL"));

    private static PlannedTopic topic(String name) {
        return TopicPlan.of(CONFIG).topics().stream()
                .filter(topic -> topic.name().equals("anabranch." + name))
                .findAny()
                .orElseThrow();
    }

    @Test
    void everyTopicIsPlanned() {
        assertThat(TopicPlan.of(CONFIG).topics())
                .extracting(topic -> "%s %d %s"
                        .formatted(
                                topic.name(),
                                topic.partitions(),
                                topic.settings().get("cleanup.policy")))
                .containsExactly(
                        "anabranch.events 4 delete",
                        "anabranch.dead-letters 1 delete",
                        "anabranch.updates 4 delete",
                        "anabranch.halo 4 delete",
                        "anabranch.graph 4 compact",
                        "anabranch.embeddings 4 compact",
                        "anabranch.models 1 compact",
                        "anabranch.processors 1 compact");
        assertThat(TopicPlan.of(CONFIG).topics())
                .allMatch(topic -> "4194304".equals(topic.settings().get("max.message.bytes")))
                .allMatch(topic -> topic.compacted()
                        || (topic.name().equals("anabranch.halo") ? "604800000" : "-1")
                                .equals(topic.settings().get("retention.ms")));
    }

    @Test
    void aWrongNumberOfPartitionsIsNamed() {
        assertThatCode(() -> TopicSetup.checkPartitions(topic("updates"), 4)).doesNotThrowAnyException();
        assertThatExceptionOfType(TopicMismatchException.class)
                .isThrownBy(() -> TopicSetup.checkPartitions(topic("updates"), 3))
                .withMessageContaining("anabranch.updates has 3 partitions")
                .withMessageContaining("anabranch.partitions says 4");
        assertThatExceptionOfType(TopicMismatchException.class)
                .isThrownBy(() -> TopicSetup.checkPartitions(topic("models"), 2))
                .withMessageContaining("always has 1");
    }

    @Test
    void aWrongCleanupPolicyIsNamed() {
        assertThatCode(() -> TopicSetup.checkPolicy(topic("graph"), "compact")).doesNotThrowAnyException();
        for (String found : List.of("delete", "compact,delete")) {
            assertThatExceptionOfType(TopicMismatchException.class)
                    .isThrownBy(() -> TopicSetup.checkPolicy(topic("graph"), found))
                    .withMessageContaining("anabranch.graph has cleanup.policy " + found)
                    .withMessageContaining("must have compact");
        }
        assertThatExceptionOfType(TopicMismatchException.class)
                .isThrownBy(() -> TopicSetup.checkPolicy(topic("halo"), "compact"))
                .withMessageContaining("must have delete");
    }

    @Test
    void kafkaStreamsIsExactlyOnceStaticAndExplicit() {
        Properties properties = StreamsProperties.of(CONFIG, Commits.create());
        assertThat(properties)
                .containsEntry("processing.guarantee", "exactly_once_v2")
                .containsEntry("main.consumer.group.instance.id", "pod-1")
                .containsEntry("security.protocol", "SSL")
                .containsEntry("ensure.explicit.internal.resource.naming", true)
                .containsEntry("poll.ms", 10)
                .containsKeys(
                        "deserialization.exception.handler",
                        "production.exception.handler",
                        "processing.exception.handler");
        StreamsConfig accepted = new StreamsConfig(properties);
        assertThat(accepted.getMainConsumerConfigs("group", "client", 0))
                .containsEntry("session.timeout.ms", 10_000)
                .containsEntry("isolation.level", "read_committed")
                .containsEntry("group.instance.id", "pod-1-0");
        assertThat(accepted.getProducerConfigs("client")).containsEntry("transaction.timeout.ms", 10_000);
    }

    @Test
    void restoreProgressKnowsWhatIsRunning() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        RestoreProgress progress = new RestoreProgress(new StreamMetrics(registry));
        TopicPartition first = new TopicPartition("changelog", 0);
        TopicPartition second = new TopicPartition("changelog", 1);
        progress.onRestoreStart(first, "state", 10, 110);
        progress.onRestoreStart(second, "state", 0, 5);
        progress.onBatchRestored(first, "state", 60, 50);
        assertThat(progress.running())
                .containsExactly(new RestoreStatus("changelog", 0, 50, 100), new RestoreStatus("changelog", 1, 0, 5));
        assertThat(registry.get("anabranch.state.restore.remaining").gauge().value())
                .isEqualTo(55);
        progress.onRestoreEnd(first, "state", 100);
        progress.onRestoreSuspended(second, "state", 0);
        assertThat(progress.running()).isEmpty();
        assertThat(registry.get("anabranch.state.restore.remaining").gauge().value())
                .isZero();
        assertThat(registry.get("anabranch.state.restored").counter().count()).isEqualTo(50);
    }

    @Test
    void aRuntimeThatWasNotStartedIsAliveButNotReady() {
        StreamRuntime runtime = new StreamRuntime(CONFIG, new SimpleMeterRegistry());
        assertThat(runtime.status().phase()).isEqualTo(StreamStatus.Phase.STARTING);
        assertThat(runtime.status().ready()).isFalse();
        assertThat(runtime.status().alive()).isTrue();
        runtime.close();
        runtime.close();
        assertThat(runtime.status().phase()).isEqualTo(StreamStatus.Phase.STOPPED);
    }

    @Test
    void readyMeansRunningWithNothingPending() {
        assertThat(new StreamStatus(StreamStatus.Phase.RUNNING, List.of(), 1).ready())
                .isTrue();
        assertThat(new StreamStatus(StreamStatus.Phase.RUNNING, List.of("Partition 1 is restored."), 1).ready())
                .isFalse();
        assertThat(new StreamStatus(StreamStatus.Phase.FAILED, List.of(), 1).alive())
                .isFalse();
    }
}
