package io.anabranch.standalone.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All processes of a run: a broker, stream processors and a model server, on loopback. Closing it kills whatever is left.
 * One thread.
 */
final class Site implements AutoCloseable {

    static final String PREFIX = "chaos";
    private static final Path PROCESSOR = Path.of("..", "stream-processor");
    private static final Path SERVER = Path.of("..", "model-service", "server");

    private final ChaosOptions options;
    private final StablePorts ports = new StablePorts();
    private final BrokerProcess broker;
    private final List<QuarkusProcess> processors = new ArrayList<>();
    private final QuarkusProcess server;
    private final int grpcPort;

    Site(ChaosOptions options) {
        this.options = options;
        Folders.empty(options.folder());
        this.broker = new BrokerProcess(options.folder(), ports);
        this.grpcPort = ports.next();
        Map<String, String> settings = shared();
        settings.put("quarkus.grpc.server.port", Integer.toString(grpcPort));
        settings.put("quarkus.grpc.server.host", "127.0.0.1");
        this.server = new QuarkusProcess("server", SERVER, 512, settings, options.folder(), ports.next());
    }

    /** Starts the broker, this many stream processors and the server; returns when all are ready. */
    void start(int count) throws InterruptedException {
        broker.start();
        for (int i = 0; i < count; i++) {
            addProcessor().start();
        }
        for (QuarkusProcess processor : processors) {
            processor.awaitReady();
        }
        // It waits for topics that the stream processors create.
        server.start();
        server.awaitReady();
    }

    /** One more stream processor, not started yet. */
    QuarkusProcess addProcessor() {
        String name = "processor-" + processors.size();
        Map<String, String> settings = shared();
        settings.put("anabranch.stream.application-id", PREFIX);
        settings.put("anabranch.stream.instance-id", name);
        settings.put(
                "anabranch.stream.state-dir",
                options.folder().resolve(name + "-state").toString());
        settings.put("anabranch.stream.threads", "2");
        settings.put(
                "anabranch.stream.session-timeout", options.sessionTimeout().toString());
        settings.put("anabranch.stream.transaction-timeout", "PT10S");
        settings.put("anabranch.stream.standbys", Integer.toString(options.standbys()));
        if (options.latenessMs() != LateUpdates.ANY) {
            settings.put(
                    "anabranch.graph.lateness",
                    Duration.ofMillis(options.latenessMs()).toString());
        }
        if (!options.exactlyOnce()) {
            settings.put("anabranch.stream.processing-guarantee", options.guarantee());
        }
        QuarkusProcess added = new QuarkusProcess(name, PROCESSOR, 384, settings, options.folder(), ports.next());
        processors.add(added);
        return added;
    }

    private Map<String, String> shared() {
        Map<String, String> settings = new TreeMap<>();
        settings.put("anabranch.kafka.bootstrap-servers", broker.bootstrapServers());
        settings.put("anabranch.topics.prefix", PREFIX);
        settings.put("anabranch.partitions", Integer.toString(options.partitions()));
        settings.put("anabranch.features.dimension", Integer.toString(EventMix.DIMENSION));
        return settings;
    }

    BrokerProcess broker() {
        return broker;
    }

    List<QuarkusProcess> processors() {
        return processors;
    }

    QuarkusProcess server() {
        return server;
    }

    String grpcTarget() {
        return "127.0.0.1:" + grpcPort;
    }

    @Override
    public void close() {
        server.close();
        processors.forEach(QuarkusProcess::close);
        broker.close();
    }
}
