package io.anabranch.benchmark;

import io.anabranch.standalone.Ports;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A packed application that serves, as its launcher starts it, on a broker of somebody else. */
final class ServeProcess implements AutoCloseable {

    private static final int STOP_SECONDS = 60;

    private final Process process;
    private final int grpcPort;
    private final int httpPort;

    private ServeProcess(Process process, int grpcPort, int httpPort) {
        this.process = process;
        this.grpcPort = grpcPort;
        this.httpPort = httpPort;
    }

    /**
     * Starts one; it is not ready yet.
     *
     * @param launcher the script {@code anabranch}
     * @param jvmOptions after the launcher's own
     */
    static ServeProcess start(Path launcher, Path folder, Map<String, String> settings, String jvmOptions) {
        int grpcPort = Ports.free();
        int httpPort = Ports.free();
        List<String> command = new ArrayList<>(List.of(
                launcher.toAbsolutePath().toString(),
                "serve",
                "--data",
                folder.resolve("instance").toString(),
                "--grpc-port",
                Integer.toString(grpcPort),
                "--http-port",
                Integer.toString(httpPort)));
        settings.forEach((key, value) -> command.addAll(List.of("-S", key + "=" + value)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("serve.log").toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("ANABRANCH_JAVA_OPTS", jvmOptions);
        try {
            return new ServeProcess(builder.start(), grpcPort, httpPort);
        } catch (IOException e) {
            throw new UncheckedIOException("The instance could not be started.", e);
        }
    }

    /** The launcher becomes the JVM. */
    long pid() {
        return process.pid();
    }

    /** 1 once it answers, 0 before. */
    long answers(Service service) {
        if (!process.isAlive()) {
            throw new IllegalStateException("The instance ended; see serve.log.");
        }
        try {
            service.status();
            service.models("");
            return 1;
        } catch (StatusRuntimeException e) {
            return 0;
        }
    }

    String grpcTarget() {
        return "127.0.0.1:" + grpcPort;
    }

    URI metrics() {
        return URI.create("http://127.0.0.1:%d/q/metrics".formatted(httpPort));
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
