package io.anabranch.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The containers of the overlay dev as processes, against a broker with the manifests' topics, users and rights: probes, metrics, an event from end
 * to end, the stop. And the model service of the overlay prod, for TLS. One start for all tests.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ManifestProcessesIT {

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    /** There with the first request of a model, the first collection of garbage, and up to a minute after Kafka's consumers have it. */
    private static final Set<String> THERE_LATER = Set.of(
            "anabranch_model_requests_seconds_count",
            "jvm_gc_pause_seconds_sum",
            "kafka_consumer_fetch_manager_records_lag");

    @TempDir
    private static Path folder;

    private static GuardedBroker broker;
    private static HttpClient trusting;
    private static HttpClient feeder;
    private static PodProcess processor;
    private static PodProcess server;
    private static PodProcess guardedServer;

    @BeforeAll
    static void start() throws Exception {
        Manifests dev = Overlay.DEV.manifests();
        Certificates certificates = new Certificates(folder);
        for (String name : List.of("broker", "server", "feed")) {
            assertThat(certificates.create(name)).exists();
        }
        trusting = client(new TrustManager[] {new TrustEverything()}, null);
        feeder = client(new TrustManager[] {new TrustEverything()}, certificates);
        broker =
                new GuardedBroker(Files.createDirectories(folder.resolve("broker")), certificates.store("broker"), dev);

        processor = start(dev, "StatefulSet", "stream-processor", "../stream-processor", certificates, Map.of());
        server = start(dev, "Deployment", "model-service", "../model-service/server", certificates, Map.of());
        // Of the overlay prod all but what its Kafka and its machines have more of.
        Map<String, String> small =
                new HashMap<>(Pod.of(dev, "Deployment", "model-service").environment());
        small.put("ANABRANCH_PARTITIONS", "4");
        small.put("ANABRANCH_FEATURES_DIMENSION", "8");
        guardedServer = start(
                Overlay.PROD.manifests(),
                "Deployment",
                "model-service",
                "../model-service/server",
                certificates,
                small);
    }

    private static PodProcess start(
            Manifests manifests,
            String kind,
            String name,
            String application,
            Certificates certificates,
            Map<String, String> otherEnvironment)
            throws IOException, GeneralSecurityException {
        Path root = Files.createTempDirectory(folder, name);
        Certificates.write(root.resolve("etc/anabranch-kafka"), "ca.crt", certificates.certificate("broker"));
        Certificates.write(root.resolve("etc/anabranch-tls"), "tls.crt", certificates.certificate("server"));
        Certificates.write(root.resolve("etc/anabranch-tls"), "tls.key", certificates.key("server"));
        Certificates.write(root.resolve("etc/anabranch-tls"), "ca.crt", certificates.certificate("feed"));
        String secret = "secret:anabranch-%s/sasl.jaas.config".formatted(name);
        return new PodProcess(
                Pod.of(manifests, kind, name),
                root,
                Path.of(application),
                broker.bootstrapServers(),
                Map.of(secret, GuardedBroker.jaas("anabranch-" + name)),
                otherEnvironment);
    }

    @AfterAll
    static void stop() {
        for (AutoCloseable part : new AutoCloseable[] {processor, server, guardedServer, broker}) {
            if (part != null) {
                try {
                    part.close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private static List<PodProcess> all() {
        return List.of(processor, server, guardedServer);
    }

    @Test
    @Order(1)
    void startupThenReadinessAnswerAndLivenessStays() throws Exception {
        for (PodProcess process : all()) {
            await(process, "its startupProbe", () -> process.probe(trusting, "startupProbe"));
            assertThat(process.probe(trusting, "livenessProbe"))
                    .as(process.pod().name())
                    .isTrue();
        }
        for (PodProcess process : all()) {
            await(process, "its readinessProbe", () -> process.probe(trusting, "readinessProbe"));
            assertThat(process.probe(trusting, "livenessProbe"))
                    .as(process.pod().name())
                    .isTrue();
        }
    }

    @Test
    @Order(2)
    void anEventComesThroughFromTheProducerOfTheManifests() throws Exception {
        try (KafkaProducer<String, String> producer = producer("anabranch-producer", Map.of())) {
            producer.send(new ProducerRecord<>("anabranch.events", event("from-kafka")))
                    .get();
        }
        await(server, "the node", () -> metrics(server).contains("\nanabranch_replica_vertices 1.0"));
        assertThat(metrics(processor)).contains("\nanabranch_events_accepted_total 1.0");
    }

    @Test
    @Order(3)
    void callersWithTheRightCertificateMayPublish() throws Exception {
        String body = "{\"event\": %s}".formatted(event("from-rest"));
        assertThat(post(trusting, body)).as("without a certificate").isEqualTo(401);
        assertThat(post(feeder, body)).as("as feed").isEqualTo(200);
        await(guardedServer, "the node", () -> metrics(guardedServer).contains("\nanabranch_replica_vertices 2.0"));
    }

    @Test
    @Order(4)
    void theModelServiceMayWriteModelsInItsTransactionAndNothingBeside() throws Exception {
        try (KafkaProducer<String, String> producer =
                producer("anabranch-model-service", Map.of("transactional.id", "anabranch-model-log"))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("anabranch.models", "key", "value"))
                    .get();
            producer.abortTransaction();
        }
        try (KafkaProducer<String, String> producer = producer("anabranch-model-service", Map.of())) {
            assertThatThrownBy(() -> producer.send(new ProducerRecord<>("anabranch.updates", "key", "value"))
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
        }
    }

    @Test
    @Order(5)
    void everyMetricOfAlertsAndDashboardIsThere() throws Exception {
        Set<String> there = new TreeSet<>();
        for (PodProcess process : all()) {
            metrics(process)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.replaceAll("[{ ].*", ""))
                    .forEach(there::add);
        }
        Set<String> asked = new TreeSet<>(Metrics.asked(Overlay.PROD.manifests()));
        assertThat(asked).hasSizeGreaterThan(25);
        asked.removeAll(THERE_LATER);
        asked.removeAll(there);
        assertThat(asked).as("asked for and not there").isEmpty();
    }

    @Test
    @Order(6)
    void nothingIsComplainedOfAndTheMemoryFits() throws Exception {
        for (PodProcess process : all()) {
            assertThat(process.log())
                    .content()
                    .doesNotContain("Unrecognized configuration", "uthorizationException", "Not authorized");
            assertThat(process.writtenOutsideVolumes()).as(process.pod().name()).isEmpty();
            assertThat(process.residentBytes())
                    .as(process.pod().name())
                    .isLessThan(Policies.memoryLimit(Overlay.DEV
                                    .manifests()
                                    .one(
                                            process.pod()
                                                    .workload()
                                                    .path("kind")
                                                    .asText(),
                                            process.pod().name())
                                    .at("/spec/template/spec/containers/0"))
                            .longValueExact());
        }
    }

    @Test
    @Order(7)
    void aStopEndsWithinTheGracePeriod() throws Exception {
        for (PodProcess process : all()) {
            assertThat(process.stop()).as(process.pod().name()).isTrue();
            assertThat(process.exitCode()).as(process.pod().name()).isEqualTo(143);
        }
        assertThat(processor.log()).content().contains("stopped in");
    }

    private static String event(String id) {
        return """
                {"event_id": "%s", "event_time_ms": "%d", "node_upsert": {"id": "%s", "features": {"dense": {"values": [1, 2, 3, 4, 5, 6, 7, 8]}}}}""".formatted(id, System.currentTimeMillis(), id);
    }

    private static int post(HttpClient client, String body) throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(guardedServer.uri("https", "https", "/v1/events"))
                                .header("content-type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private static String metrics(PodProcess process) throws IOException, InterruptedException {
        boolean tls = process == guardedServer;
        return trusting.send(
                        HttpRequest.newBuilder(
                                        process.uri(tls ? "https" : "http", tls ? "https" : "http", "/q/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** A client with the settings that the manifests give to theirs. */
    private static KafkaProducer<String, String> producer(String user, Map<String, String> more)
            throws IOException, GeneralSecurityException {
        Map<String, Object> properties = new HashMap<>(more);
        Pod.of(Overlay.DEV.manifests(), "StatefulSet", "stream-processor")
                .configuration()
                .forEach((key, value) -> {
                    String prefix = "anabranch.kafka.client.";
                    if (key.startsWith(prefix)) {
                        properties.put(key.substring(prefix.length()), value);
                    }
                });
        Path authority = folder.resolve("authority");
        Certificates.write(authority, "ca.crt", new Certificates(folder).certificate("broker"));
        properties.put("ssl.truststore.location", authority.resolve("ca.crt").toString());
        properties.put("sasl.jaas.config", GuardedBroker.jaas(user));
        properties.put("bootstrap.servers", broker.bootstrapServers());
        return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
    }

    private static void await(PodProcess process, String what, Callable<Boolean> there) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!there.call()) {
            if (!process.alive() || System.nanoTime() > deadline) {
                throw new AssertionError("%s of %s did not come: %n%s"
                        .formatted(what, process.pod().name(), Files.readString(process.log())));
            }
            Thread.sleep(200);
        }
    }

    private static HttpClient client(TrustManager[] trust, @Nullable Certificates caller)
            throws IOException, GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        if (caller != null) {
            keys.init(caller.open("feed"), Certificates.PASSWORD.toCharArray());
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(caller == null ? null : keys.getKeyManagers(), trust, null);
        return HttpClient.newBuilder()
                .sslContext(context)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /** As the kubelet trusts what it probes. */
    private static final class TrustEverything extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
