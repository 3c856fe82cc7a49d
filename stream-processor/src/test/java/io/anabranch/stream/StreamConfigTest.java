package io.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.anabranch.stream.propagation.AssertionMode;
import io.anabranch.stream.propagation.Guarantee;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamConfigTest {

    private static StreamConfig with(String... keysAndValues) {
        Map<String, String> values = new HashMap<>(Map.of(StreamConfig.FEATURES_DIMENSION, "3"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return StreamConfig.from(values);
    }

    @Test
    void defaultsNeedTheFeatureDimensionAlone() {
        StreamConfig config = with();
        assertThat(config.kafka().bootstrapServers()).isEqualTo("localhost:9092");
        assertThat(config.topics().deadLetters()).isEqualTo("anabranch.dead-letters");
        assertThat(config.partitions()).isEqualTo(4);
        assertThat(config.ingest().featureDimension()).isEqualTo(3);
        assertThat(config.ingest().maxFutureSkew()).isEqualTo(Duration.ofMinutes(10));
        assertThat(config.propagation().maxBatch()).isEqualTo(100_000);
        assertThat(config.propagation().assertionMode()).isEqualTo(AssertionMode.OFF);
        assertThat(config.streams().commitInterval()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void everyKeyIsRead() {
        StreamConfig config = with(
                StreamConfig.BOOTSTRAP_SERVERS,
                "a:1, b:2",
                StreamConfig.STARTUP_TIMEOUT,
                "PT5S",
                StreamConfig.CLIENT_PROPERTIES + "security.protocol",
                "SSL",
                StreamConfig.TOPICS_PREFIX,
                "fraud",
                StreamConfig.PARTITIONS,
                "7",
                StreamConfig.REPLICATION_FACTOR,
                "3",
                StreamConfig.MAX_RECORD_BYTES,
                "50000",
                StreamConfig.MAX_FUTURE_SKEW,
                "PT1H",
                StreamConfig.ALLOW_SELF_LOOPS,
                "false",
                StreamConfig.ALLOW_NEGATIVE_WEIGHTS,
                "TRUE",
                StreamConfig.LATENESS,
                "PT2H",
                StreamConfig.TIME_TO_LIVE + "\"pays\"",
                "P30D",
                StreamConfig.TIME_TO_LIVE + "knows.of",
                "PT1S",
                StreamConfig.TIME_TO_LIVE + "\"\"",
                "PT2S",
                StreamConfig.MAX_BATCH,
                "9",
                StreamConfig.LATENCY_TARGET,
                "PT0.5S",
                StreamConfig.MAX_DELAY,
                "PT3S",
                StreamConfig.CLOCK_INTERVAL,
                "PT2S",
                StreamConfig.ASSERTION_MODE,
                "full",
                StreamConfig.APPLICATION_ID,
                "app",
                StreamConfig.INSTANCE_ID,
                "pod-3",
                StreamConfig.STATE_DIR,
                "/tmp/state",
                StreamConfig.THREADS,
                "5",
                StreamConfig.PROCESSING_GUARANTEE,
                "at_least_once",
                StreamConfig.STANDBYS,
                "1",
                StreamConfig.COMMIT_INTERVAL,
                "PT1S",
                StreamConfig.SESSION_TIMEOUT,
                "PT20S",
                StreamConfig.TRANSACTION_TIMEOUT,
                "PT30S");
        assertThat(config.kafka())
                .isEqualTo(new KafkaAccess("a:1, b:2", Map.of("security.protocol", "SSL"), Duration.ofSeconds(5)));
        assertThat(config.topics().events()).isEqualTo("fraud.events");
        assertThat(config.partitions()).isEqualTo(7);
        assertThat(config.replicationFactor()).isEqualTo(3);
        assertThat(config.ingest().allowSelfLoops()).isFalse();
        assertThat(config.ingest().allowNegativeWeights()).isTrue();
        assertThat(config.graph()).isEqualTo(new GraphSettings(7_200_000));
        assertThat(config.ingest().timeToLive())
                .isEqualTo(Map.of(
                        "pays", Duration.ofDays(30), "knows.of", Duration.ofSeconds(1), "", Duration.ofSeconds(2)));
        assertThat(config.propagation())
                .isEqualTo(new PropagationSettings(
                        9, Duration.ofMillis(500), Duration.ofSeconds(3), Duration.ofSeconds(2), AssertionMode.FULL));
        assertThat(config.streams())
                .isEqualTo(new StreamsSettings(
                        "app",
                        "pod-3",
                        Path.of("/tmp/state"),
                        5,
                        Guarantee.AT_LEAST_ONCE,
                        1,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(30)));
    }

    @Test
    void blankMeansAbsentAndKeysOfOthersAreIgnored() {
        assertThat(with(StreamConfig.PARTITIONS, " ", "anabranch.models.keep-live", "x", "quarkus.http.port", "1")
                        .partitions())
                .isEqualTo(4);
    }

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "anabranch.features.dimension | 0 | a whole number from 1 to 100000",
                "anabranch.features.dimension | ten | a whole number from 1 to 100000",
                "anabranch.kafka.bootstrap-servers | kafka | host:port pairs",
                "anabranch.kafka.startup-timeout | 10s | an ISO-8601 duration from PT1S to PT1H",
                "anabranch.topics.prefix | a b | letters, digits, dots",
                "anabranch.partitions | 0 | a whole number from 1 to 1000",
                "anabranch.partitions | 1e3 | a whole number from 1 to 1000",
                "anabranch.replication-factor | 99 | a whole number from 1 to 32",
                "anabranch.ingest.max-record-bytes | 9999999 | a whole number from 1000 to 3000000",
                "anabranch.ingest.max-future-skew | -PT1S | an ISO-8601 duration from PT0S",
                "anabranch.graph.lateness | -PT1S | an ISO-8601 duration from PT0S",
                "anabranch.graph.time-to-live.pays | PT0S | an ISO-8601 duration from PT0.001S",
                "anabranch.graph.time-to-live.\"pays\" | a day | an ISO-8601 duration from PT0.001S",
                "anabranch.ingest.allow-self-loops | yes | true or false",
                "anabranch.ingest.allow-negative-weights | 1 | true or false",
                "anabranch.propagation.max-batch | -1 | a whole number from 1 to 1000000",
                "anabranch.propagation.latency-target | PT0S | an ISO-8601 duration from PT0.001S to PT10S",
                "anabranch.propagation.max-delay | PT1M | an ISO-8601 duration from PT0.001S to PT30S",
                "anabranch.stream.processing-guarantee | exactly_once | exactly_once_v2 or at_least_once",
                "anabranch.stream.standbys | 11 | a whole number from 0 to 10",
                "anabranch.topics.halo-retention | PT1M | an ISO-8601 duration from PT1H",
                "anabranch.propagation.assertion-mode | MAYBE | one of [OFF, SAMPLED, FULL]",
                "anabranch.stream.application-id | a/b | letters, digits, dots",
                "anabranch.stream.instance-id | a:b | letters, digits, dots",
                "anabranch.stream.threads | 0 | a whole number from 1 to 64",
                "anabranch.stream.commit-interval | PT1H | an ISO-8601 duration from PT0.01S to PT30S",
                "anabranch.stream.session-timeout | PT1S | an ISO-8601 duration from PT6S to PT5M",
                "anabranch.stream.transaction-timeout | soon | an ISO-8601 duration from PT1S to PT15M",
            })
    void aWrongValueIsRefusedByName(String key, String value, String allowed) {
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> with(key, value))
                .withMessageContaining("(" + value + ")")
                .withMessageContaining(key)
                .withMessageContaining(allowed);
    }

    @Test
    void anImpossiblePathIsRefused() {
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> with(StreamConfig.STATE_DIR, "a\0b"))
                .withMessageContaining(StreamConfig.STATE_DIR);
    }

    @Test
    void theFeatureDimensionIsRequired() {
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> StreamConfig.from(Map.of()))
                .withMessageContaining("anabranch.features.dimension is not set")
                .withMessageContaining("Maybe");
    }

    @Test
    void aMistypedKeyIsRefused() {
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> with("anabranch.stream.treads", "2"))
                .withMessageContaining("anabranch.stream.treads")
                .withMessageContaining("anabranch.stream.threads");
    }

    @Test
    void aTransactionMustOutliveTheCommitInterval() {
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> with(StreamConfig.COMMIT_INTERVAL, "PT6S"))
                .withMessageContaining(StreamConfig.COMMIT_INTERVAL)
                .withMessageContaining(StreamConfig.TRANSACTION_TIMEOUT);
    }

    @Test
    void aRowOfFeaturesMustFitARecord() {
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(
                        () -> with(StreamConfig.FEATURES_DIMENSION, "50000", StreamConfig.MAX_RECORD_BYTES, "100000"))
                .withMessageContaining("100000")
                .withMessageContaining("50000");
    }

    @Test
    void theDocumentedDefaultsAreTheDefaults() throws IOException {
        Properties documented = new Properties();
        try (InputStream file = StreamConfig.class.getResourceAsStream("/application.properties")) {
            documented.load(file);
        }
        Map<String, String> values = new HashMap<>();
        documented.forEach((key, value) -> values.put(key.toString(), value.toString()));
        assertThat(values.keySet())
                .containsAll(StreamConfig.KEYS.stream()
                        .filter(key -> !key.equals(StreamConfig.FEATURES_DIMENSION))
                        .toList());
        values.put(StreamConfig.FEATURES_DIMENSION, "3");
        assertThat(StreamConfig.from(values)).isEqualTo(with());
    }
}
