package io.anabranch.standalone.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All processes of a run: a broker, stream processors and model servers, on loopback. Closing it kills whatever is left.
 * One thread.
 */
final class Site implements AutoCloseable {

    static final String PREFIX = "chaos";
    private static final Path PROCESSOR = Path.of("..", "stream-processor");
    private static final Path SERVER = Path.of("..", "model-service", "server");

    /** A model server and where it answers. */
    record ServerProcess(QuarkusProcess process, int grpcPort) {}

    private final ChaosOptions options;
    private final StablePorts ports = new StablePorts();
    private final BrokerProcess broker;
    private final List<QuarkusProcess> processors = new ArrayList<>();
    private final List<ServerProcess> servers = new ArrayList<>();

    Site(ChaosOptions options) {
        this.options = options;
        Folders.empty(options.folder());
        this.broker = new BrokerProcess(options.folder(), ports);
        addServer();
    }

    /** Starts the broker, this many stream processors and the servers that there are; returns when all are ready. */
    void start(int count) throws InterruptedException {
        broker.start();
        for (int i = 0; i < count; i++) {
            addProcessor().start();
        }
        for (QuarkusProcess processor : processors) {
            processor.awaitReady();
        }
        // They wait for topics that the stream processors create.
        for (ServerProcess each : servers) {
            each.process().start();
        }
        for (ServerProcess each : servers) {
            each.process().awaitReady();
        }
    }

    /** One more model server, not started yet. */
    ServerProcess addServer() {
        int grpcPort = ports.next();
        Map<String, String> settings = shared();
        settings.put("quarkus.grpc.server.port", Integer.toString(grpcPort));
        settings.put("quarkus.grpc.server.host", "127.0.0.1");
        settings.put("anabranch.server.stop-delay", options.stopDelay().toString());
        String name = servers.isEmpty() ? "server" : "server-" + servers.size();
        ServerProcess added = new ServerProcess(
                new QuarkusProcess(name, SERVER, 512, settings, options.folder(), ports.next()), grpcPort);
        servers.add(added);
        return added;
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
        settings.put("anabranch.graph.histories", "true");
        return settings;
    }

    BrokerProcess broker() {
        return broker;
    }

    List<QuarkusProcess> processors() {
        return processors;
    }

    List<ServerProcess> servers() {
        return servers;
    }

    /** The first one. */
    QuarkusProcess server() {
        return servers.getFirst().process();
    }

    /** Of the first server. */
    String grpcTarget() {
        return "127.0.0.1:" + servers.getFirst().grpcPort();
    }

    @Override
    public void close() {
        servers.forEach(server -> server.process().close());
        processors.forEach(QuarkusProcess::close);
        broker.close();
    }
}
