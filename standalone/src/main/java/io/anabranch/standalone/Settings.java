package io.anabranch.standalone;

import io.anabranch.serve.ops.GuardSettings;
import io.anabranch.standalone.Setting.OneOf;
import io.anabranch.standalone.Setting.Span;
import io.anabranch.standalone.Setting.Text;
import io.anabranch.standalone.Setting.Whole;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every configuration key of Anabranch, and the reader of the one file that sets them. docs/configuration.md is this table
 * in prose; a test keeps the two alike.
 */
public final class Settings {

    public static final String PARTITIONS = "anabranch.partitions";
    public static final String FEATURE_DIMENSION = "anabranch.features.dimension";
    public static final String BOOTSTRAP_SERVERS = "anabranch.kafka.bootstrap-servers";
    public static final String TOPICS_PREFIX = "anabranch.topics.prefix";
    public static final String APPLICATION_ID = "anabranch.stream.application-id";
    public static final String STATE_DIR = "anabranch.stream.state-dir";
    public static final String GRPC_PORT = "quarkus.grpc.server.port";
    public static final String HTTP_PORT = "quarkus.http.port";
    public static final String BROKER_PORT = "anabranch.broker.port";

    private static final OneOf ROLES = OneOf.of("anyone", "reader", "publisher", "administrator");

