package io.anabranch.benchmark;

import io.anabranch.serve.feed.KafkaAccess;
import io.anabranch.serve.feed.KafkaLinks;
import io.anabranch.serve.feed.Topics;
import io.anabranch.serve.ops.ModelServer;
import io.anabranch.serve.ops.ServerConfig;
import io.anabranch.serve.train.LearningTrainer;
import io.anabranch.standalone.BrokerOptions;
import io.anabranch.standalone.EmbeddedBroker;
import io.anabranch.standalone.Ports;
import io.anabranch.stream.StreamConfig;
import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.GetStatusRequest;
import io.anabranch.v1.GetStatusResponse;
import io.anabranch.v1.ImportModelRequest;
import io.anabranch.v1.ListModelsRequest;
import io.anabranch.v1.Model;
import io.anabranch.v1.NodeEmbedding;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Broker and model service in this process, the stream processor in one of its own, or in several. */
final class LocalService implements Service {

    private static final String VERSION = "benchmark";

    private final Map<String, String> settings = new HashMap<>();
    private final List<String> jvmOptions;
    private final Path folder;
    private final EmbeddedBroker broker;
    private final ModelServer server;
    private final List<StreamProcess> more = new ArrayList<>();
    private StreamProcess stream;

    /**
     * Starts an empty instance.
     *
     * @param more settings over the defaults, of stream processor and server
     * @param jvmOptions of the stream processor's process
     */
    LocalService(Path folder, int dimension, Map<String, String> more, List<String> jvmOptions) {
        this.folder = folder;
        this.jvmOptions = jvmOptions;
        this.broker = EmbeddedBroker.start(new BrokerOptions(folder.resolve("broker"), Ports.free(), Ports.free()));
        settings.put(StreamConfig.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        settings.put(StreamConfig.FEATURES_DIMENSION, Integer.toString(dimension));
        settings.put(StreamConfig.STATE_DIR, folder.resolve("state").toString());
        settings.putAll(more);
        startStream();
        this.server = startServer();
        awaitServer();
    }

    private void awaitServer() {
        try {
            EndToEnd.await(
                    Duration.ofMinutes(1),
                    "the model service to be ready",
                    () -> server.pending().isEmpty() ? 1 : 0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The start was interrupted.", e);
        }
    }

    private ModelServer startServer() {
        Map<String, String> own = new HashMap<>(settings);
        own.keySet().retainAll(ServerConfig.KEYS);
        ServerConfig config = ServerConfig.from(own);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        KafkaLinks links = new KafkaLinks(
                new KafkaAccess(broker.bootstrapServers(), Map.of()),
                new Topics("anabranch"),
                config.partitions(),
                config.ingest().featureDimension(),
                meters,
                Clock.systemUTC());
        ModelServer started = new ModelServer(
                config,
                links,
                new LearningTrainer(links.graph(), links.pastEvents(), VERSION, Clock.systemUTC()),
                VERSION,
                meters,
                Clock.systemUTC());
        started.start();
        return started;
    }

    /** Starts the stream processor on what an earlier one left. */
    void startStream() {
        stream = StreamProcess.start(settings, jvmOptions, folder.resolve("stream.log"));
    }

    /** The first one. */
    StreamProcess stream() {
        return stream;
    }

    /** Deletes what the stream processors, which must have ended, keep on their disks. */
    void deleteState() throws IOException {
        for (int i = 0; i <= more.size(); i++) {
            try (Stream<Path> all = Files.walk(folder.resolve(i == 0 ? "state" : "state-" + i))) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    /** Starts as many stream processors as there were, at the same time; returns when all are ready. */
    void startAll() throws InterruptedException {
        int count = more.size();
        more.clear();
        List<Thread> starts = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            int number = i;
            starts.add(Thread.ofPlatform().start(() -> {
                StreamProcess started = startStream(number);
                synchronized (more) {
                    more.add(started);
                }
            }));
        }
        startStream();
        for (Thread start : starts) {
            start.join();
        }
        if (more.size() < count) {
            throw new IllegalStateException("A stream processor did not start; see %s.".formatted(folder));
        }
    }

    /** Starts one more, with a name and a folder of its own; returns when it is ready. */
    StreamProcess addStream() {
        StreamProcess added = startStream(more.size() + 1);
        more.add(added);
        return added;
    }

    private StreamProcess startStream(int number) {
        Map<String, String> own = new HashMap<>(settings);
        own.put(StreamConfig.INSTANCE_ID, "stream-" + number);
        own.put(StreamConfig.STATE_DIR, folder.resolve("state-" + number).toString());
        return StreamProcess.start(own, jvmOptions, folder.resolve("stream-" + number + ".log"));
    }

    /** All that were started and not started again. */
    List<StreamProcess> streams() {
        List<StreamProcess> all = new ArrayList<>(List.of(stream));
        all.addAll(more);
        return all;
    }

    @Override
    public GetStatusResponse status() {
        return server.statusCalls().get(GetStatusRequest.getDefaultInstance());
    }

    @Override
    public void importModel(ImportModelRequest request) {
        server.modelCalls().importModel(request);
    }

    @Override
    public List<Model> models(String name) {
        return server.modelCalls()
                .list(ListModelsRequest.newBuilder().setName(name).build())
                .getModelsList();
    }

    @Override
    public List<NodeEmbedding> embeddings(List<String> ids) {
        return server.predictionCalls()
                .getEmbeddings(
                        GetEmbeddingsRequest.newBuilder().addAllNodeIds(ids).build(), Duration.ZERO)
                .join()
                .getEmbeddingsList();
    }

    @Override
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    @Override
    public double streamCpuSeconds() {
        return streams().stream().mapToDouble(StreamProcess::cpuSeconds).sum();
    }

    @Override
    public void close() {
        streams().forEach(StreamProcess::close);
        server.close();
        broker.close();
    }
}
