package io.anabranch.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The packed application as processes, with their output in a folder. */
final class PackedApplication {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Path APPLICATION = Path.of("target", "quarkus-app", "quarkus-run.jar");

    private final Path folder;

    PackedApplication(Path folder) {
        this.folder = folder;
    }

    record Answer(int exitCode, String out, String err) {}

    /** Until gRPC and REST answer and the feeds have caught up. */
    void awaitServing(String data) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Answer answer = run("status", "--data", data, "--json");
        while (answer.exitCode != 0
                || !new ObjectMapper().readTree(answer.out).get("ready").asBoolean()) {
            assertThat(System.nanoTime()).as(answer.err).isLessThan(deadline);
            Thread.sleep(200);
            answer = run("status", "--data", data, "--json");
        }
        // gRPC opens while the stream processor still warms up, REST behind it.
        while (!restAnswers(data)) {
            assertThat(System.nanoTime()).as("REST answers").isLessThan(deadline);
            Thread.sleep(200);
        }
    }

    private static boolean restAnswers(String data) throws IOException, InterruptedException {
        try {
            openApi(data);
            return true;
        } catch (ConnectException e) {
            return false;
        }
    }

    /** What a command with --json prints. */
    JsonNode json(String... arguments) throws IOException, InterruptedException {
        Answer answer = run(arguments);
        assertThat(answer.exitCode).as(answer.err).isZero();
        return new ObjectMapper().readTree(answer.out);
    }

    static String openApi(String data) throws IOException, InterruptedException {
        int port = new ObjectMapper()
                .readTree(Path.of(data, "instance.json").toFile())
                .get("httpPort")
                .asInt();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/q/openapi".formatted(port)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    Answer run(String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        Process process = command(arguments)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        return new Answer(ended ? process.exitValue() : -1, Files.readString(out, UTF_8), Files.readString(err, UTF_8));
    }

    Process start(String... arguments) throws IOException {
        return command(arguments)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(folder.resolve("serving.txt").toFile())
                .start();
    }

    private static ProcessBuilder command(String... arguments) {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-Xmx1g",
                "-jar",
                APPLICATION.toAbsolutePath().toString()));
        line.addAll(List.of(arguments));
        return new ProcessBuilder(line);
    }
}
