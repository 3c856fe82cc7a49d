package io.anabranch.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A {@link StreamNode} process: started until ready, stopped, or killed. */
final class StreamProcess implements AutoCloseable {

    private static final int STOP_SECONDS = 60;

    private final Process process;

    private StreamProcess(Process process) {
        this.process = process;
    }

    /** Starts one, with the class path of this process, and returns when it says that it is ready. */
    static StreamProcess start(Map<String, String> settings, List<String> jvmOptions, Path log) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(jvmOptions);
        command.add(StreamNode.class.getName());
        settings.forEach((key, value) -> command.add(key + "=" + value));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = output.readLine();
            while (line != null && !line.equals(StreamNode.READY)) {
                line = output.readLine();
            }
            if (line == null) {
                throw new IllegalStateException("The stream processor ended; see %s.".formatted(log));
            }
            Thread.ofPlatform().daemon().start(() -> output.lines().forEach(ignored -> {}));
            return new StreamProcess(process);
        } catch (IOException e) {
            throw new UncheckedIOException("The stream processor could not be started.", e);
        }
    }

    long pid() {
        return process.pid();
    }

    double cpuSeconds() {
        return process.toHandle()
                        .info()
                        .totalCpuDuration()
                        .map(Duration::toNanos)
                        .orElse(0L)
                / 1e9;
    }

    /** Ends it without any chance to tidy up. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Ends it in good order. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
