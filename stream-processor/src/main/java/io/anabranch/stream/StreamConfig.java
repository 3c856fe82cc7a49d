package io.anabranch.stream;

import io.anabranch.stream.ingest.IngestRules;
import io.anabranch.stream.propagation.AssertionMode;
import io.anabranch.stream.propagation.Guarantee;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Everything that the stream processor is told, checked. The keys are documented in {@code application.properties}.
 *
 * @param kafka how Kafka is reached
 * @param topics names of the topics
 * @param partitions number of graph partitions: of events, updates, halo, graph and embeddings
 * @param replicationFactor copies of every topic that is created
 * @param haloRetention how long what partitions say to each other is kept: longer than the longest outage
 * @param ingest what an event must satisfy
 * @param graph how late an event may be
 * @param propagation how updates are batched
 * @param streams how Kafka Streams runs
 */
public record StreamConfig(
        KafkaAccess kafka,
        Topics topics,
        int partitions,
        int replicationFactor,
        Duration haloRetention,
        IngestRules ingest,
        GraphSettings graph,
        PropagationSettings propagation,
        StreamsSettings streams) {

    public static final String BOOTSTRAP_SERVERS = "anabranch.kafka.bootstrap-servers";
    public static final String STARTUP_TIMEOUT = "anabranch.kafka.startup-timeout";
    /** Prefix of properties that every Kafka client gets. */
    public static final String CLIENT_PROPERTIES = "anabranch.kafka.client.";

    public static final String TOPICS_PREFIX = "anabranch.topics.prefix";
    public static final String HALO_RETENTION = "anabranch.topics.halo-retention";
    public static final String PARTITIONS = "anabranch.partitions";
    public static final String REPLICATION_FACTOR = "anabranch.replication-factor";
    public static final String FEATURES_DIMENSION = "anabranch.features.dimension";
    public static final String MAX_RECORD_BYTES = "anabranch.ingest.max-record-bytes";
    public static final String MAX_FUTURE_SKEW = "anabranch.ingest.max-future-skew";
    public static final String ALLOW_SELF_LOOPS = "anabranch.ingest.allow-self-loops";
    public static final String ALLOW_NEGATIVE_WEIGHTS = "anabranch.ingest.allow-negative-weights";
    /** Absent: no event is too late. */
    public static final String LATENESS = "anabranch.graph.lateness";
    /** Whether the histories of vertices are kept. */
    public static final String HISTORIES = "anabranch.graph.histories";
    /** Prefix of keys that end with an edge type, in quotation marks or not. */
    public static final String TIME_TO_LIVE = "anabranch.graph.time-to-live.";

    public static final String MAX_BATCH = "anabranch.propagation.max-batch";
    public static final String LATENCY_TARGET = "anabranch.propagation.latency-target";
    public static final String MAX_DELAY = "anabranch.propagation.max-delay";
    public static final String CLOCK_INTERVAL = "anabranch.propagation.clock-interval";
    public static final String ASSERTION_MODE = "anabranch.propagation.assertion-mode";
    /** Read by {@link StreamProcessorLifecycle}, not part of this record. */
    public static final String ENABLED = "anabranch.stream.enabled";

    public static final String APPLICATION_ID = "anabranch.stream.application-id";
    public static final String INSTANCE_ID = "anabranch.stream.instance-id";
    public static final String STATE_DIR = "anabranch.stream.state-dir";
    public static final String STANDBYS = "anabranch.stream.standbys";
    public static final String PROCESSING_GUARANTEE = "anabranch.stream.processing-guarantee";
    public static final String THREADS = "anabranch.stream.threads";
    public static final String COMMIT_INTERVAL = "anabranch.stream.commit-interval";
    public static final String SESSION_TIMEOUT = "anabranch.stream.session-timeout";
    public static final String TRANSACTION_TIMEOUT = "anabranch.stream.transaction-timeout";

    /** Every key that this class reads, in the order of the documentation. */
    public static final List<String> KEYS = List.of(
            BOOTSTRAP_SERVERS,
            STARTUP_TIMEOUT,
            TOPICS_PREFIX,
            HALO_RETENTION,
            PARTITIONS,
            REPLICATION_FACTOR,
            FEATURES_DIMENSION,
            MAX_RECORD_BYTES,
            MAX_FUTURE_SKEW,
            ALLOW_SELF_LOOPS,
            ALLOW_NEGATIVE_WEIGHTS,
            LATENESS,
            HISTORIES,
            MAX_BATCH,
            LATENCY_TARGET,
            MAX_DELAY,
            CLOCK_INTERVAL,
            ASSERTION_MODE,
            ENABLED,
            APPLICATION_ID,
            INSTANCE_ID,
            STATE_DIR,
            THREADS,
            PROCESSING_GUARANTEE,
            STANDBYS,
            COMMIT_INTERVAL,
            SESSION_TIMEOUT,
            TRANSACTION_TIMEOUT);

    /** A broker refuses records above this by the topics' own limit; the largest event must fit with its headers. */
    static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

    private static final Duration LONGEST = Duration.ofDays(36_500);

    private static final Set<String> OWN_PREFIXES =
            Set.of("anabranch.ingest.", "anabranch.graph.", "anabranch.propagation.", "anabranch.stream.");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,100}");
    private static final String NAME_ALLOWED = "1 to 100 letters, digits, dots, underscores or hyphens";
    private static final Pattern SERVERS =
            Pattern.compile("[^\\s,:]+:\\d{1,5}(\\s*,\\s*[^\\s,:]+:\\d{1,5})*|.*\\[.*]:\\d{1,5}");

    /**
     * Reads and checks all keys. Keys of other parts of Anabranch are ignored.
     *
     * @throws InvalidConfigurationException at the first wrong value
     */
    public static StreamConfig from(Map<String, String> values) {
        refuseUnknownKeys(values);
        Settings settings = new Settings(values);
        StreamConfig config = new StreamConfig(
                kafka(settings, values),
                new Topics(settings.text(TOPICS_PREFIX, "anabranch", NAME, NAME_ALLOWED)),
                settings.integer(PARTITIONS, 4, 1, 1000),
                settings.integer(REPLICATION_FACTOR, 1, 1, 32),
                settings.duration(HALO_RETENTION, Duration.ofDays(7), Duration.ofHours(1), Duration.ofDays(3650)),
                ingest(settings, values),
                graph(settings),
                propagation(settings),
                streams(settings));
        config.refuseContradictions();
        return config;
    }

    private static KafkaAccess kafka(Settings settings, Map<String, String> values) {
        Map<String, String> clientProperties = new HashMap<>();
        values.forEach((key, value) -> {
            if (key.startsWith(CLIENT_PROPERTIES)) {
                clientProperties.put(key.substring(CLIENT_PROPERTIES.length()), value);
            }
        });
        return new KafkaAccess(
                settings.text(
                        BOOTSTRAP_SERVERS,
                        "localhost:9092",
                        SERVERS,
                        "host:port pairs separated by commas, such as kafka:9092"),
                clientProperties,
                settings.duration(STARTUP_TIMEOUT, Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofHours(1)));
    }

    private static IngestRules ingest(Settings settings, Map<String, String> values) {
        return new IngestRules(
                settings.requiredInteger(
                        FEATURES_DIMENSION, 1, 100_000, "Maybe set it to the number of features that every node has."),
                settings.integer(MAX_RECORD_BYTES, 1_000_000, 1_000, 3_000_000),
                settings.duration(MAX_FUTURE_SKEW, Duration.ofMinutes(10), Duration.ZERO, Duration.ofDays(3650)),
                settings.flag(ALLOW_SELF_LOOPS, true),
                settings.flag(ALLOW_NEGATIVE_WEIGHTS, false),
                timeToLive(settings, values),
                settings.flag(HISTORIES, false));
    }

    private static Map<String, Duration> timeToLive(Settings settings, Map<String, String> values) {
        Map<String, Duration> byType = new HashMap<>();
        for (String key : new TreeSet<>(values.keySet())) {
            if (key.startsWith(TIME_TO_LIVE)) {
                String quoted = key.substring(TIME_TO_LIVE.length());
                boolean inQuotes = quoted.length() >= 2 && quoted.startsWith("\"") && quoted.endsWith("\"");
                String type = inQuotes ? quoted.substring(1, quoted.length() - 1) : quoted;
                Duration duration = settings.optionalDuration(key, Duration.ofMillis(1), LONGEST);
                if (duration != null && byType.put(type, duration) != null) {
                    throw new InvalidConfigurationException(
                            "The key %s (value %s) says the time to live of edges of type (%s) a second time."
                                    .formatted(key, values.get(key), type));
                }
            }
        }
        return byType;
    }

    private static GraphSettings graph(Settings settings) {
        Duration lateness = settings.optionalDuration(LATENESS, Duration.ZERO, LONGEST);
        return new GraphSettings(lateness == null ? GraphSettings.ANY_LATENESS : lateness.toMillis());
    }

    private static PropagationSettings propagation(Settings settings) {
        return new PropagationSettings(
                settings.integer(MAX_BATCH, 100_000, 1, 1_000_000),
                settings.duration(LATENCY_TARGET, Duration.ofMillis(50), Duration.ofMillis(1), Duration.ofSeconds(10)),
                settings.duration(MAX_DELAY, Duration.ofSeconds(3), Duration.ofMillis(1), Duration.ofSeconds(30)),
                settings.duration(CLOCK_INTERVAL, Duration.ofMillis(100), Duration.ofMillis(10), Duration.ofMinutes(1)),
                settings.choice(ASSERTION_MODE, AssertionMode.OFF));
    }

    private static StreamsSettings streams(Settings settings) {
        return new StreamsSettings(
                settings.text(APPLICATION_ID, "anabranch-stream", NAME, NAME_ALLOWED),
                settings.text(INSTANCE_ID, "stream-0", NAME, NAME_ALLOWED),
                settings.path(STATE_DIR, Path.of("data", "stream")),
                settings.integer(THREADS, 2, 1, 64),
                guarantee(settings),
                settings.integer(STANDBYS, 0, 0, 10),
                settings.duration(
                        COMMIT_INTERVAL, Duration.ofMillis(100), Duration.ofMillis(10), Duration.ofSeconds(30)),
                settings.duration(
                        SESSION_TIMEOUT, Duration.ofSeconds(10), Duration.ofSeconds(6), Duration.ofMinutes(5)),
                settings.duration(
                        TRANSACTION_TIMEOUT, Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofMinutes(15)));
    }

    private static Guarantee guarantee(Settings settings) {
        String name = settings.text(
                PROCESSING_GUARANTEE,
                StreamsConfig.EXACTLY_ONCE_V2,
                Pattern.compile(StreamsConfig.EXACTLY_ONCE_V2 + "|" + StreamsConfig.AT_LEAST_ONCE),
                "%s or %s".formatted(StreamsConfig.EXACTLY_ONCE_V2, StreamsConfig.AT_LEAST_ONCE));
        return name.equals(StreamsConfig.AT_LEAST_ONCE) ? Guarantee.AT_LEAST_ONCE : Guarantee.EXACTLY_ONCE;
    }

    private void refuseContradictions() {
        if (streams.transactionTimeout().compareTo(streams.commitInterval().multipliedBy(2)) < 0) {
            throw new InvalidConfigurationException(
                    "The value (%s) of %s must be at least twice the value (%s) of %s: a transaction lives that long."
                            .formatted(
                                    streams.transactionTimeout(),
                                    TRANSACTION_TIMEOUT,
                                    streams.commitInterval(),
                                    COMMIT_INTERVAL));
        }
        if (Math.multiplyExact((long) ingest.featureDimension(), Float.BYTES) + 4_096 > ingest.maxRecordBytes()) {
            throw new InvalidConfigurationException(
                    "The value (%d) of %s must leave room for a row of %d features (%s), 4 bytes each and 4096 more."
                            .formatted(
                                    ingest.maxRecordBytes(),
                                    MAX_RECORD_BYTES,
                                    ingest.featureDimension(),
                                    FEATURES_DIMENSION));
        }
    }

    private static void refuseUnknownKeys(Map<String, String> values) {
        for (String key : new TreeSet<>(values.keySet())) {
            if (OWN_PREFIXES.stream().anyMatch(key::startsWith)
                    && !KEYS.contains(key)
                    && !key.startsWith(TIME_TO_LIVE)) {
                throw new InvalidConfigurationException(
                        "The key %s (value %s) is unknown; allowed are %s.".formatted(key, values.get(key), KEYS));
            }
        }
    }
}