    /** In the order of the documentation. */
    public static final List<Setting> ALL = List.of(
            new Setting(BOOTSTRAP_SERVERS, new Text(), "localhost:9092", "Brokers; where set, none is embedded."),
            new Setting(
                    "anabranch.kafka.startup-timeout",
                    new Span(Duration.ofSeconds(1)),
                    "PT1M",
                    "How long a start waits for an answer of Kafka."),
            new Setting(TOPICS_PREFIX, new Text(), "anabranch", "First word of every topic's name."),
            new Setting(
                    "anabranch.topics.halo-retention",
                    new Span(Duration.ofHours(1)),
                    "P7D",
                    "How long what partitions say to each other is kept: longer than the longest outage."),
            new Setting(PARTITIONS, new Whole(1, 1000), "4", "Graph partitions; fixed once the topics exist."),
            new Setting("anabranch.replication-factor", new Whole(1, 32), "1", "Copies of every topic."),
            new Setting(FEATURE_DIMENSION, new Whole(1, 100_000), "", "Width of a node's feature row; required."),
            new Setting(
                    "anabranch.ingest.max-record-bytes",
                    new Whole(1_000, 3_000_000),
                    "1000000",
                    "A greater event goes to the dead letters."),
            new Setting(
                    "anabranch.ingest.max-future-skew",
                    new Span(Duration.ZERO),
                    "PT10M",
                    "An event time further ahead of its record goes to the dead letters."),
            new Setting(
                    "anabranch.ingest.allow-self-loops",
                    OneOf.of("true", "false"),
                    "true",
                    "Whether an edge from a node to itself is accepted."),
            new Setting(
                    "anabranch.ingest.allow-negative-weights",
                    OneOf.of("true", "false"),
                    "false",
                    "Whether an edge's weight may be below zero."),
            new Setting(
                    "anabranch.graph.lateness",
                    new Span(Duration.ZERO),
                    "",
                    "How far an event may lie behind the newest; a later one goes to the dead letters. None: any."),
            new Setting(
                    "anabranch.graph.histories",
                    OneOf.of("true", "false"),
                    "false",
                    "Whether what nodes did is kept, for models that read histories."),
            new Setting(
                    "anabranch.propagation.max-batch",
                    new Whole(1, 1_000_000),
                    "100000",
                    "Most updates that are propagated in one step."),
            new Setting(
                    "anabranch.propagation.latency-target",
                    new Span(Duration.ofMillis(1)),
                    "PT0.05S",
                    "Longest time an update waits for its batch while the partition is in step."),
            new Setting(
                    "anabranch.propagation.max-delay",
                    new Span(Duration.ofMillis(1)),
                    "PT3S",
                    "Longest time it waits when the partition lags and batches grow."),
            new Setting(
                    "anabranch.propagation.clock-interval",
                    new Span(Duration.ofMillis(10)),
                    "PT0.1S",
                    "How often ingest says how far it has come, while events arrive."),
            new Setting(
                    "anabranch.propagation.assertion-mode",
                    OneOf.of("OFF", "SAMPLED", "FULL"),
                    "OFF",
                    "How much of the incremental result is compared with a recomputation."),
            new Setting(STATE_DIR, new Text(), "data/stream", "Folder of the stream processor's local state."),
            new Setting("anabranch.stream.threads", new Whole(1, 64), "2", "Threads that share the partitions."),
            new Setting(
                    "anabranch.stream.processing-guarantee",
                    OneOf.of("exactly_once_v2", "at_least_once"),
                    "exactly_once_v2",
                    "What holds after a crash; see operations.md."),
            new Setting(
                    "anabranch.stream.standbys",
                    new Whole(0, 10),
                    "0",
                    "Other processes that keep a copy of each partition's state."),
            new Setting(
                    "anabranch.stream.commit-interval",
                    new Span(Duration.ofMillis(1)),
                    "PT0.1S",
                    "Time between transactions; the larger part of an embedding's delay."),
            new Setting(APPLICATION_ID, new Text(), "anabranch-stream", "Kafka Streams application id."),
            new Setting(
                    "anabranch.stream.instance-id",
                    new Text(),
                    "stream-0",
                    "Static group membership: one name per process."),
            new Setting(
                    "anabranch.stream.enabled",
                    OneOf.of("true", "false"),
                    "true",
                    "Whether this process runs the stream processor."),
            new Setting(
                    "anabranch.stream.session-timeout",
                    new Span(Duration.ofSeconds(6)),
                    "PT10S",
                    "After this silence a process counts as dead and others take its partitions."),
            new Setting(
                    "anabranch.stream.transaction-timeout",
                    new Span(Duration.ofSeconds(1)),
                    "PT10S",
                    "After this time the broker ends a dead process's transaction."),
            new Setting(
                    "anabranch.server.enabled",
                    OneOf.of("true", "false"),
                    "true",
                    "Whether this process runs the model service."),
            new Setting(
                    "anabranch.server.write-timeout",
                    new Span(Duration.ofSeconds(1)),
                    "PT30S",
                    "How long a change of the models topic may take until it is read back."),
            new Setting(
                    "anabranch.server.max-wait",
                    new Span(Duration.ofMillis(10)),
                    "PT10S",
                    "Longest time that a read waits for the events that it asks for."),
            new Setting(
                    "anabranch.server.warm-up",
                    new Span(Duration.ZERO),
                    "PT2S",
                    "Longest time that the model service asks itself what clients will ask, before it is ready for the first time; PT0S: not at all."),
            new Setting(
                    "anabranch.server.stop-delay",
                    new Span(Duration.ZERO),
                    "PT0S",
                    "How long a server that says that it stops goes on taking calls."),
            new Setting(
                    "anabranch.server.stop-timeout",
                    new Span(Duration.ZERO),
                    "PT10S",
                    "How long a stop waits for calls that are under way."),
            new Setting(
                    "anabranch.server.history.changes",
                    new Whole(0, 10_000_000),
                    "65536",
                    "Changes of embeddings that are kept for histories of predictions; 0: none."),
            new Setting(
                    "anabranch.server.on-demand.max-rows",
                    new Whole(1, 100_000_000),
                    "200000",
                    "Rows (nodes times layers) that may be computed for one request with unseen nodes."),
            new Setting(
                    "anabranch.server.on-demand.threads",
                    new Whole(1, 64),
                    "2",
                    "Such requests that are computed at a time."),
            new Setting("anabranch.server.on-demand.queue", new Whole(1, 10_000), "64", "Such requests that may wait."),
            new Setting(
                    "anabranch.server.batching.max-size",
                    new Whole(1, 1000),
                    "64",
                    "Rankings and exact searches of one version that share a pass over all embeddings, at most; 1: none does."),
            new Setting(
                    "anabranch.server.batching.max-delay",
                    new Span(Duration.ZERO),
                    "PT0.05S",
                    "Longest time that one of them waits for a pass before one begins beside those under way."),
            new Setting(
                    "anabranch.server.batching.max-queries",
                    new Whole(1, 1000),
                    "500",
                    "Rankings and exact searches that wait or are in a pass; one more is refused."),
            new Setting(
                    "anabranch.server.watch.max-watchers",
                    new Whole(0, 100_000),
                    "2000",
                    "Watches that may be open at a time."),
            new Setting(
                    "anabranch.server.watch.max-ids",
                    new Whole(1, 100_000),
                    "1000",
                    "Nodes, or pairs, that one watch may name."),
            new Setting(
                    "anabranch.server.watch.buffer",
                    new Whole(1, 10_000_000),
                    "10000",
                    "Changed nodes that may wait for a slow watcher before it must begin anew."),
            new Setting(
                    "anabranch.server.watch.tombstones",
                    new Whole(1, 10_000_000),
                    "100000",
                    "Deletions that are remembered for watchers that resume."),
            new Setting(
                    "anabranch.server.watch.heartbeat",
                    new Span(Duration.ofMillis(100)),
                    "PT15S",
                    "From one heartbeat of a watch to the next."),
            new Setting(
                    "anabranch.models.activation",
                    OneOf.of("automatic", "manual"),
                    "automatic",
                    "Whether a newer trained version answers by itself once it is covered; see operations.md."),
            new Setting(
                    "anabranch.models.retirement",
                    OneOf.of("automatic", "manual"),
                    "automatic",
                    "Whether versions retire by the next three keys, or only by hand."),
            new Setting(
                    "anabranch.models.keep-live",
                    new Whole(1, 100),
                    "2",
                    "Versions of a model that keep embeddings; older ones retire."),
            new Setting(
                    "anabranch.models.keep-candidates",
                    new Whole(1, 100),
                    "10",
                    "Versions newer than any that was active which keep embeddings; older ones of them retire."),
            new Setting(
                    "anabranch.models.max-age",
                    new Span(Duration.ofMinutes(1)),
                    "",
                    "Age at which a version that is not in use retires. None: at no age."),
            new Setting(
                    "anabranch.models.shadow-queue",
                    new Whole(1_000, 1_000_000),
                    "10000",
                    "Most nodes and pairs that wait for a shadow's answer; what is more is not compared."),
            new Setting(
                    "anabranch.training.aggregation",
                    OneOf.of("auto", "direct", "shared"),
                    "auto",
                    "How trainings sum over neighbours that don't say it themselves."),
            new Setting(
                    "anabranch.security.insecure",
                    OneOf.of("true", "false"),
                    "false",
                    "Whether ports that others can reach may let everybody in; see docs/security.md."),
            new Setting(
                    "anabranch.security.tls-elsewhere",
                    OneOf.of("true", "false"),
                    "false",
                    "Whether TLS ends before this process."),
            new Setting(
                    "anabranch.security.tokens.keys-file",
                    new Text(),
                    "",
                    "File of the keys that tokens are verified with: PEM or JWKS."),
            new Setting("anabranch.security.tokens.issuer", new Text(), "", "Who must have issued a token."),
            new Setting("anabranch.security.tokens.audience", new Text(), "", "Whom a token must be for."),
            new Setting(
                    "anabranch.security.tokens.roles-claim",
                    new Text(),
                    "groups",
                    "The token's claim that holds the roles; a / leads into an object."),
            new Setting(
                    "anabranch.security.tokens.tenant-claim",
                    new Text(),
                    "tenant",
                    "The token's claim that names the tenant."),
            new Setting(
                    "anabranch.security.client-certificates",
                    OneOf.of("none", "request", "required"),
                    "none",
                    "Whether TLS asks the client for a certificate."),
            new Setting("anabranch.security.role.health", ROLES, "anyone", "Who may ask for health."),
            new Setting("anabranch.security.role.reflection", ROLES, "reader", "Who may use gRPC reflection."),
            new Setting("anabranch.security.role.metrics", ROLES, "anyone", "Who may read metrics and API documents."),
            new Setting(
                    "anabranch.limits.unary-calls",
                    new Whole(1, 1_000_000),
                    "1000",
                    "Most unary calls under way at once; one more is refused."),
            new Setting(
                    "anabranch.limits.streams",
                    new Whole(1, 1_000_000),
                    "1000",
                    "Most streams open at once; one more is refused."),
            new Setting(
                    "anabranch.quota.requests-per-second",
                    new Whole(0, 1_000_000_000),
                    "0",
                    "Requests a second of each tenant; 0: any number."),
            new Setting(
                    "anabranch.quota.events-per-second",
                    new Whole(0, 1_000_000_000),
                    "0",
                    "Events a second of each tenant; 0: any number."),
            new Setting(
                    "anabranch.similar.index",
                    OneOf.of("on-demand", "always", "off"),
                    "on-demand",
                    "When a model version gets an index of nearest neighbours."),
            new Setting(
                    "anabranch.similar.metric",
                    OneOf.of("cosine", "euclidean"),
                    "cosine",
                    "What indexes are made for; searches by another metric compare all embeddings."),
            new Setting(
                    "anabranch.similar.exact-below",
                    new Whole(1, 1_000_000_000),
                    "10000",
                    "With fewer embeddings than this a search compares all."),
            new Setting(
                    "anabranch.similar.max-degree",
                    new Whole(4, 100),
                    "16",
                    "Edges of a vector in the index's upper layers; twice as many in the lowest."),
            new Setting(
                    "anabranch.similar.build-beam",
                    new Whole(10, 1000),
                    "100",
                    "Candidates for the edges of a new vector."),
            new Setting(
                    "anabranch.similar.search-beam",
                    new Whole(10, 10_000),
                    "100",
                    "Candidates of a search, at least: more find more and take longer."),
            new Setting(
                    "anabranch.similar.recall-interval",
                    new Span(Duration.ZERO),
                    "PT10S",
                    "Least time between searches that are repeated exactly to measure recall; PT0S: none is."),
            new Setting(
                    "anabranch.similar.threads",
                    new Whole(1, 64),
                    "2",
                    "Threads that search nearest neighbours and rank links."),
            new Setting(BROKER_PORT, new Whole(0, 65_535), "9092", "The embedded broker's port; 0: any free one."),
            new Setting(GRPC_PORT, new Whole(0, 65_535), "9090", "gRPC port; 0: any free one."),
            new Setting(HTTP_PORT, new Whole(0, 65_535), "8080", "REST port; 0: any free one."));

