package io.anabranch.standalone.chaos;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One of the packaged applications as a process, with an HTTP port for its health. */
final class QuarkusProcess implements AutoCloseable {

    static final Duration START_PATIENCE = Duration.ofMinutes(4);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);

    private final JavaProcess process;
    private final int httpPort;

    /**
     * @param application folder of the application's module, seen from this one
     * @param settings what the application is told, beside the HTTP port
     */
    QuarkusProcess(
            String name, Path application, int heapMegabytes, Map<String, String> settings, Path folder, int httpPort) {
        Path jar = application.resolve(Path.of("target", "quarkus-app", "quarkus-run.jar"));
        if (!Files.exists(jar)) {
            throw new IllegalStateException(
                    "The application %s is not packed.%nMaybe build with mvn -pl standalone -am package."
                            .formatted(jar.toAbsolutePath().normalize()));
        }
        this.httpPort = httpPort;
        List<String> arguments = new ArrayList<>(List.of(
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx" + heapMegabytes + "m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + httpPort,
                // Each question about its health that is answered with no would be a line.
                "-Dquarkus.log.category.\"io.smallrye.health\".level=ERROR",
                // Said hundreds of times a second while the broker is away.
                "-Dquarkus.log.category.\"org.apache.kafka.clients.admin.internals.AdminMetadataManager\".level=WARN",
                "-Dquarkus.log.console.format=%d{HH:mm:ss,SSS} %-5p [%c{1.}] (%t) %s%e%n"));
        settings.forEach((key, value) -> arguments.add("-D%s=%s".formatted(key, value)));
        arguments.add("-jar");
        arguments.add(jar.toAbsolutePath().normalize().toString());
        this.process = new JavaProcess(name, folder, arguments);
    }

    String name() {
        return process.name();
    }

    Path log() {
        return process.log();
    }

    boolean alive() {
        return process.alive();
    }

    void start() {
        process.start();
    }

    /** Waits until its readiness check is up. */
    void awaitReady() throws InterruptedException {
        Await.that(START_PATIENCE, this::ready, () -> "%s to be ready; see %s".formatted(name(), log()));
    }

    /** Whether its readiness check is up now. */
    boolean isReady() {
        return process.alive() && Await.healthy(httpPort, "ready");
    }

    private boolean ready() {
        if (!process.alive()) {
            throw new IllegalStateException("The process %s ended; see %s.".formatted(name(), log()));
        }
        return Await.healthy(httpPort, "ready");
    }

    /** Whether a supervisor would leave it alone. */
    boolean live() {
        return process.alive() && Await.healthy(httpPort, "live");
    }

    void kill() {
        process.kill();
    }

    /** Returns whether it ended in good order by itself. */
    boolean stop() {
        return process.stop(STOP_PATIENCE);
    }

    void pause() {
        process.pause();
    }

    void resume() {
        process.resume();
    }

    @Override
    public void close() {
        process.close();
    }
}
