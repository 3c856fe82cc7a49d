package io.anabranch.standalone.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code serve} of the packed standalone application: broker, stream processor and model service in one JVM, on one folder over
 * all its lives. Its ports stay the same, since the folder keeps them.
 */
final class StandaloneProcess implements AutoCloseable {

    private static final Path APPLICATION = Path.of("target", "quarkus-app", "quarkus-run.jar");
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final StablePorts ports = new StablePorts();
    private final int kafkaPort = ports.next();
    private final int grpcPort = ports.next();
    private final int httpPort = ports.next();
    private final JavaProcess process;

    StandaloneProcess(Path folder, int partitions) {
        List<String> arguments = new ArrayList<>(List.of(
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx768m",
                "-XX:+UseSerialGC",
                "-jar",
                APPLICATION.toAbsolutePath().toString(),
                "serve",
                "--data",
                folder.resolve("data").toString(),
                "--verbose",
                "-S",
                "anabranch.graph.histories=true",
                "--feature-dimension",
                Integer.toString(EventMix.DIMENSION),
                "--partitions",
                Integer.toString(partitions),
                "--kafka-port",
                Integer.toString(kafkaPort),
                "--grpc-port",
                Integer.toString(grpcPort),
                "--http-port",
                Integer.toString(httpPort)));
        this.process = new JavaProcess("standalone", folder, arguments);
    }

    String bootstrapServers() {
        return "127.0.0.1:" + kafkaPort;
    }

    String grpcTarget() {
        return "127.0.0.1:" + grpcPort;
    }

    void start() {
        process.start();
    }

    /** Waits until stream processor and model service are ready. */
    void awaitReady() throws InterruptedException {
        Await.that(PATIENCE, this::ready, () -> "the instance to be ready; see " + process.log());
    }

    private boolean ready() {
        if (!process.alive()) {
            throw new IllegalStateException("The instance ended; see %s.".formatted(process.log()));
        }
        return Await.healthy(httpPort, "ready");
    }

    void kill() {
        process.kill();
    }

    @Override
    public void close() {
        process.close();
    }
}