    /** Families that others check: Quarkus' own (TLS, logging), what every Kafka client is given (security), what has a name in its key. */
    private static final List<String> PASSED_ON = List.of(
            "quarkus.",
            "anabranch.kafka.client.",
            "anabranch.graph.time-to-live.",
            GuardSettings.CERTIFICATE_ROLES,
            GuardSettings.TENANT_QUOTA);

    private static final Map<String, Setting> BY_KEY = byKey();

    private Settings() {}

    /** The table's row of this key; null for a key that Anabranch does not have. */
    public static @Nullable Setting of(String key) {
        return BY_KEY.get(key);
    }

    /**
     * Reads and checks a file of settings.
     *
     * @return key to value, only those that the file names
     * @throws StartFailure naming every unknown key and every wrong value
     */
    public static SortedMap<String, String> read(Path file) {
        Properties read = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            read.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new StartFailure("The settings file %s cannot be read: %s".formatted(file, e), e);
        }
        SortedMap<String, String> settings = new TreeMap<>();
        read.stringPropertyNames()
                .forEach(key -> settings.put(key, read.getProperty(key).strip()));
        check(settings, file.toString());
        return settings;
    }

    /** Checks settings that came from {@code origin}, which the message names. */
    public static void check(Map<String, String> settings, String origin) {
        List<String> complaints = new ArrayList<>();
        settings.forEach((key, value) -> {
            Setting setting = BY_KEY.get(key);
            if (setting == null && PASSED_ON.stream().noneMatch(key::startsWith)) {
                complaints.add("The setting %s is unknown.".formatted(key));
            } else if (setting != null) {
                String complaint = setting.complaint(value);
                if (complaint != null) {
                    complaints.add(complaint);
                }
            }
        });
        if (!complaints.isEmpty()) {
            throw new StartFailure("%s\nMaybe correct it in %s; docs/configuration.md lists every key."
                    .formatted(String.join("\n", complaints), origin));
        }
    }

    private static Map<String, Setting> byKey() {
        Map<String, Setting> all = new TreeMap<>();
        ALL.forEach(setting -> all.put(setting.key(), setting));
        return Map.copyOf(all);
    }
}
