package io.anabranch.it;

import io.anabranch.event.v1.GraphEvent;
import io.anabranch.graph.GraphMutation;
import io.anabranch.serve.feed.KafkaAccess;
import io.anabranch.serve.feed.KafkaLinks;
import io.anabranch.serve.feed.Topics;
import io.anabranch.serve.ops.ModelServer;
import io.anabranch.serve.ops.ServerConfig;
import io.anabranch.serve.train.LearningTrainer;
import io.anabranch.standalone.DrainWatch;
import io.anabranch.standalone.MutationEvents;
import io.anabranch.stream.StreamConfig;
import io.anabranch.stream.StreamRuntime;
import io.anabranch.v1.GetStatusRequest;
import io.anabranch.v1.GetStatusResponse;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Stream processor and model service without Quarkus, on topics of their own in a broker that tests share. Stopping and
 * starting them leaves topics and local state where they are.
 */
final class Site implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Map<String, String> settings = new HashMap<>();
    private final String bootstrapServers;
    private final String prefix;
    private final @Nullable MeterRegistry meters;
    private StreamRuntime stream;
    private ModelServer server;
    private boolean running = true;

    private Site(
            String bootstrapServers,
            String prefix,
            Path folder,
            int partitions,
            int dimension,
            @Nullable MeterRegistry meters,
            Map<String, String> more)
            throws InterruptedException {
        this.meters = meters;
        this.bootstrapServers = bootstrapServers;
        this.prefix = prefix;
        settings.put(StreamConfig.BOOTSTRAP_SERVERS, bootstrapServers);
        settings.put(StreamConfig.TOPICS_PREFIX, prefix);
        settings.put(StreamConfig.PARTITIONS, Integer.toString(partitions));
        settings.put(StreamConfig.FEATURES_DIMENSION, Integer.toString(dimension));
        settings.put(StreamConfig.APPLICATION_ID, prefix);
        settings.put(StreamConfig.INSTANCE_ID, prefix + "-0");
        settings.put(StreamConfig.STATE_DIR, folder.resolve(prefix).toString());
        settings.put(StreamConfig.ASSERTION_MODE, "FULL");
        settings.putAll(more);
        this.stream = startStream();
        this.server = startServer();
        awaitReady();
    }

    static Site start(String bootstrapServers, String prefix, Path folder, int partitions, int dimension)
            throws InterruptedException {
        return new Site(bootstrapServers, prefix, folder, partitions, dimension, null, Map.of());
    }

    /** With settings of the stream processor beyond these. */
    static Site start(
            String bootstrapServers,
            String prefix,
            Path folder,
            int partitions,
            int dimension,
            Map<String, String> more)
            throws InterruptedException {
        return new Site(bootstrapServers, prefix, folder, partitions, dimension, null, more);
    }

    /** Both with the same meters, as in one process. */
    static Site start(
            String bootstrapServers, String prefix, Path folder, int partitions, int dimension, MeterRegistry meters)
            throws InterruptedException {
        return new Site(bootstrapServers, prefix, folder, partitions, dimension, meters, Map.of());
    }

    private MeterRegistry meters() {
        return meters == null ? new SimpleMeterRegistry() : meters;
    }

    /** The prefix of its topics. */
    String name() {
        return prefix;
    }

    private StreamRuntime startStream() throws InterruptedException {
        StreamRuntime started = new StreamRuntime(StreamConfig.from(settings), meters());
        started.start();
        return started;
    }

    private ModelServer startServer() {
        Map<String, String> own = new HashMap<>(settings);
        own.keySet().retainAll(ServerConfig.KEYS);
        ServerConfig config = ServerConfig.from(own);
        MeterRegistry serverMeters = meters();
        KafkaLinks links = new KafkaLinks(
                new KafkaAccess(bootstrapServers, Map.of()),
                new Topics(prefix),
                config.partitions(),
                config.ingest().featureDimension(),
                serverMeters,
                Clock.systemUTC());
        ModelServer started = new ModelServer(
                config,
                links,
                new LearningTrainer(links.graph(), links.pastEvents(), "test", Clock.systemUTC()),
                "test",
                serverMeters,
                Clock.systemUTC());
        started.start();
        return started;
    }

    private void awaitReady() throws InterruptedException {
        if (!stream.awaitReady(PATIENCE)) {
            throw new AssertionError("The stream processor is not ready: " + stream.status());
        }
        Eventually.holds(
                PATIENCE,
                () -> server.pending().isEmpty(),
                () -> server.pending().toString());
    }

    ModelServer server() {
        return server;
    }

    String topic(String name) {
        return prefix + "." + name;
    }

    GetStatusResponse status() {
        return server.statusCalls().get(GetStatusRequest.getDefaultInstance());
    }

    /** Stops both in good order, if they run. */
    void stop() {
        if (running) {
            running = false;
            server.close();
            stream.close();
        }
    }

    /** Starts both again on what they left. */
    void startAgain() throws InterruptedException {
        stream = startStream();
        server = startServer();
        running = true;
        awaitReady();
    }

    void publish(Collection<GraphMutation> mutations) throws InterruptedException {
        publishRecords(mutations.stream()
                .map(MutationEvents::of)
                .map(GraphEvent::toByteArray)
                .toList());
    }

    /** To partition 0, so that the order of the list is the order of the log; acknowledged when this returns. */
    void publishRecords(List<byte[]> records) throws InterruptedException {
        Map<String, Object> producerSettings = Map.of(
                "bootstrap.servers", bootstrapServers, "linger.ms", "5", "max.request.size", "4000000", "acks", "all");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(producerSettings, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> acknowledgements = new ArrayList<>();
            for (byte[] value : records) {
                acknowledgements.add(producer.send(new ProducerRecord<>(topic("events"), 0, null, value)));
            }
            for (Future<RecordMetadata> acknowledgement : acknowledgements) {
                acknowledgement.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError("An event was not taken.", e.getCause());
        }
    }

    /** Until every event is in the embeddings that the server has read. */
    void awaitDrained() throws InterruptedException {
        try (DrainWatch watch = new DrainWatch(bootstrapServers, prefix, prefix)) {
            watch.awaitDrained(PATIENCE);
        }
        Eventually.holds(
                PATIENCE,
                () -> status().getTopicsList().stream().allMatch(t -> t.getLag() == 0),
                () -> status().getTopicsList().toString());
    }

    @Override
    public void close() {
        stop();
    }
}
