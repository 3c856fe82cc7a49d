package io.anabranch.serve.ops;

import io.anabranch.graph.hag.choice.PlanPolicy;
import io.anabranch.serve.feed.KafkaAccess;
import io.anabranch.serve.feed.Topics;
import io.anabranch.serve.ingest.IngestRules;
import io.anabranch.serve.predict.BatchSettings;
import io.anabranch.serve.predict.SimilarSettings;
import io.anabranch.serve.predict.SimilarityMetric;
import io.anabranch.serve.recompute.OnDemandLimits;
import io.anabranch.serve.registry.Activation;
import io.anabranch.serve.registry.Retention;
import io.anabranch.serve.watch.WatchLimits;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Everything that the model server is told, checked. {@code META-INF/microprofile-config.properties} documents the keys.
 *
 * @param enabled false: no topic is read; what needs one is answered with UNAVAILABLE
 * @param aggregation how trainings sum over neighbours that don't say it themselves
 * @param histories whether the stream processor keeps what nodes did, so that models may read it
 * @param writeTimeout how long a change of the models topic may take
 * @param maxWait how long a read may wait for the events that it asks for
 * @param warmUp how long the server may ask itself before it is ready; zero: not at all
 * @param stopDelay how long a server that says that it stops goes on taking calls
 * @param stopTimeout how long a stop waits for calls under way
 * @param historyChanges how many changes of embeddings are kept for histories of predictions; 0: none
 * @param onDemand how much is computed for single requests
 * @param watch how much watching costs at most
 * @param similar how nearest neighbours are searched
 * @param batching how searches and rankings share passes over all embeddings
 */
public record ServerConfig(
        boolean enabled,
        KafkaAccess kafka,
        Topics topics,
        int partitions,
        IngestRules ingest,
        ModelSettings models,
        PlanPolicy aggregation,
        boolean histories,
        Duration writeTimeout,
        Duration maxWait,
        Duration warmUp,
        Duration stopDelay,
        Duration stopTimeout,
        int historyChanges,
        OnDemandLimits onDemand,
        WatchLimits watch,
        SimilarSettings similar,
        BatchSettings batching) {

    public static final String ENABLED = "anabranch.server.enabled";
    public static final String WRITE_TIMEOUT = "anabranch.server.write-timeout";
    public static final String MAX_WAIT = "anabranch.server.max-wait";
    public static final String WARM_UP = "anabranch.server.warm-up";
    public static final String STOP_DELAY = "anabranch.server.stop-delay";
    public static final String STOP_TIMEOUT = "anabranch.server.stop-timeout";
    public static final String HISTORY_CHANGES = "anabranch.server.history.changes";
    public static final String WATCH_MAX_WATCHERS = "anabranch.server.watch.max-watchers";
    public static final String WATCH_MAX_IDS = "anabranch.server.watch.max-ids";
    public static final String WATCH_BUFFER = "anabranch.server.watch.buffer";
    public static final String WATCH_TOMBSTONES = "anabranch.server.watch.tombstones";
    public static final String WATCH_HEARTBEAT = "anabranch.server.watch.heartbeat";
    public static final String ON_DEMAND_MAX_ROWS = "anabranch.server.on-demand.max-rows";
    public static final String ON_DEMAND_THREADS = "anabranch.server.on-demand.threads";
    public static final String ON_DEMAND_QUEUE = "anabranch.server.on-demand.queue";
    public static final String BATCHING_MAX_SIZE = "anabranch.server.batching.max-size";
    public static final String BATCHING_MAX_DELAY = "anabranch.server.batching.max-delay";
    public static final String BATCHING_MAX_QUERIES = "anabranch.server.batching.max-queries";
    public static final String BOOTSTRAP_SERVERS = "anabranch.kafka.bootstrap-servers";
    /** Prefix of properties that every Kafka client gets. */
    public static final String CLIENT_PROPERTIES = "anabranch.kafka.client.";

    public static final String TOPICS_PREFIX = "anabranch.topics.prefix";
    public static final String PARTITIONS = "anabranch.partitions";
    public static final String FEATURES_DIMENSION = "anabranch.features.dimension";
    public static final String HISTORIES = "anabranch.graph.histories";
    public static final String MAX_RECORD_BYTES = "anabranch.ingest.max-record-bytes";
    public static final String MAX_FUTURE_SKEW = "anabranch.ingest.max-future-skew";
    public static final String ALLOW_SELF_LOOPS = "anabranch.ingest.allow-self-loops";
    public static final String ALLOW_NEGATIVE_WEIGHTS = "anabranch.ingest.allow-negative-weights";
    public static final String ACTIVATION = "anabranch.models.activation";
    public static final String RETIREMENT = "anabranch.models.retirement";
    public static final String KEEP_LIVE = "anabranch.models.keep-live";
    public static final String KEEP_CANDIDATES = "anabranch.models.keep-candidates";
    public static final String MAX_AGE = "anabranch.models.max-age";
    public static final String SHADOW_QUEUE = "anabranch.models.shadow-queue";

    public static final String AGGREGATION = "anabranch.training.aggregation";
    public static final String SIMILAR_INDEX = "anabranch.similar.index";
    public static final String SIMILAR_METRIC = "anabranch.similar.metric";
    public static final String SIMILAR_EXACT_BELOW = "anabranch.similar.exact-below";
    public static final String SIMILAR_MAX_DEGREE = "anabranch.similar.max-degree";
    public static final String SIMILAR_BUILD_BEAM = "anabranch.similar.build-beam";
    public static final String SIMILAR_SEARCH_BEAM = "anabranch.similar.search-beam";
    public static final String SIMILAR_RECALL_INTERVAL = "anabranch.similar.recall-interval";
    public static final String SIMILAR_THREADS = "anabranch.similar.threads";

    /** Every key that this class reads. */
    public static final List<String> KEYS = List.of(
            ENABLED,
            WRITE_TIMEOUT,
            MAX_WAIT,
            WARM_UP,
            STOP_DELAY,
            STOP_TIMEOUT,
            HISTORY_CHANGES,
            ON_DEMAND_MAX_ROWS,
            ON_DEMAND_THREADS,
            ON_DEMAND_QUEUE,
            BATCHING_MAX_SIZE,
            BATCHING_MAX_DELAY,
            BATCHING_MAX_QUERIES,
            WATCH_MAX_WATCHERS,
            WATCH_MAX_IDS,
            WATCH_BUFFER,
            WATCH_TOMBSTONES,
            WATCH_HEARTBEAT,
            BOOTSTRAP_SERVERS,
            TOPICS_PREFIX,
            PARTITIONS,
            FEATURES_DIMENSION,
            HISTORIES,
            MAX_RECORD_BYTES,
            MAX_FUTURE_SKEW,
            ALLOW_SELF_LOOPS,
            ALLOW_NEGATIVE_WEIGHTS,
            ACTIVATION,
            RETIREMENT,
            KEEP_LIVE,
            KEEP_CANDIDATES,
            MAX_AGE,
            SHADOW_QUEUE,
            AGGREGATION,
            SIMILAR_INDEX,
            SIMILAR_METRIC,
            SIMILAR_EXACT_BELOW,
            SIMILAR_MAX_DEGREE,
            SIMILAR_BUILD_BEAM,
            SIMILAR_SEARCH_BEAM,
            SIMILAR_RECALL_INTERVAL,
            SIMILAR_THREADS);

    private static final List<String> OWN_PREFIXES =
            List.of("anabranch.server.", "anabranch.models.", "anabranch.training.", "anabranch.similar.");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,100}");
    private static final Pattern SERVERS =
            Pattern.compile("[^\\s,:]+:\\d{1,5}(\\s*,\\s*[^\\s,:]+:\\d{1,5})*|.*\\[.*]:\\d{1,5}");

    /**
     * Reads and checks all keys. Keys of other parts of Anabranch are ignored.
     *
     * @throws InvalidConfigurationException at the first wrong value
     */
    public static ServerConfig from(Map<String, String> values) {
        refuseUnknownKeys(values);
        Settings settings = new Settings(values);
        return new ServerConfig(
                settings.flag(ENABLED, true),
                kafka(settings, values),
                new Topics(settings.text(
                        TOPICS_PREFIX, "anabranch", NAME, "1 to 100 letters, digits, dots, underscores or hyphens")),
                settings.integer(PARTITIONS, 4, 1, 1000),
                ingest(settings),
                models(settings),
                settings.choice(AGGREGATION, PlanPolicy.AUTO),
                settings.flag(HISTORIES, false),
                settings.duration(WRITE_TIMEOUT, Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofMinutes(10)),
                settings.duration(MAX_WAIT, Duration.ofSeconds(10), Duration.ofMillis(10), Duration.ofMinutes(10)),
                settings.duration(WARM_UP, Duration.ofSeconds(2), Duration.ZERO, Duration.ofMinutes(10)),
                settings.duration(STOP_DELAY, Duration.ZERO, Duration.ZERO, Duration.ofMinutes(1)),
                settings.duration(STOP_TIMEOUT, Duration.ofSeconds(10), Duration.ZERO, Duration.ofMinutes(1)),
                settings.integer(HISTORY_CHANGES, 65_536, 0, 10_000_000),
                onDemand(settings),
                watch(settings),
                similar(settings),
                batching(settings));
    }

    private static BatchSettings batching(Settings settings) {
        BatchSettings otherwise = BatchSettings.DEFAULT;
        return new BatchSettings(
                settings.integer(BATCHING_MAX_SIZE, otherwise.maxSize(), 1, 1000),
                settings.duration(BATCHING_MAX_DELAY, otherwise.maxDelay(), Duration.ZERO, Duration.ofMinutes(1)),
                settings.integer(BATCHING_MAX_QUERIES, otherwise.maxQueries(), 1, 1000));
    }

    private static OnDemandLimits onDemand(Settings settings) {
        return new OnDemandLimits(
                settings.integer(ON_DEMAND_MAX_ROWS, 200_000, 1, 100_000_000),
                settings.integer(ON_DEMAND_THREADS, 2, 1, 64),
                settings.integer(ON_DEMAND_QUEUE, 64, 1, 10_000));
    }

    private static WatchLimits watch(Settings settings) {
        return new WatchLimits(
                settings.integer(WATCH_MAX_WATCHERS, 2_000, 0, 100_000),
                settings.integer(WATCH_MAX_IDS, 1_000, 1, 100_000),
                settings.integer(WATCH_BUFFER, 10_000, 1, 10_000_000),
                settings.integer(WATCH_TOMBSTONES, 100_000, 1, 10_000_000),
                settings.duration(
                        WATCH_HEARTBEAT, Duration.ofSeconds(15), Duration.ofMillis(100), Duration.ofHours(1)));
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
                clientProperties);
    }

    private static SimilarSettings similar(Settings settings) {
        SimilarSettings otherwise = SimilarSettings.DEFAULT;
        return new SimilarSettings(
                settings.choice(SIMILAR_INDEX, otherwise.index()),
                settings.choice(
                        SIMILAR_METRIC,
                        otherwise.metric(),
                        List.of(SimilarityMetric.COSINE, SimilarityMetric.EUCLIDEAN)),
                settings.integer(SIMILAR_EXACT_BELOW, otherwise.exactBelow(), 1, 1_000_000_000),
                settings.integer(SIMILAR_MAX_DEGREE, otherwise.maxDegree(), 4, 100),
                settings.integer(SIMILAR_BUILD_BEAM, otherwise.buildBeam(), 10, 1000),
                settings.integer(SIMILAR_SEARCH_BEAM, otherwise.searchBeam(), 10, 10_000),
                settings.duration(
                        SIMILAR_RECALL_INTERVAL, otherwise.recallInterval(), Duration.ZERO, Duration.ofDays(1)),
                settings.integer(SIMILAR_THREADS, otherwise.threads(), 1, 64));
    }

    private static IngestRules ingest(Settings settings) {
        return new IngestRules(
                settings.requiredInteger(
                        FEATURES_DIMENSION, 1, 100_000, "Maybe set it to the number of features that every node has."),
                settings.integer(MAX_RECORD_BYTES, 1_000_000, 1_000, 3_000_000),
                settings.duration(MAX_FUTURE_SKEW, Duration.ofMinutes(10), Duration.ZERO, Duration.ofDays(3650)),
                settings.flag(ALLOW_SELF_LOOPS, true),
                settings.flag(ALLOW_NEGATIVE_WEIGHTS, false));
    }

    private static ModelSettings models(Settings settings) {
        return new ModelSettings(
                settings.choice(ACTIVATION, Activation.AUTOMATIC),
                new Retention(
                        settings.choice(RETIREMENT, Retention.Mode.AUTOMATIC),
                        settings.integer(KEEP_LIVE, 2, 1, 100),
                        settings.integer(KEEP_CANDIDATES, 10, 1, 100),
                        settings.optionalDuration(MAX_AGE, Duration.ofMinutes(1), Duration.ofDays(36_500))),
                settings.integer(SHADOW_QUEUE, 10_000, 1_000, 1_000_000));
    }

    private static void refuseUnknownKeys(Map<String, String> values) {
        for (String key : new TreeSet<>(values.keySet())) {
            if (OWN_PREFIXES.stream().anyMatch(key::startsWith) && !KEYS.contains(key)) {
                throw new InvalidConfigurationException(
                        "The key %s (value %s) is unknown; allowed are %s.".formatted(key, values.get(key), KEYS));
            }
        }
    }
}
